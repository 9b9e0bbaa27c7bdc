// The editors' page: what a key or a button does, and who hears of it.

import {api, Refused, Unreachable} from './api.js';
import {BatchDialog, batchWords} from './batch.js';
import {Decisions, stepWords, VERDICTS} from './decisions.js';
import {button, byId, el, fill, isWebAddress} from './dom.js';
import {addressOf, FilterDialog, filtersOf, showChips} from './filters.js';
import {CorrectionForm} from './form.js';
import {chooseLanguage, language, LANGUAGES, t, termOf, translate} from './i18n.js';
import {KeyDialog, showKeyBar} from './keydialog.js';
import {isForPage, KeyMap, keyName, shownKey} from './keys.js';
import {clearWarning, say, warn} from './notices.js';
import {Outbox} from './outbox.js';
import {Progress} from './progress.js';
import {Prompt} from './prompts.js';
import {Queue} from './queue.js';
import {Screen} from './screen.js';
import {remember, remembered} from './store.js';
import {UnsavedDialog} from './unsaved.js';
import {showDetached, showHistory, showSummary} from './views.js';

/** @typedef {import('./types.js').Filters} Filters */
/** @typedef {import('./types.js').Other} Other */

const STATUS_AFTER = /** @type {Object<string, string>} */ (
    {accept: 'accepted', reject: 'rejected', correct: 'corrected', merge: 'corrected', split: 'corrected'});
const VIEWS = ['review', 'history', 'summary', 'detached'];
/** Keys that do something in every view; the others are about the claim on the screen. */
const EVERYWHERE = new Set(['filter', 'history', 'help', 'undo', 'redo']);
/** Keys that may be held down. */
const REPEATABLE = new Set(['next', 'previous']);

