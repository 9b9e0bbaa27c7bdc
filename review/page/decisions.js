// Deciding, taking back and doing again. A decision shows at once and is sent through the outbox.

import {t, termOf} from './i18n.js';

/** @typedef {import('./types.js').Detail} Detail */

/**
 * @typedef {Object} Step  something that can be taken back
 * @property {string} claimId
 * @property {string} surface
 * @property {string} decision  accept, reject, correct, flag, comment, merge, split, skip, batch
 * @property {string} [entryId]  the outbox's entry whose rows it is
 * @property {number[]} [reviewIds]  the rows, where they are known (batch, history)
 * @property {Object<string, any>} [body]  to decide again what was never sent
 */

/** Decisions that settle a claim: the next one comes up. */
export const VERDICTS = ['accept', 'reject', 'correct', 'merge', 'split'];

export class Decisions {
  /**
   * @param {{queue: import('./queue.js').Queue, outbox: import('./outbox.js').Outbox,
   *   api: typeof import('./api.js').api, editor: () => string}} parts
   */
  constructor({queue, outbox, api, editor}) {
    this.queue = queue;
    this.outbox = outbox;
    this.api = api;
    this.editor = editor;
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
    /** @type {Set<number>} rows of earlier sessions taken back in this one */
    this.takenBack = new Set();
  }

  /**
   * Decides on the claim as it is shown.
   * @param {Detail} detail
   * @param {string} decision
   * @param {{fields?: Object<string, string|null>, reason?: string, note?: string|null, target?: string}} [more]
   * @returns {string}  the outbox's entry
   */
  decide(detail, decision, more = {}) {
    const {claim, history} = detail;
    const seen = Math.max(0, ...history.map((row) => row.review_id));
    const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value));
    const body = {claim_id: claim.claim_id, decision, editor: this.editor(), seen, ...given};
    this.undone = [];
    return this.#send({claimId: claim.claim_id, surface: claim.surface, decision, body});
  }

  /** Nothing was done after all. @param {string} entryId */
  forget(entryId) {
    this.done = this.done.filter((step) => step.entryId !== entryId);
  }

  /** @param {import('./queue.js').Item} item */
  skip(item) {
    this.queue.mark(item.id, 'skipped');
    this.done.push({claimId: item.id, surface: item.claim?.surface ?? '', decision: 'skip'});
    this.undone = [];
  }

  /** A batch that the server has done already. @param {number[]} reviewIds @param {string} text */
  noteBatch(reviewIds, text) {
    this.done.push({claimId: '', surface: text, decision: 'batch', reviewIds});
    this.undone = [];
  }

  /**
   * Takes back the last step, of this session or, when there is none left, of the ones before.
   * @returns {Promise<Step|null>}  what was taken back
   */
  async undo() {
    const step = this.done.pop() ?? await this.#lastSaved();
    if (!step) return null;
    this.undone.push(this.#takeBack(step));
    this.#reopen(step);
    return step;
  }

  /** Does again what was taken back last. @returns {Step|null} */
  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    if (step.decision === 'skip') {
      this.queue.mark(step.claimId, 'skipped');
      this.done.push(step);
    } else if (step.body) {
      this.#send(step);
    } else {
      this.done.push(this.#takeBack(step));
      if (VERDICTS.includes(step.decision)) this.queue.mark(step.claimId, 'decided');
    }
    return step;
  }

  /**
   * Takes back rows of the history list (for rows that took something back: does that again).
   * @param {{claim_id: string, surface: string, decision: string, review_ids: number[]}} action
   */
  undoSaved(action) {
    const step = {claimId: action.claim_id, surface: action.surface, decision: action.decision,
      reviewIds: action.review_ids};
    for (const id of action.review_ids) this.takenBack.add(id);
    this.done = this.done.filter((one) => !this.#rowsOf(one).some((id) => action.review_ids.includes(id)));
    this.#takeBack(step);
    if (action.decision !== 'undo') this.#reopen(step);
  }

  /** @param {Step} step */
  #reopen(step) {
    if (!step.claimId) return;
    if (step.decision === 'skip' || VERDICTS.includes(step.decision)) this.queue.mark(step.claimId, 'open');
  }

  /** @param {Step} step */
  #rowsOf(step) {
    return step.reviewIds ?? this.outbox.results.get(step.entryId ?? '') ?? [];
  }

  /** @param {Step} step  with its body  @returns {string} */
  #send(step) {
    const entry = this.outbox.add({kind: 'decide', body: /** @type {any} */ (step.body), claimId: step.claimId,
      surface: step.surface});
    if (VERDICTS.includes(step.decision)) this.queue.mark(step.claimId, 'decided');
    this.done.push({...step, entryId: entry.id});
    return entry.id;
  }

  /**
   * @param {Step} step
   * @returns {Step}  that which, taken back, does the step again
   */
  #takeBack(step) {
    if (step.decision === 'skip') return step;
    if (step.body && step.entryId && this.outbox.drop(step.entryId)) {
      return {...step, entryId: undefined};
    }
    const known = step.reviewIds ?? this.outbox.results.get(step.entryId ?? '');
    const entry = this.outbox.add({
      kind: 'undo', of: known ? null : step.entryId, claimId: step.claimId, surface: step.surface,
      body: {editor: this.editor(), ...(known ? {review_ids: known} : {})},
    });
    return {claimId: step.claimId, surface: step.surface, decision: step.decision, entryId: entry.id};
  }

  /** The newest decision of this editor in the database that stands. @returns {Promise<Step|null>} */
  async #lastSaved() {
    const {actions} = await this.api.history({editor: this.editor(), limit: 500});
    const ours = new Set([...this.outbox.results.values()].flat());
    const last = actions.find((action) => !action.undone && action.decision !== 'undo' &&
        !action.review_ids.some((/** @type {number} */ id) => this.takenBack.has(id) || ours.has(id)));
    if (!last) return null;
    for (const id of last.review_ids) this.takenBack.add(id);
    return {claimId: last.claim_id, surface: last.surface, decision: last.decision, reviewIds: last.review_ids};
  }
}

/** @param {Step} step */
export function stepWords(step) {
  return t('step', {decision: termOf('decision', step.decision), surface: step.surface});
}
