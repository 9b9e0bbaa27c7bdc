// Decisions on their way to the server. Each is kept in the browser's storage until the server has
// answered, sent in order, and sent again while the server cannot be reached.

import {Refused, Unreachable} from './api.js';
import {remember, remembered, rememberedKeys} from './store.js';

/**
 * @typedef {Object} Entry
 * @property {string} id
 * @property {'decide'|'undo'} kind
 * @property {Object<string, any>} body  what is posted
 * @property {string|null} of  for an undo of what may still be unsent: that entry
 * @property {string} claimId
 * @property {string} surface  to name it to the editor
 * @property {number} attempts
 * @property {'waiting'|'sending'|'conflict'|'refused'} state
 * @property {string} [error]
 * @property {any} [theirs]  of a conflict: {claim, history}
 */

const RETRY_MS = [1000, 2000, 5000, 10000];

/**
 * Events (detail = {entry, result?}): `sent`, `conflict`, `refused`, and `change` for any change of state.
 */
export class Outbox extends EventTarget {
  /**
   * @param {typeof import('./api.js').api} api
   * @param {string} database  decisions for one database are never sent to another
   */
  constructor(api, database) {
    super();
    this.api = api;
    this.scope = `outbox.${database}.`;
    this.key = this.scope + crypto.randomUUID();
    /** @type {Entry[]} */
    this.entries = [];
    /** @type {Map<string, number[]>} review ids of what was sent, by entry */
    this.results = new Map();
    this.kept = true;
    this.offline = false;
    this.draining = false;
    this.failures = 0;
    /** @type {number|undefined} */
    this.timer = undefined;
    addEventListener('online', () => this.drain());
  }

  /**
   * Marks this page as alive and takes over what pages that are gone left unsent.
   */
  async open() {
    const locks = navigator.locks;
    await new Promise((granted) => {
      locks.request(this.key, () => {
        granted(undefined);
        return new Promise(() => {});  // held until the page is gone
      });
    });
    const alive = new Set(((await locks.query()).held ?? []).map((lock) => lock.name));
    for (const key of rememberedKeys(this.scope)) {
      if (alive.has(key)) continue;
      for (const entry of remembered(key, /** @type {Entry[]} */ ([]))) {
        this.entries.push({...entry, state: entry.state === 'sending' ? 'waiting' : entry.state});
      }
      remember(key, null);
    }
    this.#changed();
    this.drain();
  }

  /** Those that the server has not answered for good. */
  get unsent() {
    return this.entries;
  }

  /** Those that need the editor. */
  get troubled() {
    return this.entries.filter((entry) => entry.state === 'conflict' || entry.state === 'refused');
  }

  /**
   * @param {Pick<Entry, 'kind'|'body'|'claimId'|'surface'> & {of?: string|null}} given
   * @returns {Entry}
   */
  add(given) {
    /** @type {Entry} */
    const entry = {of: null, ...given, id: crypto.randomUUID(), attempts: 0, state: 'waiting'};
    const parent = entry.of;
    if (parent && this.results.has(parent)) {
      entry.body = {...entry.body, review_ids: this.results.get(parent)};
      entry.of = null;
    }
    this.entries.push(entry);
    this.#changed();
    this.drain();
    return entry;
  }

  /**
   * Forgets an entry: always one that needs the editor, else only one that was never sent.
   * @param {string} id
   * @returns {boolean}  whether it was forgotten
   */
  drop(id) {
    const entry = this.entries.find((one) => one.id === id);
    if (!entry || entry.state === 'sending') return false;
    if (entry.state === 'waiting' && entry.attempts > 0) return false;
    this.entries = this.entries.filter((one) => one !== entry && one.of !== id);
    this.#changed();
    return true;
  }

  /**
   * Sends again what needed the editor, with changes to the body.
   * @param {string} id
   * @param {Object<string, any>} [changes]
   */
  retry(id, changes = {}) {
    const entry = this.entries.find((one) => one.id === id);
    if (!entry || entry.state === 'sending') return;
    entry.body = {...entry.body, ...changes};
    entry.state = 'waiting';
    entry.attempts = 0;
    delete entry.theirs;
    delete entry.error;
    this.#changed();
    this.drain();
  }

