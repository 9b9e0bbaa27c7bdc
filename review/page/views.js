// The views beside the claim: the list of what was done, the figures, the decisions without a claim.

import {button, el, fill} from './dom.js';
import {language, t, termOf} from './i18n.js';
import {decisionWords} from './others.js';
import {localTime} from './values.js';

/**
 * @typedef {Object} Does
 * @property {typeof import('./api.js').api} api
 * @property {() => string} editor
 * @property {(code: string) => string} reasonText
 * @property {(action: any) => void} undo
 * @property {(id: string) => void} open
 */

/**
 * @param {Element} place
 * @param {Does} does
 * @param {boolean} everybody
 */
export async function showHistory(place, does, everybody) {
  const {actions} = await does.api.history({editor: everybody ? '' : does.editor(), limit: 200});
  const again = () => showHistory(place, does, everybody);
  const choice = el('label', {class: 'box'}, el('input', {type: 'checkbox', checked: everybody}), ' ',
      t('history.everybody'));
  choice.querySelector('input').addEventListener('change', () => showHistory(place, does, !everybody));
  fill(place, el('h2', {}, t('view.history')), choice,
      actions.length === 0 && el('p', {class: 'aside'}, t('history.none')),
      actions.length > 0 && el('table', {class: 'list'},
          el('thead', {}, el('tr', {}, ...['time', 'editor', 'claim', 'decision', 'undo'].map(
              (column) => el('th', {scope: 'col'}, t('column.' + column))))),
          el('tbody', {}, ...actions.map((action) => historyRow(action, does, again)))));
}

/** @param {any} action @param {Does} does @param {() => void} again */
function historyRow(action, does, again) {
  const redo = action.decision === 'undo';
  const undo = button({disabled: action.undone}, () => {
    undo.disabled = true;
    does.undo(action);
    setTimeout(again, 300);
  }, action.undone ? t('undone') : t(redo ? 'action.redo' : 'action.undo'));
  const many = action.review_ids.length > 1 && action.fields.length === 0;
  return el('tr', {'data-review': action.review_ids[0]},
      el('td', {class: 'aside'}, localTime(action.at, language())), el('td', {}, action.editor),
      el('td', {}, button({class: 'link'}, () => does.open(action.claim_id),
          [action.subject, action.metric, action.surface].filter(Boolean).join(' ')),
      many && el('span', {class: 'aside'}, ' ' + t('more', {n: action.review_ids.length - 1}))),
      el('td', {class: action.undone ? 'undone' : null}, ...decisionWords(action, does.reasonText)), el('td', {}, undo));
}

/**
 * @param {Element} place
 * @param {Does} does
 */
export async function showSummary(place, does) {
  const summary = await does.api.summary();
  const {agreement} = summary;
  /** @param {string} label @param {any} value */
  const figure = (label, value) => el('div', {class: 'figure'}, el('b', {}, String(value)), el('span', {}, label));
  fill(place, el('h2', {}, t('view.summary')),
      el('div', {class: 'figures'}, figure(t('summary.claims'), summary.claims),
          ...Object.entries(summary.by_status).map(([status, n]) => figure(termOf('status', status), n)),
          figure(t('summary.flagged'), summary.flagged), figure(t('summary.facts'), summary.facts),
          figure(t('summary.conflicts'), summary.conflicts)),
      el('h3', {}, t('summary.editors')),
      summary.by_editor.length === 0 ? el('p', {class: 'aside'}, t('history.none')) : el('table', {class: 'list'},
          el('thead', {}, el('tr', {}, ...['editor', 'accept', 'reject', 'correct', 'total'].map(
              (column) => el('th', {scope: 'col'}, t('column.' + column))))),
          el('tbody', {}, ...summary.by_editor.map((/** @type {any} */ row) => el('tr', {},
              el('td', {}, row.editor), ...['accept', 'reject', 'correct', 'total'].map(
                  (column) => el('td', {class: 'number'}, String(row[column]))))))),
      el('h3', {}, t('summary.agreement')),
      el('p', {}, agreement.claims === 0 ? t('summary.noAgreement') : t('summary.alpha', {
        n: agreement.claims, alpha: agreement.alpha === null ? '–' : agreement.alpha.toFixed(3)})),
      el('p', {class: 'aside'}, t('summary.alphaMeaning')));
}

/**
 * @param {Element} place
 * @param {Does} does
 */
export async function showDetached(place, does) {
  const {reviews} = await does.api.detached();
  fill(place, el('h2', {}, t('view.detached')), el('p', {class: 'aside'}, t('detached.meaning')),
      reviews.length === 0 ? el('p', {}, t('detached.none')) : el('table', {class: 'list'},
          el('thead', {}, el('tr', {}, ...['time', 'editor', 'decision', 'surface', 'sentence'].map(
              (column) => el('th', {scope: 'col'}, t('column.' + column))))),
          el('tbody', {}, ...reviews.map((row) => el('tr', {}, el('td', {class: 'aside'}, localTime(row.at, language())),
              el('td', {}, row.editor), el('td', {}, ...decisionWords(row, does.reasonText)),
              el('td', {lang: 'zh'}, row.surface ?? ''), el('td', {lang: 'zh'}, row.sentence ?? ''))))));
}
