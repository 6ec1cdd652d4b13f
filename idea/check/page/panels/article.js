// @ts-check
/** A digit in a sentence, with its article where the language has one. */

/**
 * What a text needs to speak of a digit: `{digit}`, and `{a_digit}` for "an 8" or "a 5".
 * @param {number} digit
 * @param {string} name in place of `digit`
 * @returns {Record<string, string | number>}
 */
export function digitParams(digit, name = "digit") {
  return { [name]: digit, [`a_${name}`]: `${digit === 8 ? "an" : "a"} ${digit}` };
}
