// The claim on the screen. A decision is only ever about what stands here, and only once the editor can
// have seen it.

import {byId, fill, el, button} from './dom.js';
import {showArticle, showBareSentence, showSentence, showSource} from './evidence.js';
import {showFields} from './fields.js';
import {t, termOf} from './i18n.js';
import {announce} from './notices.js';
import {showClaimHistory, showDisputes, showOthers} from './others.js';
import {myriadsOf, shortPeriod, shortValue} from './values.js';

/** @typedef {import('./types.js').Detail} Detail */

/** The second stroke of a double key press comes within this; a person who has looked needs longer. */
const SETTLE_MS = 250;

export class Screen {
  /** @param {{open: (id: string) => void, reasonText: (code: string) => string}} does */
  constructor(does) {
    this.does = does;
    /** @type {Detail|null} */
    this.detail = null;
    this.id = '';
    this.shownAt = Infinity;
    /** @type {{others: import('./types.js').Other[], pick: (other: import('./types.js').Other) => void}|null} */
    this.picking = null;
  }

  /**
   * Shows a claim, or what is known of it while the rest is on its way.
   * @param {string} id
   * @param {Detail|undefined} detail
   * @param {import('./types.js').Claim|null} bare
   */
  show(id, detail, bare) {
    const anew = id !== this.id || !this.detail;
    this.id = id;
    this.detail = detail ?? null;
    this.picking = null;
    byId('done').hidden = true;
    byId('claim').hidden = false;
    if (anew) this.shownAt = Infinity;
    if (detail) this.#showDetail(detail, anew);
    else this.#showBare(bare);
  }

  /**
   * New knowledge about the claim that is on the screen (its other sources, its history).
   * @param {Detail} detail
   */
  update(detail) {
    if (detail.claim.claim_id !== this.id) return;
    const scroll = byId('article').scrollTop;
    const aside = byId('aside').scrollTop;
    const before = this.detail;
    this.show(this.id, detail, null);
    if (before && lastReview(detail) !== lastReview(before)) this.#settleAnew();
    if (before) {
      byId('article').scrollTop = scroll;
      byId('aside').scrollTop = aside;
    }
  }

  /**
   * Nothing waits.
   * @param {...(Node|string|false)} content
   */
  showDone(...content) {
    this.id = '';
    this.detail = null;
    this.shownAt = Infinity;
    byId('claim').hidden = true;
    const place = byId('done');
    place.hidden = false;
    fill(place, ...content);
    announce(place.textContent ?? '');
  }

  /** @returns {'ready'|'loading'|'tooSoon'|'nothing'} whether the claim can be decided on */
  readiness() {
    if (!this.id) return 'nothing';
    if (!this.detail) return 'loading';
    return performance.now() - this.shownAt < SETTLE_MS || this.shownAt === Infinity ? 'tooSoon' : 'ready';
  }

  /** The status as it will be once the decision on its way has arrived. @param {string} status */
  showStatus(status) {
    const place = byId('status');
    place.textContent = termOf('status', status);
    place.className = 'chip status ' + status;
  }

  /**
   * Gives the claims among the other sources a digit to choose them by.
   * @param {import('./types.js').Other[]} others
   * @param {(other: import('./types.js').Other) => void} pick
   */
  offer(others, pick) {
    this.picking = {others, pick};
    this.#showOthers();
    byId('others').scrollIntoView({block: 'nearest'});
  }

  endOffer() {
    this.picking = null;
    this.#showOthers();
  }

  #showOthers() {
    if (!this.detail) return;
    showOthers(byId('others'), this.detail,
        {open: this.does.open, pickable: this.picking?.others, pick: this.picking?.pick});
  }

  /** @param {import('./types.js').Claim|null} claim */
  #showBare(claim) {
    byId('disputes').hidden = true;
    if (claim) {
      showBareSentence(byId('sentence'), byId('legend'), claim);
      this.showStatus(claim.status);
    } else {
      fill(byId('sentence'), t('loading'));
      fill(byId('legend'));
    }
    fill(byId('source'), el('p', {}, t('loading')));
    for (const place of ['article', 'fields', 'others', 'claim-history']) fill(byId(place));
  }

  /** @param {Detail} detail @param {boolean} anew */
  #showDetail(detail, anew) {
    const {claim, document: article, neighbours} = detail;
    showDisputes(byId('disputes'), detail);
    showSentence(byId('sentence'), byId('legend'), detail);
    showSource(byId('source'), article);
    byId('neighbours').replaceChildren(
        this.#neighbour('previousInArticle', '◀', neighbours.previous),
        this.#neighbour('nextInArticle', '▶', neighbours.next));
    showArticle(byId('article'), detail);
    showFields(byId('fields'), detail);
    byId('flagged').hidden = !claim.flagged;
    byId('others-count').textContent = String(detail.others.length);
    this.showStatus(claim.status);
    this.#showOthers();
    showClaimHistory(byId('claim-history'), detail.history, this.does.reasonText);
    if (!anew) return;
    byId('aside').scrollTop = 0;
    byId('sentence').scrollTop = 0;
    this.#settleAnew();
    const words = myriadsOf(article.script, article.region);
    const dispute = byId('disputes').hidden ? '' : ' ' + byId('disputes').textContent;
    announce([claim.subject, claim.metric, shortValue(claim, words), shortPeriod(claim),
      termOf('modality', claim.modality)].filter(Boolean).join(', ') + '.' + dispute + ' ' + claim.sentence);
  }

  #settleAnew() {
    this.shownAt = Infinity;
    const id = this.id;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (this.id === id) this.shownAt = performance.now();
    }));
  }

  /** @param {string} action @param {string} sign @param {string|null} id */
  #neighbour(action, sign, id) {
    return button({disabled: id === null, 'aria-label': t('action.' + action), title: t('action.' + action)},
        () => id && this.does.open(id), sign);
  }
}

/** @param {Detail} detail  the newest row of a claim's history */
function lastReview(detail) {
  return detail.history.at(-1)?.review_id ?? 0;
}

