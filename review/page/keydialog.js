// The keys on the screen: the bar at the foot, and the dialog that explains and changes them.

import {button, byId, el, fill} from './dom.js';
import {t} from './i18n.js';
import {ACTIONS, keyName, shownKey} from './keys.js';

/**
 * The bar of all actions with their keys; each can be clicked.
 * @param {Element} place
 * @param {import('./keys.js').KeyMap} keys
 * @param {(action: string) => void} act
 */
export function showKeyBar(place, keys, act) {
  const groups = ['verdict', 'claim', 'move', 'page'];
  fill(place, ...groups.map((group) => el('div', {class: 'group ' + group, role: 'group'},
      ...ACTIONS.filter((action) => action.group === group).map(({id}) => button(
          {'data-action': id, title: t('help.' + id)}, () => act(id),
          el('kbd', {}, shownKey(keys.keysOf(id)[0])), ' ', t('action.' + id))))));
}

export class KeyDialog {
  /**
   * @param {import('./keys.js').KeyMap} keys
   * @param {() => void} changed
   */
  constructor(keys, changed) {
    this.keys = keys;
    this.changed = changed;
    this.dialog = /** @type {HTMLDialogElement} */ (byId('help-dialog'));
    /** @type {string|null} the action that waits for its new key */
    this.waiting = null;
    byId('keys-reset').addEventListener('click', () => {
      keys.reset();
      this.#end(t('keys.wasReset'));
    });
    byId('help-close').addEventListener('click', () => this.dialog.close());
    this.dialog.addEventListener('close', () => {
      this.waiting = null;
    });
    this.dialog.addEventListener('keydown', (event) => this.#take(event));
  }

  open() {
    this.waiting = null;
    fill(byId('keys-message'));
    this.#show();
    this.dialog.showModal();
    byId('help-title').focus();
  }

  #show() {
    fill(byId('keys-list'), ...ACTIONS.map(({id}) => el('tr', {'data-action': id},
        el('th', {scope: 'row'}, t('action.' + id)),
        el('td', {}, ...this.keys.keysOf(id).flatMap((key) => [el('kbd', {}, shownKey(key)), ' '])),
        el('td', {class: 'aside'}, t('help.' + id)),
        el('td', {}, button({class: 'change', 'aria-label': t('keys.changeOf', {action: t('action.' + id)})},
            () => this.#ask(id), this.waiting === id ? t('keys.press') : t('keys.change'))))));
  }

  /** @param {string} action */
  #ask(action) {
    this.waiting = action;
    this.#show();
    this.#say(t('keys.pressFor', {action: t('action.' + action)}));
    byId('keys-message').focus();
  }

  /** @param {KeyboardEvent} event */
  #take(event) {
    if (!this.waiting || event.isComposing || event.keyCode === 229 || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (['Shift', 'Tab', 'CapsLock'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return this.#end('');
    const name = keyName(event);
    const {taken, reserved} = this.keys.assign(this.waiting, name);
    if (reserved) return this.#say(t('keys.reserved', {key: shownKey(name)}));
    if (taken) return this.#say(t('keys.taken', {key: shownKey(name), action: t('action.' + taken)}));
    this.#end(t('keys.changed', {key: shownKey(name), action: t('action.' + this.waiting)}));
  }

  /** @param {string} message */
  #end(message) {
    this.waiting = null;
    this.#say(message);
    this.#show();
    this.changed();
  }

  /** @param {string} message */
  #say(message) {
    byId('keys-message').textContent = message;
  }
}
