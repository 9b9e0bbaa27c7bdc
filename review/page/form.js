// The form that corrects a claim's fields: every field checked before it is sent, words of the database
// offered while typing, what was typed kept until it is saved.

import {button, el, fill} from './dom.js';
import {t, termOf} from './i18n.js';
import {compareDecimals, isDate, parseNumber} from './values.js';

/** Fields that are a choice of words; those of the second list may be none. */
const CHOICES = new Set(['kind', 'bound', 'direction', 'basis', 'modality']);
const OPTIONAL_CHOICES = new Set(['direction', 'basis']);
const COMPLETED = new Set(['subject', 'metric', 'unit', 'attribution']);
const DECIMALS = new Set(['value', 'low', 'high']);
const DATES = new Set(['period_start', 'period_end']);
const COMPLETE_AFTER_MS = 120;

/**
 * What an editor wrote in a field, as the API takes it.
 * @param {string} field
 * @param {string} typed
 * @returns {{value?: string|null, error?: string}}
 */
export function read(field, typed) {
  const text = typed.trim();
  if (text === '') return {value: null};
  if (DECIMALS.has(field)) {
    const value = parseNumber(text);
    return value === null ? {error: t('form.notNumber')} : {value};
  }
  if (DATES.has(field)) {
    const date = text.normalize('NFKC').replaceAll('/', '-');
    return isDate(date) ? {value: date} : {error: t('form.notDate')};
  }
  return {value: text};
}

/**
 * What is wrong with the fields taken together.
 * @param {Object<string, string|null>} now
 * @returns {{field: string, error: string}|null}
 */
export function discord(now) {
  const hasRange = now.low !== null || now.high !== null;
  if (now.value === null && !hasRange) return {field: 'value', error: t('form.noNumber')};
  if (now.value !== null && hasRange) return {field: 'value', error: t('form.valueAndRange')};
  if (now.low !== null && now.high !== null && compareDecimals(now.low, now.high) > 0) {
    return {field: 'high', error: t('form.lowAboveHigh')};
  }
  if (now.period_start && now.period_end && now.period_start > now.period_end) {
    return {field: 'period_end', error: t('form.startAfterEnd')};
  }
  return null;
}

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
    return this.drafts.size > 0;
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
    this.#close();
    this.does.leave();
  }

  /** The claim was saved: what was typed for it is kept no longer. */
  saved() {
    this.drafts.delete(this.claimId);
    this.#close();
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
    if (error) error.textContent = known ? `${t('field.' + known)}: ${message}` : message;
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
      placeholder: DATES.has(field) ? '2025-12-31' : DECIMALS.has(field) ? '393.31亿' : null,
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
    /** @type {Object<string, string|null>} */
    const now = {};
    for (const field of this.does.choices.fields) {
      const typed = this.#input(field).value;
      // A field that nobody touched goes back as it came, whatever this page would make of it.
      const {value, error} = typed === (this.before[field] ?? '') ? {value: this.before[field]} : read(field, typed);
      if (error) return this.refuse(field, error);
      now[field] = value ?? null;
    }
    const changed = Object.entries(now).filter(([field, value]) => value !== this.before[field]);
    if (changed.length === 0) return this.refuse(undefined, t('form.nothingChanged'));
    const numberChanged = changed.some(([field]) => DECIMALS.has(field) || DATES.has(field));
    const wrong = numberChanged ? discord(now) : null;
    if (wrong) return this.refuse(wrong.field, wrong.error);
    const note = this.#input('note').value.trim() || null;
    this.does.save(Object.fromEntries(changed), note);
  }
}
