// What the page remembers in the browser, as JSON. A browser that forbids or has filled its storage
// must not stop the work: reading gives the fallback, writing tells that it failed.

const PREFIX = 'hanfact.';

/**
 * @template T
 * @param {string} key
 * @param {T} fallback
 * @returns {T}
 */
export function remembered(key, fallback) {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/**
 * @param {string} key
 * @param {any} value  null forgets
 * @returns {boolean}  whether it is kept
 */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * The keys that begin so.
 * @param {string} start
 * @returns {string[]}
 */
export function rememberedKeys(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + start))
        .map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}
