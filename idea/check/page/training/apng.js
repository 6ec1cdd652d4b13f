// @ts-check
/**
 * Animated PNG: a PNG whose further images lie in chunks of their own, which other programs skip.
 * https://www.w3.org/TR/png-3/
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const UP = 2; // the filter that stores each row's difference from the one above

/**
 * Encode images of the same size.
 * @param {Uint8Array[]} images greys, row by row
 * @param {number} width
 * @param {number} height
 * @param {number[]} milliseconds how long each image is shown
 * @returns {Promise<Blob>}
 */
export async function encodeApng(images, width, height, milliseconds) {
  const head = numbers([4, width], [4, height], [1, 8], [1, 0], [1, 0], [1, 0], [1, 0]); // 8 bits of grey
  const chunks = [chunk("IHDR", head), chunk("acTL", numbers([4, images.length], [4, 0]))];
  let sequence = 0;
  for (const [place, image] of images.entries()) {
    const size = [[4, width], [4, height], [4, 0], [4, 0]];
    const control = numbers([4, sequence++], ...size, [2, milliseconds[place]], [2, 1000], [1, 0], [1, 0]);
    chunks.push(chunk("fcTL", control));
    const data = await deflated(filtered(image, width));
    if (place === 0) chunks.push(chunk("IDAT", data));
    else chunks.push(chunk("fdAT", joined([numbers([4, sequence++]), data])));
  }
  chunks.push(chunk("IEND", new Uint8Array()));
  return new Blob([Uint8Array.from(SIGNATURE), ...chunks], { type: "image/png" });
}

/**
 * @param {Uint8Array} image
 * @param {number} width
 */
function filtered(image, width) {
  const rows = image.length / width;
  const out = new Uint8Array(rows * (width + 1));
  for (let row = 0; row < rows; row++) {
    const [to, from] = [row * (width + 1), row * width];
    out[to] = UP;
    for (let x = 0; x < width; x++) {
      out[to + 1 + x] = image[from + x] - (row ? image[from - width + x] : 0);
    }
  }
  return out;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} type
 * @param {Uint8Array} data
 */
function chunk(type, data) {
  const body = joined([new TextEncoder().encode(type), data]);
  return joined([numbers([4, data.length]), body, numbers([4, checksum(body)])]);
}

/** @param {number[][]} fields each its size in bytes and its value */
function numbers(...fields) {
  const bytes = fields.flatMap(([size, value]) =>
    Array.from({ length: size }, (_, place) => (value >>> (8 * (size - 1 - place))) & 0xff));
  return Uint8Array.from(bytes);
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// Of each byte, the remainder that CRC-32 adds.
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = REMAINDERS[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
