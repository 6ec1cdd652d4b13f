// @ts-check
/** What the page shows, as the fragment of its address: "#watch?network=lenet&class=5&seed=3". */

/** @typedef {{panel: string, values: Map<string, string>}} Shown */

// Addresses beyond this are nobody's links.
const LONGEST = 8000;

/**
 * Parse a fragment, whatever it holds.
 * @param {string} hash with or without "#"
 * @returns {Shown} of a value that is there twice, the first
 */
export function parseFragment(hash) {
  const [panel, ...rest] = hash.slice(0, LONGEST).replace(/^#/, "").split("?");
  /** @type {Map<string, string>} */
  const values = new Map();
  for (const [name, value] of new URLSearchParams(rest.join("?"))) {
    if (!values.has(name)) values.set(name, value);
  }
  return { panel, values };
}

/**
 * @param {Shown} shown
 * @returns {string} a fragment without "#"
 */
export function formatFragment({ panel, values }) {
  return values.size > 0 ? `${panel}?${new URLSearchParams([...values])}` : panel;
}
