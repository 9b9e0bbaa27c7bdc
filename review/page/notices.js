// Short messages at the foot of the page, read out by screen readers.

import {button, byId, el, fill} from './dom.js';
import {t} from './i18n.js';

const SHOWN_MS = 4500;
/** @type {number|undefined} */
let timer;

/**
 * What just happened; goes by itself.
 * @param {string} text
 */
export function say(text) {
  const place = byId('said');
  clearTimeout(timer);
  fill(place, el('span', {}, text));
  timer = setTimeout(() => fill(place), SHOWN_MS);
}

/**
 * What went wrong; stays until it is put away or `clearWarning` says that it is over.
 * @param {string} text
 * @param {string} [about]  a later warning about the same replaces it
 */
export function warn(text, about = '') {
  const place = byId('warnings');
  clearWarning(about);
  const box = el('div', {class: 'warning', 'data-about': about}, el('strong', {}, '⚠ '), el('span', {}, text));
  box.append(button({class: 'quiet', 'aria-label': t('close')}, () => box.remove(), '✕'));
  place.append(box);
}

/** @param {string} about */
export function clearWarning(about) {
  for (const box of byId('warnings').querySelectorAll('.warning')) {
    if (box.getAttribute('data-about') === about) box.remove();
  }
}

/**
 * For screen readers only.
 * @param {string} text
 */
export function announce(text) {
  byId('announced').textContent = text;
}