  /** Resolves when everything that can be sent now is. */
  async settled() {
    while (this.draining) await new Promise((go) => setTimeout(go, 20));
  }

  async drain() {
    if (this.draining) return;
    this.draining = true;
    clearTimeout(this.timer);
    try {
      for (;;) {
        const entry = this.entries.find((one) => one.state === 'waiting');
        if (!entry) break;
        if (!await this.#sendOne(entry)) break;
      }
    } finally {
      this.draining = false;
    }
    if (this.entries.some((one) => one.state === 'waiting')) {
      const wait = RETRY_MS[Math.min(this.failures - 1, RETRY_MS.length - 1)] ?? RETRY_MS[0];
      this.timer = setTimeout(() => this.drain(), wait);
    }
  }

  /**
   * @param {Entry} entry
   * @returns {Promise<boolean>}  false when the server cannot be reached
   */
  async #sendOne(entry) {
    const mayBeDone = entry.attempts > 0;
    entry.state = 'sending';
    entry.attempts += 1;
    this.#changed();
    try {
      const result = (mayBeDone ? await this.#done(entry) : null) ?? await this.#post(entry);
      this.failures = 0;
      this.offline = false;
      this.results.set(entry.id, result.review_ids);
      this.entries = this.entries.filter((one) => one !== entry);
      for (const child of this.entries.filter((one) => one.of === entry.id)) {
        child.body = {...child.body, review_ids: result.review_ids};
        child.of = null;
      }
      this.#changed();
      this.#tell('sent', {entry, result});
      return true;
    } catch (error) {
      if (error instanceof Refused) {
        this.failures = 0;
        this.offline = false;
        if (this.entries.some((one) => one.of === entry.id)) {  // the editor took it back already
          this.entries = this.entries.filter((one) => one !== entry && one.of !== entry.id);
          this.#changed();
          return true;
        }
        entry.state = error.status === 409 ? 'conflict' : 'refused';
        entry.error = error.message;
        entry.theirs = error.body;
        this.#changed();
        this.#tell(entry.state, {entry});
        return true;
      }
      entry.state = 'waiting';
      this.failures += 1;
      this.offline = true;
      this.#changed();
      if (!(error instanceof Unreachable)) throw error;
      return false;
    }
  }

  /** @param {Entry} entry */
  #post(entry) {
    return entry.kind === 'undo' ?
        this.api.undo(/** @type {any} */ (entry.body)) : this.api.decide(entry.body);
  }

  /**
   * An earlier attempt may have reached the server though no answer came: looks for its rows in the
   * claim's history, so that nothing is decided twice.
   * @param {Entry} entry
   * @returns {Promise<{review_ids: number[], claim: any, fact: any}|null>}
   */
  async #done(entry) {
    const {claim, fact, history} = await this.api.claim(entry.claimId);
    const body = entry.body;
    const rows = entry.kind === 'undo' ?
        history.filter((row) => row.decision === 'undo' && row.editor === body.editor &&
            body.review_ids.map(String).includes(row.target ?? '') && !row.undone) :
        history.filter((row) => row.review_id > body.seen && row.editor === body.editor &&
            row.decision === body.decision && (row.reason ?? null) === (body.reason ?? null) &&
            (row.note ?? null) === (body.note ?? null) && (row.target ?? null) === (body.target ?? null) &&
            (row.field === null || row.field in (body.fields ?? {})) && !row.undone &&
            !this.#isOurs(row.review_id));
    const wanted = entry.kind === 'undo' ? body.review_ids.length :
        Object.keys(body.fields ?? {}).length || 1;
    if (rows.length < wanted) return null;
    return {review_ids: rows.slice(-wanted).map((row) => row.review_id), claim, fact};
  }

  /** @param {number} reviewId */
  #isOurs(reviewId) {
    return [...this.results.values()].some((ids) => ids.includes(reviewId));
  }

  #changed() {
    this.kept = remember(this.key, this.entries.length ? this.entries : null);
    this.#tell('change', {});
  }

  /**
   * @param {string} type
   * @param {Object<string, any>} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {detail}));
  }
}
