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

  /**
   * Waits until the server has answered an entry or turned out not to be reachable.
   * @param {string} id
   * @returns {Promise<Entry|null>}  the entry where it was refused
   */
  answered(id) {
    return new Promise((resolve) => {
      const look = () => {
        const entry = this.entries.find((one) => one.id === id);
        const open = entry && (entry.state === 'sending' || (entry.state === 'waiting' && !this.offline));
        if (open) return;
        this.removeEventListener('change', look);
        resolve(entry?.state === 'refused' ? entry : null);
      };
      this.addEventListener('change', look);
      look();
    });
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
      const result = (mayBeDone && entry.kind === 'undo' ? await this.#takenBack(entry) : null) ??
          await this.#post(entry);
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
        if (error.status === 409 && this.#isOwnTrail(entry, error.body.history ?? [])) {
          entry.body = {...entry.body, seen: error.body.history.at(-1).review_id};
          entry.state = 'waiting';
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
   * Whether all that was decided since the claim was shown is this editor's own, as when flagging and then
   * accepting at once: that crosses nobody.
   * @param {Entry} entry
   * @param {import('./types.js').Review[]} history
   */
  #isOwnTrail(entry, history) {
    const since = history.filter((row) => row.review_id > entry.body.seen);
    return since.length > 0 && since.every((row) => row.editor === entry.body.editor);
  }

  /**
   * An earlier attempt to take back may have reached the server though no answer came: looks for its rows
   * in the claim's history. (A decision sent twice the server knows by itself.)
   * @param {Entry} entry
   * @returns {Promise<{review_ids: number[]}|null>}
   */
  async #takenBack(entry) {
    if (!entry.claimId) return null;
    const {history} = await this.api.claim(entry.claimId);
    const rows = history.filter((row) => row.decision === 'undo' && row.editor === entry.body.editor &&
        entry.body.review_ids.map(String).includes(row.target ?? '') && !row.undone);
    return rows.length < entry.body.review_ids.length ? null : {review_ids: rows.map((row) => row.review_id)};
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
