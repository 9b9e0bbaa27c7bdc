// Which key does what. The first ones are Prodigy's, which editors' hands know.

import {remember, remembered} from './store.js';

/** @typedef {{id: string, keys: string[], group: 'verdict'|'claim'|'move'|'page'}} Action */

/** @type {Action[]} */
export const ACTIONS = [
  {id: 'accept', keys: ['a'], group: 'verdict'},
  {id: 'reject', keys: ['x'], group: 'verdict'},
  {id: 'edit', keys: ['e'], group: 'verdict'},
  {id: 'skip', keys: ['space'], group: 'verdict'},
  {id: 'undo', keys: ['backspace', 'u'], group: 'verdict'},
  {id: 'redo', keys: ['shift+u', 'shift+backspace'], group: 'verdict'},
  {id: 'flag', keys: ['f'], group: 'claim'},
  {id: 'comment', keys: ['c'], group: 'claim'},
  {id: 'merge', keys: ['m'], group: 'claim'},
  {id: 'split', keys: ['s'], group: 'claim'},
  {id: 'open', keys: ['o'], group: 'claim'},
  {id: 'next', keys: ['j'], group: 'move'},
  {id: 'previous', keys: ['k'], group: 'move'},
  {id: 'nextInArticle', keys: [']'], group: 'move'},
  {id: 'previousInArticle', keys: ['['], group: 'move'},
  {id: 'filter', keys: ['/'], group: 'page'},
  {id: 'batch', keys: ['b'], group: 'page'},
  {id: 'history', keys: ['g'], group: 'page'},
  {id: 'help', keys: ['?'], group: 'page'},
];

/** Keys with a fixed meaning: digits choose, Enter confirms, Escape leaves, Tab and arrows move. */
const RESERVED = /^((shift\+)?(enter|escape|tab|arrow\w+|page\w+|home|end|f\d+|process|unidentified|dead)|\d)$/;

/**
 * The name of the key of an event: `a`, `shift+u`, `space`, `?`. The layout and the shift key decide what
 * a sign is, so it has no `shift+`; a full-width sign of an input method is its plain one.
 * @param {KeyboardEvent} event
 */
export function keyName(event) {
  const key = event.key.normalize('NFKC');
  if (key === ' ' || event.key === '　') return event.shiftKey ? 'shift+space' : 'space';
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  return (event.shiftKey && !isSign ? 'shift+' : '') + key.toLowerCase();
}

/**
 * Whether the page may take this key at all: not while something is typed or composed, not with a
 * modifier that belongs to the browser, not under an open dialog.
 * @param {KeyboardEvent} event
 */
export function isForPage(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (document.querySelector('dialog[open]')) return false;
  const target = event.target;
  if (!(target instanceof Element)) return true;
  if (target.closest('input, textarea, select, [contenteditable]:not([contenteditable="false"])')) {
    return false;
  }
  const pressesButton = event.key === ' ' || event.key === 'Enter';
  return !(pressesButton && target.closest('button, a[href], summary'));
}

/**
 * How a key is written on the screen.
 * @param {string} name
 */
export function shownKey(name) {
  const words = /** @type {Object<string, string>} */ ({space: 'Space', backspace: '⌫', delete: 'Del', shift: '⇧'});
  if (name === '+') return '+';
  return name.split('+').map((part) => words[part] ?? part).join(' ');
}

/** The editor's own choice of keys, laid over the ones above and kept in the browser. */
export class KeyMap {
  constructor() {
    /** @type {Map<string, string[]>} */
    this.keys = new Map(ACTIONS.map(({id, keys}) => [id, [...keys]]));
    const chosen = /** @type {Object<string, string[]>} */ (remembered('keys', {}));
    for (const [id, keys] of Object.entries(chosen)) {
      if (this.keys.has(id) && Array.isArray(keys)) this.keys.set(id, keys.map(String));
    }
    if (!this.#isSound()) this.reset();
  }

  /** @param {string} name  @returns {string|undefined} the action of a key */
  actionOf(name) {
    for (const [id, keys] of this.keys) {
      if (keys.includes(name)) return id;
    }
    return undefined;
  }

  /** @param {string} action  @returns {string[]} */
  keysOf(action) {
    return this.keys.get(action) ?? [];
  }

  /**
   * Gives an action another key in place of all it had, and keeps that; or says what is in the way.
   * @param {string} action
   * @param {string} name
   * @returns {{taken?: string, reserved?: boolean}}  empty when done
   */
  assign(action, name) {
    if (RESERVED.test(name)) return {reserved: true};
    const holder = this.actionOf(name);
    if (holder && holder !== action) return {taken: holder};
    this.keys.set(action, [name]);
    remember('keys', Object.fromEntries(this.keys));
    return {};
  }

  reset() {
    for (const {id, keys} of ACTIONS) this.keys.set(id, [...keys]);
    remember('keys', null);
  }

  #isSound() {
    const all = [...this.keys.values()].flat();
    return new Set(all).size === all.length && [...this.keys.values()].every((keys) => keys.length > 0);
  }
}
