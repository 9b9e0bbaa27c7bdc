// Which claims are shown: kept in the page's address, so that it can be shared and the browser's back
// button works; chips show what is set, a form sets it.

import {Refused} from './api.js';
import {button, byId, el, fill} from './dom.js';
import {t, termOf} from './i18n.js';

/** @typedef {import('./types.js').Filters} Filters */

const STATUSES = ['unreviewed', 'accepted', 'rejected', 'corrected', 'any'];
const ORDERS = ['risk', 'document', 'newest'];
export const NAMES = ['status', 'subject', 'metric', 'q', 'site', 'modality', 'kind', 'rule',
  'min_confidence', 'max_confidence', 'flagged', 'conflicts', 'order'];
/** What holds when the address does not say. */
const DEFAULTS = /** @type {Filters} */ ({status: 'unreviewed', order: 'risk'});
const COUNT_AFTER_MS = 200;

/**
 * The filters that an address sets; names it does not know are left alone.
 * @param {string} search
 * @returns {Filters}
 */
export function filtersOf(search) {
  const parameters = new URLSearchParams(search);
  return withoutDefaults(Object.fromEntries(
      NAMES.filter((name) => parameters.get(name)).map((name) => [name, parameters.get(name) ?? ''])));
}

/**
 * The address of filters, and of a claim or view where one is named.
 * @param {Filters} filters
 * @param {{claim?: string, view?: string}} [place]
 */
export function addressOf(filters, {claim, view} = {}) {
  const parameters = new URLSearchParams(withoutDefaults(filters));
  if (view && view !== 'review') parameters.set('view', view);
  if (claim) parameters.set('claim', claim);
  const text = parameters.toString();
  return location.pathname + (text ? '?' + text : '');
}

/** @param {Filters} filters */
function withoutDefaults(filters) {
  return Object.fromEntries(Object.entries(filters).filter(
      ([name, value]) => NAMES.includes(name) && value !== '' && value !== DEFAULTS[name]));
}

/**
 * One filter in words.
 * @param {string} name
 * @param {string} value
 */
function words(name, value) {
  if (name === 'flagged' || name === 'conflicts') return t('filter.' + name);
  if (name === 'status') return termOf('status', value);
  const shown = name === 'modality' || name === 'kind' ? termOf(name, value) :
      name === 'order' ? t('order.' + value) : value;
  return `${t('filter.' + name)}: ${shown}`;
}

/**
 * The chips of what is set, each with a button that takes it away.
 * @param {Element} place
 * @param {Filters} filters
 * @param {(filters: Filters) => void} apply
 */
export function showChips(place, filters, apply) {
  const set = {status: DEFAULTS.status, ...filters};
  fill(place, ...Object.entries(set).map(([name, value]) => el('span', {class: 'chip', 'data-filter': name},
      words(name, value),
      name in filters && button({'aria-label': t('filter.remove', {filter: words(name, value)})},
          () => apply(Object.fromEntries(Object.entries(filters).filter(([other]) => other !== name))), '✕'))));
}

export class FilterDialog {
  /**
   * @param {{choices: import('./types.js').Choices, api: typeof import('./api.js').api,
   *   apply: (filters: Filters) => void}} does
   */
  constructor(does) {
    this.does = does;
    this.dialog = /** @type {HTMLDialogElement} */ (byId('filter-dialog'));
    this.form = /** @type {HTMLFormElement} */ (byId('filter-form'));
    /** @type {number|undefined} */
    this.timer = undefined;
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.dialog.close();
      this.does.apply(this.#read());
    });
    this.form.addEventListener('input', () => this.#countSoon());
    byId('filter-clear').addEventListener('click', () => this.#build({}));
    byId('filter-leave').addEventListener('click', () => this.dialog.close());
  }

  /** @param {Filters} filters */
  open(filters) {
    this.#build(filters);
    this.dialog.showModal();
    this.#input('q').focus();
  }

  /** @param {Filters} filters */
  #build(filters) {
    const {kind, modality} = this.does.choices;
    /** @param {string} name @param {any} input */
    const row = (name, input) => [el('label', {for: 'filter-' + name}, t('filter.' + name)), input];
    /** @param {string} name @param {Object<string, any>} [more] */
    const text = (name, more = {}) => row(name, el('input', {id: 'filter-' + name, name, autocomplete: 'off',
      value: filters[name] ?? '', ...more}));
    /** @param {string} name @param {string[]} values @param {(value: string) => string} label */
    const select = (name, values, label) => row(name, el('select', {id: 'filter-' + name, name},
        ...values.map((value) => el('option', {value, selected: value === (filters[name] ?? DEFAULTS[name] ?? '')},
            value === '' ? t('filter.all') : label(value)))));
    /** @param {string} name */
    const box = (name) => [el('span', {}), el('label', {class: 'box'},
        el('input', {type: 'checkbox', name, value: '1', checked: filters[name] === '1'}), ' ', t('filter.' + name))];
    const fraction = {type: 'number', min: 0, max: 1, step: 0.01};
    fill(byId('filter-fields'), ...text('q'), ...text('subject', {list: 'filter-subjects'}),
        el('datalist', {id: 'filter-subjects'}), ...text('metric', {list: 'filter-metrics'}),
        el('datalist', {id: 'filter-metrics'}),
        ...select('status', STATUSES, (value) => termOf('status', value)),
        ...box('conflicts'), ...box('flagged'), ...text('max_confidence', fraction), ...text('min_confidence', fraction),
        ...select('kind', ['', ...kind], (value) => termOf('kind', value)),
        ...select('modality', ['', ...modality], (value) => termOf('modality', value)),
        ...text('site'), ...text('rule'),
        ...select('order', ORDERS, (value) => t('order.' + value)));
    for (const [name, list] of [['subject', 'filter-subjects'], ['metric', 'filter-metrics']]) {
      this.#input(name).addEventListener('input', () => this.#offer(name, list));
    }
    this.#count();
  }

  /** @param {string} name @returns {any} */
  #input(name) {
    return this.form.elements.namedItem(name);
  }

  /** @returns {Filters} */
  #read() {
    const data = new FormData(this.form);
    return withoutDefaults(Object.fromEntries(NAMES.map((name) => [name, String(data.get(name) ?? '').trim()])));
  }

  /** @param {string} field @param {string} list */
  async #offer(field, list) {
    const typed = this.#input(field).value.trim();
    const {values} = await this.does.api.values(field, typed).catch(() => ({values: []}));
    fill(byId(list), ...values.map(({value, note}) => el('option', {value}, note ?? '')));
  }

  #countSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#count(), COUNT_AFTER_MS);
  }

  async #count() {
    const place = byId('filter-count');
    if (!this.form.checkValidity()) {
      place.textContent = t('filter.confidenceRange');
      return;
    }
    const filters = this.#read();
    try {
      const {matching} = await this.does.api.queue(filters, {limit: 1});
      place.textContent = t('filter.matching', {n: matching});
    } catch (error) {
      place.textContent = error instanceof Refused ? error.message : t('unreachable');
    }
  }
}
