// Text addressed by code points, as the API's offsets are. JavaScript strings count UTF-16 units, and
// characters such as 𠮷 or 🚗 are two of them.

export class CodePoints {
  /** @param {string} text */
  constructor(text) {
    this.characters = Array.from(text);
  }

  get length() {
    return this.characters.length;
  }

  /**
   * @param {number} start code points, inclusive
   * @param {number} end exclusive
   */
  slice(start, end) {
    return this.characters.slice(Math.max(0, start), Math.max(0, end)).join('');
  }
}

/**
 * Cuts [start, end) at every border of the spans, so that each piece has one set of roles. Pieces come in
 * order and together are the whole; overlapping spans give pieces with several roles, in the spans' order.
 * @param {CodePoints} text
 * @param {number} start
 * @param {number} end
 * @param {import('./types.js').Span[]} spans
 * @returns {{text: string, roles: string[], opens: string[]}[]}  `opens`: roles whose span begins here
 */
export function pieces(text, start, end, spans) {
  const within = spans.filter((span) => span.start < end && span.end > start && span.start < span.end);
  const borders = new Set([start, end]);
  for (const span of within) {
    borders.add(Math.max(start, span.start));
    borders.add(Math.min(end, span.end));
  }
  const cuts = [...borders].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => {
    const here = within.filter((span) => span.start <= from && span.end >= cuts[i + 1]);
    const opening = here.filter((span) => Math.max(start, span.start) === from);
    return {
      text: text.slice(from, cuts[i + 1]),
      roles: [...new Set(here.map((span) => span.role))],
      opens: [...new Set(opening.map((span) => span.role))],
    };
  });
}
