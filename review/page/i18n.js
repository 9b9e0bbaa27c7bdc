// The interface's words in the reader's language. Article text is never translated.

import {remember, remembered} from './store.js';
import {STRINGS} from './strings.js';

export const LANGUAGES = /** @type {const} */ (['en', 'zh-Hant', 'zh-Hans']);

/** @returns {string} the language chosen, else the browser's */
export function language() {
  const chosen = remembered('language', '');
  if (LANGUAGES.includes(/** @type {any} */ (chosen))) return chosen;
  const wish = navigator.language;
  if (!/^zh\b/i.test(wish)) return 'en';
  return /hant|-tw|-hk|-mo/i.test(wish) ? 'zh-Hant' : 'zh-Hans';
}

/** @param {string} chosen */
export function chooseLanguage(chosen) {
  remember('language', chosen);
}

/**
 * The words of a key, with {name} replaced by parameters.
 * @param {string} key
 * @param {Object<string, any>} [parameters]
 * @returns {string}
 */
export function t(key, parameters = {}) {
  const row = STRINGS[key];
  if (!row) {
    console.error(`strings.js has no "${key}"`);
    return key;
  }
  return row[LANGUAGES.indexOf(/** @type {any} */ (language()))]
      .replace(/\{(\w+)\}/g, (_, name) => String(parameters[name] ?? ''));
}

/**
 * The words for a value of the data (a kind, a role, the name of a check), or the value itself, readable,
 * where the table does not know it: newer rules may have more of them than this page.
 * @param {string} group
 * @param {string|null} value
 * @returns {string}
 */
export function termOf(group, value) {
  if (value === null || value === undefined || value === '') return '–';
  const key = `${group}.${value}`;
  return key in STRINGS ? t(key) : value.replaceAll('_', ' ');
}

/**
 * Fills the static parts of the page: data-t is the text, data-t-label the accessible name.
 * @param {ParentNode} root
 */
export function translate(root) {
  document.documentElement.lang = language();
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(element.getAttribute('data-t') ?? '');
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    element.setAttribute('aria-label', t(element.getAttribute('data-t-label') ?? ''));
  }
  for (const element of root.querySelectorAll('[data-t-placeholder]')) {
    element.setAttribute('placeholder', t(element.getAttribute('data-t-placeholder') ?? ''));
  }
}
