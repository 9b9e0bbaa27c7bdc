// The server's requests, each one function. A call throws Unreachable when no answer came (the request
// may be sent again) and Refused when the server said no.

/** No answer, or one that says "later": whether the server did it is not known. */
export class Unreachable extends Error {}

/** The server's answer is no; `status` 409 somebody else decided, 422 a value does not fit, else wrong. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {any} body
   */
  constructor(status, body) {
    super(body?.error ?? `HTTP ${status}`);
    this.status = status;
    this.body = body ?? {};
  }
}

const TIMEOUT_MS = 20000;

/**
 * @param {string} path  below /api/
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function request(path, init = {}) {
  let response;
  let body;
  try {
    response = await fetch('/api/' + path, {
      ...init,
      headers: {'X-Hanfact': '1', ...(init.body ? {'Content-Type': 'application/json'} : {})},
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
    });
    body = await response.json().catch(() => null);
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (response.status >= 500) throw new Unreachable(body?.error ?? `HTTP ${response.status}`);
  if (!response.ok) throw new Refused(response.status, body);
  if (body === null) throw new Unreachable('the answer broke off');
  return body;
}

/** @param {Object<string, any>} parameters */
function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== '' && value !== null &&
      value !== undefined);
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

/**
 * @param {string} path
 * @param {Object<string, any>} body
 */
function post(path, body) {
  return request(path, {method: 'POST', body: JSON.stringify(body)});
}

export const api = {
  /**
   * @param {import('./types.js').Filters} filters
   * @param {{limit?: number, skip?: string[]}} [page]
   * @returns {Promise<{claims: import('./types.js').Claim[], matching: number}>}
   */
  queue: (filters, {limit = 50, skip = []} = {}) =>
    request('queue?' + query({...filters, limit, skip: skip.join(',')})),

  /**
   * @param {string} id
   * @returns {Promise<import('./types.js').Detail>}
   */
  claim: (id) => request('claim/' + encodeURIComponent(id)),

  /** @param {Object<string, any>} body */
  decide: (body) => post('decide', body),

  /** @param {{review_ids: number[], editor: string}} body */
  undo: (body) => post('undo', body),

  /** @param {Object<string, any>} body */
  batch: (body) => post('batch', body),

  /**
   * @param {{editor?: string, limit?: number}} parameters
   * @returns {Promise<{actions: any[]}>}
   */
  history: (parameters) => request('history?' + query(parameters)),

  /**
   * @param {string} field
   * @param {string} typed
   * @returns {Promise<{values: {value: string, id: string|null, note: string|null}[]}>}
   */
  values: (field, typed) => request('values?' + query({field, q: typed})),

  /** @returns {Promise<import('./types.js').Choices>} */
  choices: () => request('choices'),

  /** @returns {Promise<any>} */
  summary: () => request('summary'),

  /** @returns {Promise<{reviews: import('./types.js').Review[]}>} */
  detached: () => request('detached'),
};