class ReviewPage {
  /** @param {import('./types.js').Choices} choices */
  constructor(choices) {
    this.choices = choices;
    this.editor = remembered('editor', '');
    this.view = 'review';
    /** @type {Filters} */
    this.filters = {};
    const editor = () => this.editor;
    const reasonText = (/** @type {string} */ code) => this.#reasonText(code);
    const open = (/** @type {string} */ id) => this.openClaim(id);

    this.queue = new Queue(api);
    this.outbox = new Outbox(api, choices.database);
    this.decisions = new Decisions({queue: this.queue, outbox: this.outbox, api, editor});
    this.progress = new Progress();
    this.keys = new KeyMap();
    this.prompt = new Prompt();
    this.screen = new Screen({open, reasonText});
    this.form = new CorrectionForm(byId('correct-form'), {
      choices, api, save: (fields, note) => this.#correct(fields, note), leave: () => this.#showForm(false)});
    this.filterDialog = new FilterDialog({choices, api, apply: (filters) => this.setFilters(filters)});
    this.batchDialog = new BatchDialog({choices, api, editor, reasonText,
      done: (ids, claims, decision) => this.#batchDone(ids, claims, decision)});
    this.keyDialog = new KeyDialog(this.keys, () => this.#showKeys());
    this.unsaved = new UnsavedDialog(this.outbox, {reasonText, open,
      dropped: (entry) => this.#entryDropped(entry), kept: (entry) => this.queue.mark(entry.claimId, 'decided')});
    this.viewDoes = {api, editor, reasonText, open,
      undo: (/** @type {any} */ action) => this.decisions.undoSaved(action)};
  }

  async run() {
    this.#showWords();
    this.#listen();
    if (!this.editor) await this.#askName();
    await this.outbox.open();
    this.progress.read(api, this.editor).then(() => this.#showProgress(), () => {});
    await this.#followAddress();
  }

  #listen() {
    document.addEventListener('keydown', (event) => this.#key(event));
    addEventListener('popstate', () => this.#followAddress());
    addEventListener('beforeunload', (event) => {
      if (this.outbox.unsent.length > 0 || this.form.isDirty) event.preventDefault();
    });
    this.outbox.addEventListener('change', () => this.#showOutbox());
    this.outbox.addEventListener('sent', (event) => this.#sent(/** @type {CustomEvent} */ (event).detail));
    this.outbox.addEventListener('conflict', () => this.unsaved.open());
    this.outbox.addEventListener('refused', (event) => this.#refused(/** @type {CustomEvent} */ (event).detail.entry));
    byId('unsaved').addEventListener('click', () => this.unsaved.open());
    byId('editor').addEventListener('click', () => this.#askName());
    byId('filter-open').addEventListener('click', () => this.filterDialog.open(this.filters));
    byId('language').addEventListener('change', () => {
      chooseLanguage(byId('language').value);
      this.#showWords();
      this.#follow();
    });
    for (const view of VIEWS) {
      byId('tab-' + view).addEventListener('click', (/** @type {Event} */ event) => {
        event.preventDefault();
        this.go({view});
      });
    }
    byId('comment-form').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#comment();
    });
    byId('comment-leave').addEventListener('click', () => byId('comment-dialog').close());
  }

  // ---- where we are: address, filters, views

  /** @param {{filters?: Filters, view?: string, claim?: string}} to */
  go({filters = this.filters, view = this.view, claim}) {
    history.pushState(null, '', addressOf(filters, {view, claim}));
    this.#followAddress();
  }

  /** @param {Filters} filters */
  setFilters(filters) {
    this.go({filters, view: 'review'});
  }

  /** Shows a claim, whatever the filter; the queue goes on behind it. @param {string} id */
  openClaim(id) {
    if (this.form.isOpen) this.form.leave();
    this.queue.visit(id);
    if (this.view !== 'review') {
      history.pushState(null, '', addressOf(this.filters, {claim: id}));
      this.view = 'review';
    }
    this.#follow();
  }

  /** Reads the address and shows what it says. */
  async #followAddress() {
    const parameters = new URLSearchParams(location.search);
    const view = parameters.get('view') ?? 'review';
    const filters = filtersOf(location.search);
    const claim = parameters.get('claim');
    const sameQueue = this.queue.generation > 0 && JSON.stringify(filters) === JSON.stringify(this.filters);
    this.view = VIEWS.includes(view) ? view : 'review';
    this.filters = filters;
    showChips(byId('filters'), filters, (changed) => this.setFilters(changed));
    if (this.form.isOpen) this.form.leave();
    try {
      if (!sameQueue) await this.queue.start(filters, claim);
      else if (claim && claim !== this.queue.current?.id) this.queue.visit(claim);
      clearWarning('queue');
    } catch (error) {
      this.#warnOf(error, 'queue');
      if (error instanceof Unreachable) setTimeout(() => this.#followAddress(), 3000);
    }
    this.#follow();
  }

  /** Shows the view, and in the view of review the queue's claim. */
  #follow() {
    for (const view of VIEWS) {
      byId('view-' + view).hidden = view !== this.view;
      byId('tab-' + view).setAttribute('aria-current', view === this.view ? 'page' : 'false');
    }
    this.prompt.close();
    if (this.view === 'review') return this.#showCurrent();
    const place = byId('view-' + this.view);
    const shown = this.view === 'history' ? showHistory(place, this.viewDoes, false) :
        this.view === 'summary' ? showSummary(place, this.viewDoes) : showDetached(place, this.viewDoes);
    shown.then(() => clearWarning('view'), (error) => this.#warnOf(error, 'view'));
  }

  #showCurrent() {
    this.#showProgress();
    const item = this.queue.current;
    if (!item) return this.#showEnd();
    const {id} = item;
    history.replaceState(null, '', addressOf(this.filters, {claim: id}));
    const ready = this.queue.ready.get(id);
    this.screen.show(id, ready, item.claim);
    this.#showForm(false);
    if (ready) this.#showPending(id);
    if (ready && !this.queue.stale.has(id)) return;
    this.queue.fetch(id).then((detail) => {
      this.#freshen(detail);
      clearWarning('claim');
    }, (error) => {
      if (this.screen.id === id) this.#warnOf(error, 'claim');
      if (error instanceof Unreachable && !ready) {
        setTimeout(() => this.screen.id === id && !this.screen.detail && this.#showCurrent(), 3000);
      }
    });
  }

  /**
   * The verdict on its way, where there is one, in place of the status that the server last told.
   * @param {string} id
   */
  #showPending(id) {
    const entry = this.outbox.unsent.findLast((one) => one.claimId === id && one.kind === 'decide' &&
        VERDICTS.includes(one.body.decision));
    if (entry && this.screen.id === id) this.screen.showStatus(STATUS_AFTER[entry.body.decision]);
  }

  #showEnd() {
    history.replaceState(null, '', addressOf(this.filters));
    const {skipped, items} = this.queue;
    this.screen.showDone(
        el('h2', {}, t(items.length === 0 ? 'end.empty' : 'end.done')),
        el('p', {}, t(items.length === 0 ? 'end.emptyHelp' : 'end.doneHelp', {n: this.progress.today})),
        el('p', {class: 'buttons'},
            skipped > 0 && button({class: 'primary'}, () => {
              this.queue.reopenSkipped();
              this.#follow();
            }, t('end.skipped', {n: skipped})),
            button({}, () => this.#restart(), t('end.look')),
            button({}, () => this.filterDialog.open(this.filters), t('filter.change'))));
    this.#showProgress();
  }

  /** Asks the server anew: a batch running beside may have brought claims. */
  async #restart() {
    try {
      await this.queue.start(this.filters, null);
    } catch (error) {
      this.#warnOf(error, 'queue');
    }
    this.#follow();
  }

  async #advance() {
    if (!this.queue.nextOpen() && !this.queue.exhausted) {
      await this.queue.refill().catch(() => {});
      this.queue.nextOpen();
    }
    this.#showCurrent();
  }

  // ---- keys

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!isForPage(event)) return;
    const name = keyName(event);
    if (this.prompt.isOpen) {
      if (event.repeat || this.prompt.take(name)) event.preventDefault();
      else if (this.keys.actionOf(name)) say(t('prompt.first'));
      return;
    }
    if (name === 'escape' && this.view !== 'review') return this.go({view: 'review'});
    const action = this.keys.actionOf(name);
    if (!action) return;
    event.preventDefault();
    if (event.repeat && !REPEATABLE.has(action)) return;
    this.act(action);
  }

  /** @param {string} action */
  act(action) {
    if (this.form.isOpen) return say(t('form.first'));
    if (this.prompt.isOpen) this.prompt.close();
    if (this.view !== 'review' && !EVERYWHERE.has(action)) return say(t('view.first'));
    const does = /** @type {Object<string, () => any>} */ ({
      accept: () => this.#whenReady(() => this.#decide('accept')),
      reject: () => this.#whenReady(() => this.#askReason()),
      edit: () => this.#whenReady(() => this.#edit()),
      flag: () => this.#whenReady(() => this.#decide('flag')),
      comment: () => this.#whenReady(() => this.#askComment()),
      merge: () => this.#whenReady(() => this.#askClaim('merge')),
      split: () => this.#whenReady(() => this.#askClaim('split')),
      skip: () => this.#skip(),
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      open: () => this.#openArticle(),
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      nextInArticle: () => this.#neighbour('next'),
      previousInArticle: () => this.#neighbour('previous'),
      filter: () => this.filterDialog.open(this.filters),
      batch: () => this.#batch(),
      history: () => this.go({view: this.view === 'history' ? 'review' : 'history'}),
      help: () => this.keyDialog.open(),
    });
    does[action]?.();
  }

  /** Does it only to a claim that is shown and can have been seen. @param {() => void} act */
  #whenReady(act) {
    const readiness = this.screen.readiness();
    if (readiness === 'ready') act();
    else say(t('readiness.' + readiness));
  }

  // ---- decisions on the claim on the screen

  /**
   * @param {string} decision
   * @param {{fields?: Object<string, string|null>, reason?: string, note?: string|null, target?: string}} [more]
   */
  #decide(decision, more = {}) {
    const detail = this.screen.detail;
    if (!detail) return;
    this.decisions.decide(detail, decision, more);
    this.#verdictGiven(detail.claim, decision);
  }

  /** @param {import('./types.js').Claim} claim @param {string} decision */
  #verdictGiven(claim, decision) {
    say(t('did', {decision: termOf('decision', decision), surface: claim.surface,
      key: shownKey(this.keys.keysOf('undo')[0])}));
    if (!VERDICTS.includes(decision)) return;
    this.progress.add();
    this.#advance();
  }

  #skip() {
    const item = this.queue.current;
    if (!item || this.screen.readiness() === 'tooSoon') return say(t('readiness.' + this.screen.readiness()));
    this.decisions.skip(item);
    this.#advance();
  }

  #askReason() {
    const {reasons} = this.choices;
    this.prompt.ask({text: t('prompt.reason'), choices: reasons.map(({code}) => this.#reasonText(code)),
      choose: (index) => this.#decide('reject', {reason: reasons[index].code}),
      without: () => this.#decide('reject'), withoutText: t('prompt.noReason')});
  }

  /** @param {'merge'|'split'} decision */
  #askClaim(decision) {
    const detail = this.screen.detail;
    if (!detail) return;
    const others = [...detail.others].filter(
        (other) => (other.relation === 'same fact') === (decision === 'split')).slice(0, 9);
    if (others.length === 0) return say(t('prompt.none.' + decision));
    const pick = (/** @type {Other} */ other) => {
      this.prompt.close();
      this.#decide(decision, {target: other.claim.claim_id});
    };
    this.screen.offer(others, pick);
    this.prompt.ask({text: t('prompt.' + decision),
      choices: others.map(({claim}) => `${claim.surface} ${claim.source ?? claim.site ?? ''}`),
      choose: (index) => {
        this.screen.endOffer();
        pick(others[index]);
      },
      without: null, left: () => this.screen.endOffer()});
  }

  #askComment() {
    byId('comment-text').value = '';
    byId('comment-dialog').showModal();
    byId('comment-text').focus();
  }

  #comment() {
    const note = byId('comment-text').value.trim();
    byId('comment-dialog').close();
    if (note) this.#decide('comment', {note});
  }

  #edit() {
    if (!this.screen.detail) return;
    this.#showForm(true);
    this.form.open(this.screen.detail.claim);
  }

