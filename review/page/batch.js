// One decision for all claims that the filter shows: with a preview of what it would touch, and one undo.

import {Refused} from './api.js';
import {byId, el, fill} from './dom.js';
import {bareSentence} from './evidence.js';
import {t, termOf} from './i18n.js';
import {myriadsOf, shortValue} from './values.js';

const PREVIEW = 10;
const DECISIONS = ['accept', 'reject', 'flag'];

export class BatchDialog {
  /**
   * @param {{choices: import('./types.js').Choices, api: typeof import('./api.js').api, editor: () => string,
   *   reasonText: (code: string) => string,
   *   done: (reviewIds: number[], claims: number, decision: string) => void}} does
   */
  constructor(does) {
    this.does = does;
    this.dialog = /** @type {HTMLDialogElement} */ (byId('batch-dialog'));
    this.form = /** @type {HTMLFormElement} */ (byId('batch-form'));
    /** @type {import('./types.js').Filters} */
    this.filters = {};
    this.matching = 0;
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.form.addEventListener('input', () => this.#showWhat());
    byId('batch-leave').addEventListener('click', () => this.dialog.close());
  }

  /** @param {import('./types.js').Filters} filters  those of the queue on the screen */
  async open(filters) {
    this.filters = filters;
    fill(byId('batch-choices'),
        el('label', {for: 'batch-decision'}, t('batch.decision')),
        el('select', {id: 'batch-decision', name: 'decision'}, el('option', {value: ''}, t('batch.choose')),
            ...DECISIONS.map((decision) => el('option', {value: decision}, t('action.' + decision)))),
        el('label', {for: 'batch-reason'}, t('reason')),
        el('select', {id: 'batch-reason', name: 'reason'}, el('option', {value: ''}, t('none')),
            ...this.does.choices.reasons.map(({code}) => el('option', {value: code}, this.does.reasonText(code)))),
        el('label', {for: 'batch-note'}, t('note')),
        el('input', {id: 'batch-note', name: 'note', autocomplete: 'off'}));
    fill(byId('batch-error'));
    this.dialog.showModal();
    byId('batch-decision').focus();
    await this.#preview();
  }

  async #preview() {
    const list = byId('batch-preview');
    byId('batch-send').disabled = true;
    fill(list, el('li', {}, t('loading')));
    try {
      const {claims, matching} = await this.does.api.queue(this.filters, {limit: PREVIEW});
      this.matching = matching;
      fill(list, ...claims.map((claim) => el('li', {},
          el('b', {}, [claim.subject, claim.metric].filter(Boolean).join(' '), ' ',
              shortValue(claim, myriadsOf(null, null))), ' ',
          el('span', {class: 'sentence', lang: 'zh'}, ...bareSentence(claim)))));
      const rest = matching - claims.length;
      byId('batch-rest').textContent = rest > 0 ? t('more', {n: rest}) : '';
    } catch (error) {
      this.matching = 0;
      fill(list);
      this.#fail(error);
    }
    this.#showWhat();
  }

  #showWhat() {
    const decision = this.#input('decision').value;
    this.#input('reason').disabled = decision !== 'reject';
    byId('batch-send').disabled = this.matching === 0 || decision === '';
    byId('batch-send').textContent = decision === '' ? t('batch.choose') :
        t('batch.send', {decision: t('action.' + decision), n: this.matching});
    byId('batch-count').textContent = t('filter.matching', {n: this.matching});
  }

  async #send() {
    const decision = this.#input('decision').value;
    byId('batch-send').disabled = true;
    try {
      const {review_ids: ids, claims} = await this.does.api.batch({
        filter: this.filters, decision, editor: this.does.editor(),
        reason: decision === 'reject' && this.#input('reason').value || undefined,
        note: this.#input('note').value.trim() || undefined, expect: this.matching});
      this.dialog.close();
      this.does.done(ids, claims, decision);
    } catch (error) {
      this.#fail(error);
      await this.#preview();
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    byId('batch-error').textContent = error instanceof Refused ? error.message : t('batch.unknown');
  }

  /** @param {string} name @returns {any} */
  #input(name) {
    return this.form.elements.namedItem(name);
  }
}

/**
 * What the batch did, for the notice and the undo.
 * @param {string} decision
 * @param {number} claims
 */
export function batchWords(decision, claims) {
  return t('batch.done', {decision: termOf('decision', decision), n: claims});
}
