// @ts-check
/** Opening files as networks: by the page itself or, where that can't, by the server. */

import { UserError } from "../base/user_error.js";

/** @typedef {import("./kinds.js").About} About */
/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */

// The suffixes of files that the page reads, and of those that it reads where the site has a package.
const READ = [".dat", ".npz", ".model", ".safetensors", ".onnx", ".json"];
const PACKAGED = [".keras", ".h5", ".hdf5"];
const DAMAGED = ["format.damaged", "dat.size", "dat.finite"];

export class Openings {
  #own;
  #server;
  #pages;
  #servers;

  /**
   * @param {import("./own_networks.js").OwnNetworks} own
   * @param {import("./server.js").Server | null} server
   * @param {About} about
   */
  constructor(own, server, { hdf5, formats = [] }) {
    this.#own = own;
    this.#server = server;
    this.#pages = hdf5 ? [...READ, ...PACKAGED] : READ;
    this.#servers = formats;
  }

  /** The suffixes of all files that can be opened. */
  get accepts() {
    return [...new Set([...this.#pages, ...this.#servers])];
  }

  /**
   * @param {File} file
   * @param {Record<string, string>} declared of its task: shape and classes
   * @param {File[]} others that were opened with it
   * @returns {Promise<{entry: ModelEntry, isServers: boolean}>} and whether the server has opened it
   */
  async open(file, declared, others) {
    const isOf = (/** @type {string[]} */ suffixes) => suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix));
    const server = isOf(this.#servers) ? this.#server : null;
    if (server && !isOf(this.#pages)) return opened(server, file, declared);
    /** @type {unknown} */
    let failure = null;
    try {
      const own = await this.#own.open([file, ...others], declared);
      // The server tries what else the file allows.
      if (!server || own.isSure) return { entry: await this.#own.add(own), isServers: false };
    } catch (error) {
      if (!server) throw error;
      failure = error;
    }
    try {
      return await opened(server, file, declared);
    } catch (error) {
      // Of a damaged file both say the same, and the page in the reader's language.
      throw hasKey(failure, DAMAGED) && hasKey(error, ["server.code.weights"]) ? failure : error;
    }
  }
}

/**
 * @param {import("./server.js").Server} server
 * @param {File} file
 * @param {Record<string, string>} declared
 */
async function opened(server, file, declared) {
  const entry = await server.openModel(file, declared);
  return { entry: { ...entry, isFile: true, declared }, isServers: true };
}

/**
 * @param {unknown} error
 * @param {string[]} keys
 */
function hasKey(error, keys) {
  return error instanceof UserError && keys.includes(error.key);
}
