// Decimal text for people: digits in groups, 万 and 亿. Values are exact decimal strings; none ever becomes
// a JS number.

/**
 * The words for 10^4, 10^8 and 10^12 in a script and region.
 * @typedef {{wan: string, yi: string, zhao: string}} Myriads
 */

/**
 * @param {string|null} script  documents.script
 * @param {string|null} region
 * @returns {Myriads}
 */
export function myriadsOf(script, region) {
  if (script !== 'Hant') return {wan: '万', yi: '亿', zhao: '万亿'};
  return {wan: '萬', yi: '億', zhao: region === 'TW' ? '兆' : '萬億'};
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * The decimal times 10^places, exactly, without needless zeros; null for what is no decimal.
 * @param {string} decimal
 * @param {number} places
 * @returns {string|null}
 */
export function shifted(decimal, places) {
  const parts = DECIMAL.exec(decimal);
  if (!parts) return null;
  const fraction = parts[3] ?? '';
  let digits = parts[2] + fraction;
  let point = parts[2].length + places;
  if (point <= 0) {
    digits = '0'.repeat(1 - point) + digits;
    point = 1;
  }
  digits = digits.padEnd(point, '0');
  const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const rest = digits.slice(point).replace(/0+$/, '');
  return parts[1] + whole + (rest ? '.' + rest : '');
}

/**
 * 39331000000 as 39,331,000,000.
 * @param {string} decimal
 */
export function grouped(decimal) {
  const parts = DECIMAL.exec(decimal);
  if (!parts) return decimal;
  const whole = parts[2].replace(/\B(?=(\d{3})+$)/g, ',');
  return parts[1] + whole + (parts[3] ? '.' + parts[3] : '');
}

/**
 * 39331000000 as 393.31亿; a number below 10,000 as it is.
 * @param {string} decimal
 * @param {Myriads} words
 */
export function inMyriads(decimal, words) {
  const size = (DECIMAL.exec(decimal)?.[2] ?? '').replace(/^0+/, '').length;
  if (size >= 13) return shifted(decimal, -12) + words.zhao;
  if (size >= 9) return shifted(decimal, -8) + words.yi;
  if (size >= 5) return shifted(decimal, -4) + words.wan;
  return decimal;
}

const BOUND_SIGNS = {
  exact: '', about: '~', more_than: '>', at_least: '≥', less_than: '<', at_most: '≤', nearly: '≲', range: '',
};

/**
 * A claim's number in one short line: ~21亿 CNY, 95亿–100亿 CNY, 16.4% ↑.
 * @param {import('./types.js').Claim} claim
 * @param {Myriads} words
 */
export function shortValue(claim, words) {
  const unit = claim.unit === 'percent' ? '%' :
      claim.unit?.startsWith('count:') ? claim.unit.slice('count:'.length) :
      claim.unit ? ' ' + claim.unit : '';
  const sign = BOUND_SIGNS[/** @type {keyof BOUND_SIGNS} */ (claim.bound)] ?? '';
  const number = claim.value !== null ? inMyriads(claim.value, words) :
      [claim.low, claim.high].map((end) => end === null ? '…' : inMyriads(end, words)).join('–');
  const arrow = claim.direction === 'up' ? ' ↑' : claim.direction === 'down' ? ' ↓' : '';
  return sign + number + unit + arrow;
}

/**
 * 2025-01-01 to 2025-12-31 in one short line.
 * @param {import('./types.js').Claim} claim
 */
export function shortPeriod(claim) {
  const {period_start: start, period_end: end} = claim;
  if (!start && !end) return '';
  return start === end ? String(start) : `${start ?? '…'} – ${end ?? '…'}`;
}

/**
 * When a decision was made, in the editor's time zone.
 * @param {string|null} moment  ISO 8601
 * @param {string} language
 */
export function localTime(moment, language) {
  const date = new Date(moment ?? '');
  if (Number.isNaN(date.getTime())) return moment ?? '';
  return date.toLocaleString(language, {dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23'});
}

/**
 * When an article was published, as the article has it: 2026-03-02 20:11.
 * @param {string|null} moment  ISO 8601
 */
export function publishedTime(moment) {
  return (moment ?? '').slice(0, 16).replace('T', ' ');
}
