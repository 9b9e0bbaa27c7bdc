// What other articles say: the claims of the same fact and of facts linked to it, the contradictions
// first; and what editors did with this claim.

import {button, el, fill, outwardLink} from './dom.js';
import {bareSentence} from './evidence.js';
import {fieldText} from './fields.js';
import {language, t, termOf} from './i18n.js';
import {localTime, myriadsOf, publishedTime, shortPeriod, shortValue} from './values.js';

/** Relations that an editor must see. */
const DISPUTES = ['contradiction', 'typo_suspect'];

/** @param {import('./types.js').Other[]} others  the disputes first, else as they came */
export function disputesFirst(others) {
  /** @param {import('./types.js').Other} other */
  const rank = (other) => DISPUTES.includes(other.relation) ? DISPUTES.indexOf(other.relation) :
      other.relation === 'same fact' ? 3 : 2;
  return [...others].sort((a, b) => rank(a) - rank(b));
}

/** @param {import('./types.js').Claim} claim */
function wordsOf(claim) {
  const hant = /[億萬]/.test(claim.sentence);
  return myriadsOf(hant ? 'Hant' : 'Hans', null);
}

/**
 * The strip above the claim that says in a word what is in dispute.
 * @param {HTMLElement} place
 * @param {import('./types.js').Detail} detail
 */
export function showDisputes(place, {others}) {
  const disputes = others.filter((other) => DISPUTES.includes(other.relation));
  place.hidden = disputes.length === 0;
  fill(place, ...disputes.slice(0, 3).map(({relation, explanation, claim}) => el('p', {},
      el('strong', {}, `✖ ${termOf('relation', relation)}: `), explanation ?? shortValue(claim, wordsOf(claim)),
      ` · ${claim.source || claim.site || t('anotherSource')}`)),
  disputes.length > 3 && el('p', {}, t('more', {n: disputes.length - 3})));
}

/**
 * @param {Element} place
 * @param {import('./types.js').Detail} detail
 * @param {{open: (id: string) => void, pickable?: import('./types.js').Other[],
 *   pick?: (other: import('./types.js').Other) => void}} does  `pickable` get a digit to choose them by
 */
export function showOthers(place, detail, {open, pickable = [], pick}) {
  const others = disputesFirst(detail.others);
  fill(place, ...others.map((other) => {
    const {relation, explanation, claim} = other;
    const digit = pickable.indexOf(other) + 1;
    const dispute = DISPUTES.includes(relation);
    return el('li', {class: dispute ? 'other dispute' : 'other', 'data-claim': claim.claim_id},
        el('p', {class: 'head'},
            digit > 0 && digit <= 9 && pick && button({class: 'pick'}, () => pick(other), el('kbd', {}, String(digit))),
            el('span', {class: 'relation'}, dispute && '✖ ', termOf('relation', relation)), ' ',
            el('b', {}, shortValue(claim, wordsOf(claim))), ' ',
            el('span', {class: 'aside'}, [shortPeriod(claim), termOf('modality', claim.modality),
              claim.attribution, claim.status !== 'unreviewed' && termOf('status', claim.status)]
                .filter(Boolean).join(' · '))),
        explanation && el('p', {class: 'explanation'}, explanation),
        el('p', {class: 'sentence', lang: 'zh'}, ...bareSentence(claim)),
        el('p', {class: 'aside'}, outwardLink(claim.url, claim.source || claim.site || claim.title || t('address')),
            claim.published && ' · ' + publishedTime(claim.published), ' · ',
            button({class: 'link'}, () => open(claim.claim_id), t('openClaim'))));
  }), others.length === 0 && el('li', {class: 'aside'}, t('others.none')));
}

/**
 * What one decision was, in words: "Rejected: wrong subject".
 * @param {{decision: string, reason?: string|null, field?: string|null, old?: string|null, new?: string|null,
 *   fields?: {field: string, old: string|null, new: string|null}[], note?: string|null}} row
 * @param {(code: string) => string} reasonText
 * @returns {(Node|string)[]}
 */
export function decisionWords(row, reasonText) {
  const words = myriadsOf(null, null);
  const fields = row.fields?.length ? row.fields :
      row.field ? [{field: row.field, old: row.old ?? null, new: row.new ?? null}] : [];
  /** @type {(Node|string)[]} */
  const parts = [el('b', {}, termOf('decision', row.decision))];
  if (row.reason) parts.push(': ' + reasonText(row.reason));
  for (const {field, old, new: value} of fields) {
    parts.push(' ', termOf('field', field) + ' ', el('del', {}, fieldText(field, old, words)), ' → ',
        el('ins', {}, fieldText(field, value, words)));
  }
  if (row.note) parts.push(' ', el('q', {}, row.note));
  return parts;
}

/**
 * @param {Element} place
 * @param {import('./types.js').Review[]} history
 * @param {(code: string) => string} reasonText
 */
export function showClaimHistory(place, history, reasonText) {
  const rows = history.filter((row) => row.decision !== 'undo');
  fill(place, ...rows.map((row) => el('li', {class: row.undone ? 'undone' : null},
      ...decisionWords(row, reasonText), row.undone && ' ' + t('undone'),
      el('span', {class: 'aside'}, ` · ${row.editor} · ${localTime(row.at, language())}`))),
  rows.length === 0 && el('li', {class: 'aside'}, t('history.none')));
}
