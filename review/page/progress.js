// How far the editor is: decided today, left, and the pace.

import {VERDICTS} from './decisions.js';

const HOUR_MS = 3600000;
/** Fewer decisions tell nothing of a pace. */
const FEWEST_FOR_PACE = 5;

export class Progress {
  constructor() {
    /** @type {number[]} when each decision of today fell, in ms */
    this.moments = [];
  }

  /**
   * Today's decisions from the database.
   * @param {typeof import('./api.js').api} api
   * @param {string} editor
   */
  async read(api, editor) {
    const {actions} = await api.history({editor, limit: 1000});
    const midnight = new Date().setHours(0, 0, 0, 0);
    this.moments = actions.filter((action) => VERDICTS.includes(action.decision) && !action.undone)
        .flatMap((action) => Array(action.fields.length > 0 ? 1 : action.review_ids.length)
            .fill(new Date(action.at).getTime()))
        .filter((at) => at >= midnight).sort((a, b) => a - b);
  }

  /** @param {number} [claims] */
  add(claims = 1) {
    this.moments.push(...Array(claims).fill(Date.now()));
  }

  takeBack() {
    this.moments.pop();
  }

  get today() {
    return this.moments.length;
  }

  /** @returns {number|null} decisions an hour, over the last hour or what there was of it */
  pace() {
    const now = Date.now();
    const last = this.moments.filter((at) => at > now - HOUR_MS);
    if (last.length < FEWEST_FOR_PACE) return null;
    const worked = Math.max(now - last[0], 60000);
    return Math.round(last.length * HOUR_MS / worked);
  }
}