  /**
   * The form stays until the server has read what was typed, or cannot be reached.
   * @param {Object<string, string|null>} fields
   * @param {string|null} note
   */
  async #correct(fields, note) {
    const detail = this.screen.detail;
    if (!detail || this.form.isSaving) return;
    this.form.isSaving = true;
    const entryId = this.decisions.decide(detail, 'correct', {fields, note});
    const refused = await this.outbox.answered(entryId);
    this.form.isSaving = false;
    if (refused) {
      this.outbox.drop(entryId);
      this.decisions.forget(entryId);
      this.queue.mark(detail.claim.claim_id, 'open');
      return this.form.refuse(refused.theirs?.field, refused.error ?? '');
    }
    this.form.saved();
    this.#verdictGiven(detail.claim, 'correct');
  }

  /** @param {boolean} open */
  #showForm(open) {
    byId('facts').hidden = open;
    byId('correct-form').hidden = !open;
    if (!open) byId('claim').focus({preventScroll: true});
  }

  // ---- taking back

  async #undo() {
    await this.outbox.settled();
    try {
      const step = await this.decisions.undo();
      if (!step) return say(t('undo.nothing'));
      if (VERDICTS.includes(step.decision)) this.progress.takeBack();
      this.#back(step, 'undo.did');
    } catch (error) {
      this.#warnOf(error, 'undo');
    }
  }

  async #redo() {
    await this.outbox.settled();
    const step = this.decisions.redo();
    if (!step) return say(t('redo.nothing'));
    if (VERDICTS.includes(step.decision)) this.progress.add();
    this.#back(step, 'redo.did');
    if (VERDICTS.includes(step.decision) || step.decision === 'skip') this.#advance();
  }

  /** @param {import('./decisions.js').Step} step @param {string} words */
  #back(step, words) {
    say(t(words, {step: stepWords(step)}));
    if (!step.claimId) return;
    this.view = 'review';
    this.queue.visit(step.claimId);
    this.#follow();
  }

  // ---- what the server answered

  /** @param {{entry: import('./outbox.js').Entry, result: any}} sent */
  #sent({entry}) {
    clearWarning('outbox');
    if (entry.claimId) this.#outdate(entry.claimId);
  }

  /** @param {string} id */
  #outdate(id) {
    this.queue.outdate(id);
    const shown = this.screen.id;
    if (this.view !== 'review' || !shown || !this.queue.stale.has(shown) || this.form.isOpen) return;
    this.queue.fetch(shown).then((detail) => this.#freshen(detail), () => {});
  }

  /**
   * What the server says now of the claim on the screen; not under the hands of an editor at work on it.
   * @param {import('./types.js').Detail} detail
   */
  #freshen(detail) {
    if (this.screen.detail && (this.form.isOpen || this.prompt.isOpen)) return;
    this.screen.update(detail);
    this.#showPending(detail.claim.claim_id);
  }

  /** @param {import('./outbox.js').Entry} entry */
  #refused(entry) {
    if (this.form.isSaving && this.form.claimId === entry.claimId) return;  // the form says it
    warn(t('refused', {surface: entry.surface, error: entry.error ?? ''}), 'refused ' + entry.id);
    this.queue.mark(entry.claimId, 'open');
    this.queue.outdate(entry.claimId);
    if (this.form.isOpen || this.prompt.isOpen || this.view !== 'review' || !entry.claimId) return;
    this.outbox.drop(entry.id);
    this.decisions.forget(entry.id);
    if (entry.body.fields) this.form.keepDraft(entry.claimId, entry.body.fields);
    this.openClaim(entry.claimId);
  }

  /** @param {import('./outbox.js').Entry} entry */
  #entryDropped(entry) {
    if (entry.state === 'refused') this.queue.mark(entry.claimId, 'open');
    clearWarning('refused ' + entry.id);
    this.#outdate(entry.claimId);
  }

  /** @param {number[]} ids @param {number} claims @param {string} decision */
  #batchDone(ids, claims, decision) {
    const words = batchWords(decision, claims);
    this.decisions.noteBatch(ids, words);
    if (VERDICTS.includes(decision)) this.progress.add(claims);
    say(words);
    this.#restart();
  }

  // ---- small things

  /** @param {1|-1} delta */
  #step(delta) {
    if (this.queue.step(delta)) this.#showCurrent();
    else if (delta > 0) this.#advance();
    else say(t('step.none'));
  }

  /** @param {'previous'|'next'} which */
  #neighbour(which) {
    const id = this.screen.detail?.neighbours[which];
    if (id) this.openClaim(id);
    else say(t('step.none'));
  }

  #openArticle() {
    const url = this.screen.detail?.document.url ?? null;
    if (isWebAddress(url)) window.open(/** @type {string} */ (url), '_blank', 'noopener,noreferrer');
    else say(t('open.none'));
  }

  async #batch() {
    await this.outbox.settled();
    if (this.outbox.unsent.length > 0) return say(t('batch.unsent'));
    this.batchDialog.open(this.filters);
  }

  /** @param {string} code */
  #reasonText(code) {
    const label = this.choices.reasons.find((reason) => reason.code === code)?.label ?? code;
    const words = termOf('reason', code);
    return words === code.replaceAll('_', ' ') ? label : words;
  }

  /** Asks who decides. */
  #askName() {
    const dialog = /** @type {HTMLDialogElement} */ (byId('name-dialog'));
    const input = /** @type {HTMLInputElement} */ (byId('name'));
    const form = byId('name-form');
    input.value = this.editor || this.choices.editor || '';
    dialog.showModal();
    input.select();
    return /** @type {Promise<void>} */ (new Promise((named) => {
      dialog.oncancel = (event) => {
        if (!this.editor) event.preventDefault();  // somebody must stand behind a decision
      };
      dialog.onclose = () => named();
      form.onsubmit = (/** @type {Event} */ event) => {
        event.preventDefault();
        const name = input.value.trim();
        if (!name) return;
        this.editor = name;
        remember('editor', name);
        dialog.close();
        this.#showWords();
        this.progress.read(api, name).then(() => this.#showProgress(), () => {});
      };
    }));
  }

  /** @param {unknown} error @param {string} about */
  #warnOf(error, about) {
    if (error instanceof Refused) warn(error.message, about);
    else if (error instanceof Unreachable) warn(t('unreachable'), about);
    else throw error;
  }

  #showOutbox() {
    const {unsent, troubled, offline, kept} = this.outbox;
    const chip = byId('unsaved');
    chip.hidden = unsent.length === 0;
    chip.textContent = t('unsaved.count', {n: unsent.length});
    chip.classList.toggle('troubled', troubled.length > 0 || offline);
    if (offline && unsent.length > 0) warn(t(kept ? 'unsaved.offline' : 'unsaved.notKept'), 'outbox');
    else clearWarning('outbox');
  }

  #showProgress() {
    const pace = this.progress.pace();
    byId('matching').textContent = t('filter.matching', {n: this.queue.matching});
    fill(byId('progress'), el('span', {}, t('progress.today'), ' ', el('b', {}, String(this.progress.today))),
        el('span', {}, t('progress.left'), ' ', el('b', {id: 'left'}, String(this.queue.left))),
        pace !== null && el('span', {}, el('b', {}, String(pace)), t('progress.pace')));
  }

  #showKeys() {
    showKeyBar(byId('keybar'), this.keys, (action) => this.act(action));
  }

  /** All words of the page that do not belong to the claim, in the language chosen. */
  #showWords() {
    translate(document);
    fill(byId('language'), ...LANGUAGES.map((code) => el('option', {value: code, lang: code,
      selected: code === language()}, t('language.' + code))));
    byId('editor').textContent = this.editor || '–';
    byId('database').textContent = this.choices.database.split('/').at(-1) ?? '';
    byId('database').title = this.choices.database;
    showChips(byId('filters'), this.filters, (changed) => this.setFilters(changed));
    this.#showKeys();
    this.#showProgress();
  }
}

/** Waits for the server to be there. */
async function readChoices() {
  for (;;) {
    try {
      return await api.choices();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      warn(t('unreachable'), 'begin');
      await new Promise((go) => setTimeout(go, 3000));
    }
  }
}

async function begin() {
  translate(document);
  const page = new ReviewPage(await readChoices());
  clearWarning('begin');
  await page.run();
  document.documentElement.dataset.ready = 'true';
}

begin().catch((error) => {
  warn(error.message, 'begin');
  console.error(error);
});
