// The strip above the keys that asks for one more key: why a claim is rejected, or which claim is meant.

import {button, byId, el, fill} from './dom.js';
import {t} from './i18n.js';

/**
 * @typedef {Object} Question
 * @property {string} text
 * @property {string[]} choices  by digit, the first nine
 * @property {(index: number) => void} choose
 * @property {(() => void)|null} without  what Enter does
 * @property {string} [withoutText]
 * @property {() => void} [left]
 */

export class Prompt {
  constructor() {
    this.strip = byId('prompt');
    /** @type {Question|null} */
    this.question = null;
  }

  get isOpen() {
    return this.question !== null;
  }

  /** @param {Question} question */
  ask(question) {
    this.question = question;
    fill(this.strip, el('strong', {}, question.text),
        ...question.choices.slice(0, 9).map((choice, i) => button(
            {'data-digit': i + 1}, () => this.#choose(i), el('kbd', {}, String(i + 1)), ' ', choice)),
        question.without && button({}, () => this.#without(), el('kbd', {}, 'Enter'), ' ', question.withoutText ?? ''),
        button({}, () => this.close(), el('kbd', {}, 'Esc'), ' ', t('leave')));
    this.strip.hidden = false;
    this.strip.focus();  // so that Enter is ours and no button's
  }

  close() {
    const left = this.question?.left;
    this.#shut();
    left?.();
  }

  /**
   * @param {string} name  a key's name; every key is ours while we ask
   * @returns {boolean}  whether it meant something
   */
  take(name) {
    if (!this.question) return false;
    if (/^[1-9]$/.test(name) && Number(name) <= this.question.choices.length) {
      this.#choose(Number(name) - 1);
    } else if (name === 'enter' && this.question.without) {
      this.#without();
    } else if (name === 'escape' || name === 'backspace') {
      this.close();
    } else {
      return false;
    }
    return true;
  }

  #shut() {
    this.question = null;
    this.strip.hidden = true;
    fill(this.strip);
  }

  /** @param {number} index */
  #choose(index) {
    const choose = this.question?.choose;
    this.#shut();
    choose?.(index);
  }

  #without() {
    const without = this.question?.without;
    this.#shut();
    without?.();
  }
}
