// @ts-check
/** Zip archives and gzipped files, unpacked up to a size: their headers may be wrong. */

import { DamagedError, MOST_BYTES } from "./tensor.js";

const [STORED, DEFLATED] = [0, 8];
const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const [END_SIZE, LONGEST_COMMENT, MOST_MEMBERS] = [22, 65_535, 10_000];

/**
 * Where a member lies, how large it is, and its checksum.
 * @typedef {{method: number, packed: number, size: number, sum: number, at: number}} Entry
 */

// Of CRC-32, by the lowest byte.
const SUMS = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

export class Zip {
  #bytes;
  #view;
  /** @type {Map<string, Entry>} */
  #entries = new Map();

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    try {
      this.#read();
    } catch (error) {
      throw error instanceof RangeError ? new DamagedError("zip") : error;
    }
  }

  get names() {
    return [...this.#entries.keys()];
  }

  /**
   * Unpack a member.
   * @param {string} name
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async member(name) {
    const entry = this.#entries.get(name);
    if (!entry) throw new DamagedError("member", { member: name, found: this.names.slice(0, 4).join(", ") });
    const { method, packed, size, sum, at } = entry;
    const view = this.#view;
    if (at + 30 > view.byteLength || view.getUint32(at, true) !== LOCAL) throw new DamagedError("member.lost", { member: name });
    const begin = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const part = this.#bytes.subarray(begin, begin + packed);
    const data = method === STORED ? part : await inflated(part, "deflate-raw", size, name);
    if (data.length !== size) throw new DamagedError("member.lost", { member: name });
    if (checksum(data) !== sum) throw new DamagedError("member.lost", { member: name });
    return data;
  }

  #read() {
    const view = this.#view;
    let end = view.byteLength - END_SIZE;
    const least = Math.max(0, end - LONGEST_COMMENT);
    while (end > least && view.getUint32(end, true) !== END) end--;
    if (view.getUint32(end, true) !== END) throw new DamagedError("zip");
    const count = view.getUint16(end + 10, true);
    if (count > MOST_MEMBERS) throw new DamagedError("members", { most: MOST_MEMBERS, count });
    let at = view.getUint32(end + 16, true);
    let total = 0;
    for (let number = 0; number < count; number++) {
      if (view.getUint32(at, true) !== ENTRY) throw new DamagedError("zip");
      const [nameSize, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
      const name = new TextDecoder().decode(this.#bytes.subarray(at + 46, at + 46 + nameSize));
      const method = view.getUint16(at + 10, true);
      if (method !== STORED && method !== DEFLATED) throw new DamagedError("compressed", { part: name });
      const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
      total += size;
      // Members may overlap, so the archive's own size is no bound.
      if (total > MOST_BYTES) throw new DamagedError("large", { part: name, most: MOST_BYTES / 1e6 });
      const sum = view.getUint32(at + 16, true);
      this.#entries.set(name, { method, packed, size, sum, at: view.getUint32(at + 42, true) });
      at += 46 + nameSize + extra + comment;
    }
  }
}

/** @param {Uint8Array} bytes */
function checksum(bytes) {
  let sum = -1;
  for (let n = 0; n < bytes.length; n++) sum = (sum >>> 8) ^ SUMS[(sum ^ bytes[n]) & 255];
  return ~sum >>> 0;
}

/**
 * Unpack compressed bytes, at most so many.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {"deflate-raw" | "gzip"} format
 * @param {number} most
 * @param {string} name for the error
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function inflated(bytes, format, most, name) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > most) throw new DamagedError("member.lost", { member: name });
      parts.push(value);
    }
  } catch (error) {
    throw error instanceof DamagedError ? error : new DamagedError("member.lost", { member: name });
  } finally {
    reader.cancel().catch(() => {});
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
