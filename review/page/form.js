// The form that corrects a claim's fields. The server reads what is typed as it reads an article (393.31亿美元,
// 2025年一季度), and what it cannot read comes back here; what was typed is kept until it is saved.

import {button, el, fill} from './dom.js';
import {t, termOf} from './i18n.js';

/** Fields that are a choice of words; those of the second list may be none. */
const CHOICES = new Set(['kind', 'bound', 'direction', 'basis', 'modality']);
const OPTIONAL_CHOICES = new Set(['direction', 'basis']);
const COMPLETED = new Set(['subject', 'metric', 'unit', 'attribution']);
const EXAMPLES = /** @type {Object<string, string>} */ (
    {value: '393.31亿', period_start: '2025-01-01', period_end: '2025-12-31'});
const COMPLETE_AFTER_MS = 120;

export class CorrectionForm {
  /**
   * @param {HTMLFormElement} form
   * @param {{choices: import('./types.js').Choices, api: typeof import('./api.js').api,
   *   save: (fields: Object<string, string|null>, note: string|null) => void, leave: () => void}} does
   */
  constructor(form, does) {
    this.form = form;
    this.does = does;
    /** @type {Map<string, Object<string, string>>} what was typed for a claim and not saved */
    this.drafts = new Map();
    this.claimId = '';
    /** Whether the server has been asked and has not answered. */
    this.isSaving = false;
    /** @type {Object<string, string|null>} */
    this.before = {};
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener('keydown', (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === 'Escape') {
        event.preventDefault();
        this.leave();
      }
    });
    form.addEventListener('input', () => this.#keepDraft());
  }

  get isOpen() {
    return !this.form.hidden;
  }

  /** Whether something typed would be lost with the page. */
  get isDirty() {
    return this.isOpen && this.drafts.has(this.claimId);
  }

  /** @param {import('./types.js').Claim} claim */
  open(claim) {
    this.claimId = claim.claim_id;
    const fields = this.does.choices.fields;
    const now = /** @type {any} */ (claim);
    this.before = Object.fromEntries(fields.map((field) => [field, now[field] ?? null]));
    const draft = this.drafts.get(this.claimId) ?? {};
    fill(this.form, ...fields.map((field) => this.#row(field, draft[field] ?? this.before[field] ?? '')),
        el('label', {for: 'correct-note'}, t('note')),
        el('input', {id: 'correct-note', name: 'note', autocomplete: 'off', value: draft.note ?? ''}),
        el('p', {class: 'error', role: 'alert'}),
        el('p', {class: 'buttons'},
            el('button', {type: 'submit', class: 'primary'}, t('save'), ' ', el('kbd', {}, 'Enter')),
            button({}, () => this.leave(), t('leave'), ' ', el('kbd', {}, 'Esc'))));
    this.form.hidden = false;
    const first = this.#input(fields[0]);
    first.focus();
    first.select?.();
  }

  leave() {
    if (this.isSaving) return;
    this.#close();
    this.does.leave();
  }

  /** The claim was saved: what was typed for it is kept no longer. */
  saved() {
    this.drafts.delete(this.claimId);
    this.#close();
  }

  /**
   * What was typed for a claim and came back later than its form was there.
   * @param {string} claimId
   * @param {Object<string, string|null>} fields
   */
  keepDraft(claimId, fields) {
    this.drafts.set(claimId, Object.fromEntries(
        Object.entries(fields).map(([field, value]) => [field, value ?? ''])));
  }

  /**
   * Shows why a value was not taken.
   * @param {string|undefined} field
   * @param {string} message
   */
  refuse(field, message) {
    const input = field && this.#input(field);
    const known = input ? field : null;
    for (const name of this.does.choices.fields) {
      this.#input(name).setAttribute('aria-invalid', String(name === known));
    }
    const error = this.form.querySelector('.error');
    if (error) error.textContent = known ? `${termOf('field', known ?? '')}: ${message}` : message;
    (input || this.#input(this.does.choices.fields[0])).focus();
  }

  #close() {
    this.form.hidden = true;
    fill(this.form);
  }

  /**
   * @param {string} field
   * @param {string} text
   */
  #row(field, text) {
    const id = 'correct-' + field;
    const label = el('label', {for: id}, t('field.' + field));
    const fragment = document.createDocumentFragment();
    fragment.append(label, CHOICES.has(field) ? this.#select(field, id, text) : this.#text(field, id, text));
    return fragment;
  }

  /** @param {string} field @param {string} id @param {string} chosen */
  #select(field, id, chosen) {
    const known = /** @type {string[]} */ (/** @type {any} */ (this.does.choices)[field] ?? []);
    const values = OPTIONAL_CHOICES.has(field) || chosen === '' ? ['', ...known] : known;
    return el('select', {id, name: field}, ...values.map((value) => el(
        'option', {value, selected: value === chosen}, value === '' ? t('none') : termOf(field, value))));
  }

  /** @param {string} field @param {string} id @param {string} text */
  #text(field, id, text) {
    const input = el('input', {id, name: field, value: text, autocomplete: 'off', spellcheck: 'false',
      placeholder: EXAMPLES[field],
      list: COMPLETED.has(field) ? id + '-list' : null});
    if (!COMPLETED.has(field)) return input;
    const list = el('datalist', {id: id + '-list'});
    /** @type {number|undefined} */
    let timer;
    const offer = async () => {
      const typed = input.value.trim();
      const {values} = await this.does.api.values(field, typed).catch(() => ({values: []}));
      if (typed !== input.value.trim()) return;
      fill(list, ...values.map(({value, note}) => el('option', {value}, note ?? '')));
    };
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(offer, COMPLETE_AFTER_MS);
    });
    input.addEventListener('focus', offer, {once: true});
    const both = document.createDocumentFragment();
    both.append(input, list);
    return both;
  }

  /** @param {string} field @returns {any} */
  #input(field) {
    return this.form.elements.namedItem(field);
  }

  #keepDraft() {
    const names = [...this.does.choices.fields, 'note'];
    this.drafts.set(this.claimId, Object.fromEntries(names.map((name) => [name, this.#input(name).value])));
  }

  #submit() {
    const typed = Object.fromEntries(this.does.choices.fields.map(
        (field) => [field, this.#input(field).value.trim() || null]));
    const changed = Object.entries(typed).filter(([field, value]) => value !== this.before[field]);
    if (changed.length === 0) return this.refuse(undefined, t('form.nothingChanged'));
    this.does.save(Object.fromEntries(changed), this.#input('note').value.trim() || null);
  }
}
