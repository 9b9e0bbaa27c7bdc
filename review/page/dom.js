// Building the page's nodes. Article text is hostile input: strings become text nodes, never markup.

/** @typedef {Node|string|null|undefined|false} Child */

/**
 * An element with attributes and children. `class`, `text` and attribute names as in HTML; an attribute
 * whose value is null, undefined or false is left out, true is the bare attribute.
 * @param {string} name
 * @param {Object<string, any>} [attributes]
 * @param {...Child} children
 * @returns {any}
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...present(children));
  return element;
}

/**
 * A button that gives the focus back when a mouse pressed it: Space and Enter stay the page's keys.
 * @param {Object<string, any>} attributes
 * @param {(event: MouseEvent) => void} press
 * @param {...Child} children
 * @returns {HTMLButtonElement}
 */
export function button(attributes, press, ...children) {
  const element = el('button', {type: 'button', ...attributes}, ...children);
  element.addEventListener('click', (/** @type {MouseEvent} */ event) => {
    if (event.detail > 0) element.blur();
    press(event);
  });
  return element;
}

/**
 * The element with this id; the page's own skeleton must have it.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/**
 * @param {Child[]} children
 * @returns {(Node|string)[]}
 */
export function present(children) {
  return /** @type {(Node|string)[]} */ (children.filter(
      (child) => child !== null && child !== undefined && child !== false));
}

/**
 * Puts these children in place of all there are.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...present(children));
}

/**
 * A link that leaves the page, for http and https addresses only (a document's address is hostile
 * input too: javascript: must not become a link).
 * @param {string|null} address
 * @param {...Child} children
 * @returns {Node}
 */
export function outwardLink(address, ...children) {
  if (!isWebAddress(address)) return el('span', {}, ...children);
  return el('a', {href: address, target: '_blank', rel: 'noopener noreferrer'}, ...children);
}

/**
 * @param {string|null|undefined} address
 * @returns {boolean}
 */
export function isWebAddress(address) {
  return /^https?:\/\//i.test(address ?? '');
}
