// @ts-check
/** Bytes and whole numbers as short texts that an address can have. */

// Of a number that is read: no more than the bytes of one that is written for a drawing.
const LARGEST = 128 ** 4;

/**
 * Bytes in the base64 of addresses, without padding.
 * @param {Uint8Array} bytes
 */
export function toText(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {Uint8Array | null} null where it is no base64
 */
export function fromText(text) {
  if (!/^[\w-]*$/.test(text)) return null;
  try {
    const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    return null; // of no possible length
  }
}

/**
 * Write whole numbers, small ones in few bytes: seven bits in each, with the sign as the lowest.
 * @param {number[]} numbers
 */
export function writeNumbers(numbers) {
  const bytes = numbers.flatMap((number) => {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    const parts = [];
    for (; rest > 127; rest = Math.floor(rest / 128)) parts.push(128 + (rest % 128));
    return [...parts, rest];
  });
  return Uint8Array.from(bytes);
}

/**
 * @param {Uint8Array} bytes
 * @returns {number[] | null} null where the last is cut off, or one is too large
 */
export function readNumbers(bytes) {
  const numbers = [];
  let [rest, factor] = [0, 1];
  for (const byte of bytes) {
    rest += (byte % 128) * factor;
    factor *= 128;
    if (byte < 128) {
      numbers.push(rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2);
      [rest, factor] = [0, 1];
    } else if (factor >= LARGEST) return null;
  }
  return factor === 1 ? numbers : null;
}
