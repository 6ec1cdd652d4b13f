// @ts-check
/** The browser's storage; where it is not available, nothing is stored. */

/**
 * Return a text that was stored in an earlier visit.
 * @param {string} key
 */
export function storedText(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * Store a text for later visits.
 * @param {string} key
 * @param {string} text
 */
export function storeText(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // The value lasts until the page is left.
  }
}

/**
 * Return a value that was stored in this session, or null.
 * @param {string} key
 * @param {(key: string, value: any) => unknown} [reviver] as that of JSON.parse
 */
export function sessionValue(key, reviver) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null", reviver);
  } catch {
    return null;
  }
}

/**
 * Store a value for this session, which includes reloads of the page.
 * @param {string} key
 * @param {unknown} value
 * @param {(key: string, value: unknown) => unknown} [replacer] as that of JSON.stringify
 */
export function storeInSession(key, value, replacer) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value, replacer));
  } catch {
    // Not allowed, or too large: the value lasts until the page is left.
  }
}
