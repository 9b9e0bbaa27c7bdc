// A claim's fields as a compact table; what an editor corrected stands beside what was extracted.

import {el, fill} from './dom.js';
import {t, termOf} from './i18n.js';
import {grouped, inMyriads, myriadsOf, shortPeriod} from './values.js';

/** Fields whose values are words of the program, with the group of their translations. */
const TERMS = new Set(['kind', 'bound', 'direction', 'basis', 'modality']);
/** How the id of an entity begins that the lexicon does not know: it tells an editor nothing. */
const UNKNOWN_ENTITY = 'x:';
const DECIMALS = new Set(['value', 'low', 'high']);

/**
 * One value of a field as an editor reads it.
 * @param {string} field
 * @param {string|null|undefined} value
 * @param {import('./values.js').Myriads} words
 * @returns {string}
 */
export function fieldText(field, value, words) {
  if (value === null || value === undefined || value === '') return '–';
  if (TERMS.has(field)) return termOf(field, value);
  if (!DECIMALS.has(field)) return String(value);
  const short = inMyriads(value, words);
  return short === value ? grouped(value) : `${short} = ${grouped(value)}`;
}

/**
 * @param {Element} place  a tbody
 * @param {import('./types.js').Detail} detail
 */
export function showFields(place, {claim, extracted, document: article}) {
  const words = myriadsOf(article.script, article.region);
  const now = /** @type {any} */ (claim);

  /** @param {string} field @param {...any} more */
  const row = (field, ...more) => {
    const corrected = field in extracted && (extracted[field] ?? null) !== (now[field] ?? null);
    const text = fieldText(field, now[field], words);
    return el('tr', {'data-field': field, class: corrected ? 'corrected' : null},
        el('th', {scope: 'row'}, t('field.' + field)),
        el('td', {class: DECIMALS.has(field) ? 'number' : null},
            corrected && el('del', {'aria-label': t('extracted')}, fieldText(field, extracted[field], words)),
            corrected && ' ',
            corrected ? el('ins', {'aria-label': t('corrected')}, text) : text, ...more));
  };
  /** @param {string} field */
  const isUsed = (field) => (now[field] ?? null) !== null || (extracted[field] ?? null) !== null;
  /** @param {string|null} id */
  const identity = (id) => id && !id.startsWith(UNKNOWN_ENTITY) && el('span', {class: 'aside'}, ' ' + id);

  fill(place,
      isUsed('value') && row('value'), isUsed('low') && row('low'), isUsed('high') && row('high'),
      row('unit'), row('bound'), row('kind'), row('direction'), row('basis'),
      row('subject', identity(claim.subject_id)), row('metric', identity(claim.metric_id)),
      scopeRow(claim), ...periodRows(claim, row), row('modality'), row('attribution'),
      confidenceRow(claim),
      el('tr', {'data-field': 'rule'}, el('th', {scope: 'row'}, t('field.rule')),
          el('td', {class: 'aside'}, claim.rule)));
}

/** @param {import('./types.js').Claim} claim */
function scopeRow(claim) {
  const scope = typeof claim.scope === 'string' ? JSON.parse(claim.scope || '{}') : claim.scope ?? {};
  const parts = Object.entries(scope);
  return parts.length > 0 && el('tr', {'data-field': 'scope'}, el('th', {scope: 'row'}, t('field.scope')),
      el('td', {}, parts.map(([key, value]) => `${termOf('scope', key)}: ${value}`).join('; ')));
}

/**
 * Start and end in one row while neither is corrected.
 * @param {import('./types.js').Claim} claim
 * @param {(field: string, ...more: any[]) => any} row
 */
function periodRows(claim, row) {
  const origin = (claim.period_text || claim.period_from) && el('span', {class: 'aside'}, ' ',
      [claim.period_text && `“${claim.period_text}”`, claim.period_from && termOf('from', claim.period_from)]
          .filter(Boolean).join(' · '));
  const start = row('period_start');
  const end = row('period_end', origin);
  if (start.classList.contains('corrected') || end.classList.contains('corrected')) return [start, end];
  return [el('tr', {'data-field': 'period_start'}, el('th', {scope: 'row'}, t('field.period')),
      el('td', {}, shortPeriod(claim) || '–', origin))];
}

/** @param {import('./types.js').Claim} claim */
function confidenceRow(claim) {
  const checks = typeof claim.checks === 'string' ? JSON.parse(claim.checks || '[]') : claim.checks ?? [];
  const failed = checks.filter((/** @type {any} */ check) => !check.passed);
  const passed = checks.filter((/** @type {any} */ check) => check.passed);
  /** @param {import('./types.js').Check} check */
  const line = (check) => el('li', {class: check.passed ? 'passed' : 'failed'},
      check.passed ? '✓ ' : '✗ ', termOf('check', check.name), check.note && ` (${termOf('note', check.note)})`);
  return el('tr', {'data-field': 'confidence'}, el('th', {scope: 'row'}, t('field.confidence')),
      el('td', {}, el('meter', {min: 0, max: 1, low: 0.6, high: 0.75, optimum: 1, value: claim.confidence}), ' ',
          String(claim.confidence),
          el('ul', {class: 'checks'}, ...failed.map(line)),
          passed.length > 0 && el('details', {}, el('summary', {}, t('checks.passed', {n: passed.length})),
              el('ul', {class: 'checks'}, ...passed.map(line)))));
}
