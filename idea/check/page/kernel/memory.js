// @ts-check
/** The memory and calls of an instance of the module. */

/** @typedef {import("./exports.js").Exports} Exports */
/** @typedef {Float32Array | Float64Array | Uint32Array | Uint8Array} Numbers */

export class Memory {
  /** @type {Exports | null} */
  #exports = null;
  /** @type {unknown} what ended the instance */
  #failure = null;
  /** @type {object | null} the state that a search is changing */
  searching = null;

  /** @param {Exports} exports */
  connect(exports) {
    this.#exports = exports;
    exports._initialize();
  }

  get size() {
    return this.#instance.memory.buffer.byteLength;
  }

  /** Whether an exception has ended the instance. */
  get failed() {
    return this.#failure !== null;
  }

  get #instance() {
    return /** @type {Exports} */ (this.#exports);
  }

  /**
   * Call a function of the module. An exception may leave a state half changed, so it is the last
   * call: later ones throw.
   * @param {Exclude<keyof Exports, "memory">} name
   * @param {number[]} values
   * @returns {number}
   */
  call(name, ...values) {
    if (this.#failure) throw new Error("the network failed earlier; open it again", { cause: this.#failure });
    try {
      return /** @type {(...values: number[]) => number} */ (this.#instance[name])(...values);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  /**
   * Call a function that returns 0 where it refuses its arguments.
   * @param {Exclude<keyof Exports, "memory">} name
   * @param {number[]} values
   */
  checked(name, ...values) {
    const result = this.call(name, ...values);
    if (result === 0) throw new RangeError(this.text(this.call("refusal_text"), this.call("refusal_size")));
    return result;
  }

  /**
   * Copy arrays into the module's memory while a function works with their addresses.
   * @template T
   * @param {Numbers[]} arrays
   * @param {(addresses: number[]) => T} work
   * @returns {T}
   */
  with(arrays, work) {
    const addresses = arrays.map((array) => this.#place(array));
    try {
      return work(addresses);
    } finally {
      // After a failure nothing of the instance is used again.
      if (!this.failed) for (const address of addresses) this.call("release", address);
    }
  }

  /** @param {Numbers} array */
  #place(array) {
    const address = this.call("allocate", Math.max(array.byteLength, 1));
    if (address === 0) throw new RangeError(`there is no memory for ${array.byteLength} bytes`);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(this.#instance.memory.buffer, address).set(bytes);
    return address;
  }

  /**
   * Fill an array with what lies at an address.
   * @template {Numbers} T
   * @param {number} address
   * @param {T} array
   * @returns {T}
   */
  read(address, array) {
    const bytes = new Uint8Array(this.#instance.memory.buffer, address, array.byteLength);
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
    return array;
  }

  /**
   * @param {number} address
   * @param {number} size
   */
  text(address, size) {
    return new TextDecoder().decode(new Uint8Array(this.#instance.memory.buffer, address, size));
  }

  view() {
    return new DataView(this.#instance.memory.buffer);
  }
}
