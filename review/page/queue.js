// The claims of a filter in the order of the server, as one walks through them: which were decided or
// skipped, and the next ones fetched before they are asked for.

/** @typedef {import('./types.js').Claim} Claim */
/** @typedef {import('./types.js').Detail} Detail */
/** @typedef {{id: string, claim: Claim|null, state: 'open'|'decided'|'skipped'}} Item */

const PAGE = 50;
const REFILL_BELOW = 12;
const AHEAD = 5;
const MAX_SKIPPED_IN_REQUEST = 150;
const MAX_DETAILS = 80;

export class Queue {
  /** @param {typeof import('./api.js').api} api */
  constructor(api) {
    this.api = api;
    /** @type {import('./types.js').Filters} */
    this.filters = {};
    /** @type {Item[]} */
    this.items = [];
    this.index = -1;
    /** How many claims match the filter and wait for this editor. */
    this.left = 0;
    /** How many the server counted last. */
    this.matching = 0;
    this.exhausted = false;
    /** @type {Map<string, Detail>} */
    this.ready = new Map();
    /** @type {Map<string, Promise<Detail>>} */
    this.asked = new Map();
    /** @type {Set<string>} details that something changed since */
    this.stale = new Set();
    /** @type {Promise<void>|null} */
    this.refilling = null;
    this.generation = 0;
  }

  /**
   * Begins anew with these filters, at the claim `first` where one is named.
   * @param {import('./types.js').Filters} filters
   * @param {string|null} first
   */
  async start(filters, first) {
    this.generation += 1;
    this.filters = filters;
    this.items = [];
    this.index = -1;
    this.exhausted = false;
    this.refilling = null;
    this.ready.clear();
    this.asked.clear();
    this.stale.clear();
    await this.refill();
    if (first) this.visit(first);
    else if (this.items.length) this.index = 0;
    this.prefetch();
  }

  /** @returns {Item|null} */
  get current() {
    return this.items[this.index] ?? null;
  }

  get skipped() {
    return this.items.filter((item) => item.state === 'skipped').length;
  }

  /** @param {string} id  @returns {Item|undefined} */
  item(id) {
    return this.items.find((item) => item.id === id);
  }

  /**
   * One step through all claims, decided ones too.
   * @param {1|-1} delta
   * @returns {boolean}  false at either end
   */
  step(delta) {
    const to = this.index + delta;
    if (to < 0 || to >= this.items.length) return false;
    this.index = to;
    this.prefetch();
    return true;
  }

  /**
   * Goes to the next claim that waits, from here to the end, then from the beginning.
   * @returns {boolean}  false when none waits (here)
   */
  nextOpen() {
    const order = [...this.items.keys()];
    const around = [...order.slice(this.index + 1), ...order.slice(0, this.index + 1)];
    const to = around.find((i) => this.items[i].state === 'open');
    this.index = to ?? this.items.length;
    this.prefetch();
    return to !== undefined;
  }

  /**
   * Goes to a claim, putting it behind the current one if it is not in the queue.
   * @param {string} id
   */
  visit(id) {
    const there = this.items.findIndex((item) => item.id === id);
    if (there >= 0) {
      this.index = there;
    } else {
      this.index = Math.min(this.index + 1, this.items.length);
      this.items.splice(this.index, 0, {id, claim: null, state: 'open'});
    }
    this.prefetch();
  }

  /**
   * Notes what became of a claim, and so how many are left.
   * @param {string} id
   * @param {Item['state']} state
   */
  mark(id, state) {
    const item = this.item(id);
    if (!item || item.state === state) return;
    const counts = item.claim !== null && this.#countsVerdicts();
    if (counts && state === 'decided') this.left = Math.max(0, this.left - 1);
    if (counts && item.state === 'decided') this.left += 1;
    item.state = state;
  }

  /** Lets the skipped ones wait again. */
  reopenSkipped() {
    for (const item of this.items) {
      if (item.state === 'skipped') item.state = 'open';
    }
    return this.nextOpen();
  }

  #countsVerdicts() {
    return (this.filters.status ?? 'unreviewed') === 'unreviewed';
  }

  /** Fetches more claims when few are left ahead. */
  refill() {
    if (this.refilling) return this.refilling;
    const generation = this.generation;
    const fetching = (async () => {
      const skip = this.items.filter((item) => item.state !== 'decided' || this.#isUnsettled(item))
          .map((item) => item.id);
      const untold = Math.max(0, skip.length - MAX_SKIPPED_IN_REQUEST);  // an address has its limits
      const {claims, matching} = await this.api.queue(
          this.filters, {limit: PAGE + untold, skip: skip.slice(untold)});
      if (generation !== this.generation) return;
      const known = new Set(this.items.map((item) => item.id));
      const fresh = claims.filter((claim) => !known.has(claim.claim_id));
      for (const claim of fresh) this.items.push({id: claim.claim_id, claim, state: 'open'});
      this.exhausted = fresh.length === 0;
      this.matching = matching;
      const decidedHere = claims.filter(
          (claim) => this.item(claim.claim_id)?.state === 'decided').length;
      this.left = Math.max(0, matching - (this.#countsVerdicts() ? decidedHere : 0));
    })();
    this.refilling = fetching.finally(() => {
      if (this.refilling === fetching) this.refilling = null;
    });
    return this.refilling;
  }

  /** @param {Item} item  whether the server may still think that it waits */
  #isUnsettled(item) {
    return this.stale.has(item.id) || !this.#countsVerdicts();
  }

  /** Fetches the claims that come next, so that a key is answered at once. */
  prefetch() {
    const open = this.items.slice(this.index + 1).filter((item) => item.state === 'open');
    const wanted = [this.current, this.items[this.index + 1], ...open.slice(0, AHEAD)];
    for (const item of wanted) {
      if (item && !this.ready.has(item.id)) this.fetch(item.id).catch(() => {});
    }
    if (open.length < REFILL_BELOW && !this.exhausted) {
      this.refill().then(() => this.#trim(), () => {});
    }
  }

  /**
   * A claim from the server, whatever is here already.
   * @param {string} id
   * @returns {Promise<Detail>}
   */
  fetch(id) {
    const running = this.asked.get(id);
    if (running) return running;
    this.stale.delete(id);
    const asked = this.api.claim(id).then((detail) => {
      if (this.asked.get(id) === asked) this.asked.delete(id);
      this.ready.set(id, detail);
      return detail;
    }, (error) => {
      if (this.asked.get(id) === asked) this.asked.delete(id);
      throw error;
    });
    this.asked.set(id, asked);
    return asked;
  }

  /**
   * What a change of one claim makes old: itself and those that show it among their other sources.
   * @param {string} id
   */
  outdate(id) {
    this.asked.delete(id);
    this.stale.add(id);
    for (const [other, detail] of this.ready) {
      if (detail.others.some(({claim}) => claim.claim_id === id)) this.stale.add(other);
    }
  }

  #trim() {
    for (const id of this.ready.keys()) {
      if (this.ready.size <= MAX_DETAILS) break;
      const at = this.items.findIndex((item) => item.id === id);
      if (Math.abs(at - this.index) > AHEAD + 1) this.ready.delete(id);
    }
  }
}
