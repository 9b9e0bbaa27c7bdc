// Decisions that the server has not taken: not reached yet, refused, or crossed by somebody else's.

import {button, byId, el, fill} from './dom.js';
import {bareSentence} from './evidence.js';
import {language, t, termOf} from './i18n.js';
import {decisionWords} from './others.js';
import {localTime, myriadsOf, shortValue} from './values.js';

/** @typedef {import('./outbox.js').Entry} Entry */

export class UnsavedDialog {
  /**
   * @param {import('./outbox.js').Outbox} outbox
   * @param {{reasonText: (code: string) => string, open: (id: string) => void,
   *   dropped: (entry: Entry) => void, kept: (entry: Entry) => void}} does
   */
  constructor(outbox, does) {
    this.outbox = outbox;
    this.does = does;
    this.dialog = /** @type {HTMLDialogElement} */ (byId('unsaved-dialog'));
    byId('unsaved-close').addEventListener('click', () => this.dialog.close());
    outbox.addEventListener('change', () => this.#changed());
  }

  open() {
    this.#show();
    if (!this.dialog.open) this.dialog.showModal();
    byId('unsaved-title').focus();  // no button: a key on its way must not press one
  }

  #changed() {
    if (!this.dialog.open) return;
    if (this.outbox.unsent.length === 0) this.dialog.close();
    else this.#show();
  }

  #show() {
    fill(byId('unsaved-list'), ...this.outbox.unsent.map((entry) => this.#item(entry)));
  }

  /** @param {Entry} entry */
  #item(entry) {
    const troubled = entry.state === 'conflict' || entry.state === 'refused';
    const item = el('li', {'data-state': entry.state},
        el('p', {}, el('b', {}, entry.surface), ' ', el('span', {class: 'chip'}, t('unsaved.' + entry.state))));
    if (entry.state === 'conflict') item.append(this.#bothSides(entry));
    else item.append(el('p', {}, t('unsaved.yours'), ' ', ...this.#mine(entry)));
    if (entry.state === 'refused') item.append(el('p', {class: 'error'}, entry.error ?? ''));
    if (!troubled) return item;
    const keep = button({class: 'keep'}, () => {
      const history = entry.theirs?.history ?? [];
      this.outbox.retry(entry.id, history.length > 0 && entry.kind === 'decide' ?
          {seen: Math.max(...history.map((/** @type {any} */ row) => row.review_id))} : {});
      this.does.kept(entry);
    }, t(entry.state === 'conflict' ? 'unsaved.keepMine' : 'unsaved.again'));
    const drop = button({class: 'drop'}, () => {
      this.outbox.drop(entry.id);
      this.does.dropped(entry);
    }, t(entry.state === 'conflict' ? 'unsaved.takeTheirs' : 'unsaved.drop'));
    const look = button({}, () => {
      this.dialog.close();
      this.does.open(entry.claimId);
    }, t('openClaim'));
    item.append(el('p', {class: 'buttons'}, keep, drop, look));
    return item;
  }

  /** @param {Entry} entry */
  #mine(entry) {
    if (entry.kind === 'undo') return [el('b', {}, termOf('decision', 'undo'))];
    const fields = Object.entries(entry.body.fields ?? {}).map(([field, value]) => ({field, old: null, new: value}));
    return decisionWords({...entry.body, decision: entry.body.decision, fields}, this.does.reasonText);
  }

  /** @param {Entry} entry */
  #bothSides(entry) {
    const {claim, history = []} = entry.theirs ?? {};
    const theirs = history.filter((/** @type {any} */ row) => row.review_id > (entry.body.seen ?? 0) &&
        row.editor !== entry.body.editor && !row.undone);
    return el('div', {class: 'sides'},
        claim && el('p', {class: 'sentence', lang: 'zh'}, ...bareSentence(claim)),
        el('div', {}, el('h4', {}, t('unsaved.yours')), el('p', {}, ...this.#mine(entry))),
        el('div', {}, el('h4', {}, t('unsaved.theirs')),
            ...theirs.map((/** @type {any} */ row) => el('p', {}, ...decisionWords(row, this.does.reasonText),
                el('span', {class: 'aside'}, ` · ${row.editor} · ${localTime(row.at, language())}`))),
            claim && el('p', {class: 'aside'}, t('unsaved.now', {
              status: termOf('status', claim.status), value: shortValue(claim, myriadsOf(null, null))}))));
  }
}
