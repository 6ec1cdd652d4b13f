// @ts-check
/** The list of networks: the site's own, those opened from files, those trained in the page. */

import { pixelsOf } from "../base/task.js";

/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */
/** @typedef {import("./own_networks.js").OwnNetworks} OwnNetworks */
/** @typedef {import("./openings.js").Openings} Openings */
/** @typedef {import("./page_backend.js").PageBackend} PageBackend */
/** @typedef {import("./server.js").Server} Server */

/**
 * What opens, keeps and evaluates networks.
 * @typedef {object} Parts
 * @property {PageBackend} page
 * @property {Server | null} server
 * @property {OwnNetworks} own
 * @property {Openings} openings
 */

export class Networks {
  #parts;
  /** Those that the site has. */
  builtin;
  /** @type {ModelEntry[]} in the order of the list */
  all;

  /**
   * @param {ModelEntry[]} builtin
   * @param {Parts} parts
   */
  constructor(builtin, parts) {
    this.builtin = builtin;
    this.all = builtin;
    this.#parts = parts;
  }

  /** Those that the server has opened from files. */
  get opened() {
    const isOpened = (/** @type {ModelEntry} */ entry) =>
      !this.builtin.includes(entry) && !this.#parts.own.has(entry);
    return this.all.filter(isOpened);
  }

  /** @param {string} id */
  entry(id) {
    return this.all.find((entry) => entry.id === id);
  }

  /** @param {ModelEntry} entry which replaces one with the same id */
  #add(entry) {
    this.all = [...this.all.filter(({ id }) => id !== entry.id), entry];
  }

  /**
   * Add a network that the page has trained, in place of the one with the same id, and keep it as
   * those from files.
   * @param {ModelEntry} entry
   * @param {import("../kernel/kernel.js").NetworkParts} network
   */
  async addTrained(entry, network) {
    const { convolutions, layers } = network;
    const shapes = { convolutions, layers };
    const added = await this.#parts.own.add({ entry: { ...entry, trained: true, ...shapes }, network, isSure: true });
    this.#add(added);
    return added;
  }

  /**
   * Open a network: in the page or, where that can't, by the server.
   * @param {File} file
   * @param {Record<string, string>} [declared] of its task: shape and classes
   * @param {File[]} [others] that were opened with it, and may hold its numbers
   * @returns {Promise<ModelEntry>}
   */
  async open(file, declared = {}, others = []) {
    const entry = await this.#parts.openings.open(file, declared, others);
    this.#add(entry);
    return entry;
  }

  /**
   * Where a network is kept that was opened from a file; null: it is none.
   * @param {ModelEntry} entry
   * @returns {"browser" | "server" | "nowhere" | null} `nowhere`: until the page is left
   */
  placeOf(entry) {
    const { own } = this.#parts;
    if (own.has(entry)) return own.isKept(entry.id) ? "browser" : "nowhere";
    return this.opened.includes(entry) ? "server" : null;
  }

  /**
   * Forget a network that is kept in the browser.
   * @param {string} id
   */
  async forget(id) {
    this.all = this.all.filter((entry) => entry.id !== id);
    await this.#parts.own.forget(id);
  }

  /** List the networks that were kept in earlier visits. */
  async restoreKept() {
    const { own } = this.#parts;
    await own.restore();
    this.all = [...this.all, ...own.entries];
  }

  /**
   * List networks again that the server has opened earlier in this session.
   * @param {ModelEntry[]} entries
   * @returns {Promise<ModelEntry[]>} those that it no longer has
   */
  async restore(entries) {
    const { server } = this.#parts;
    if (!server) return [];
    const known = this.all;
    this.all = [...known, ...entries]; // whose tasks it needs
    const blank = (/** @type {Task} */ task) => [new Float32Array(pixelsOf(task))];
    const found = await Promise.all(entries.map(({ id, task }) => server.classify(id, blank(task)).then(
      () => true,
      (error) => error.status !== 404,
    )));
    this.all = [...known, ...entries.filter((_, i) => found[i])];
    return entries.filter((_, i) => !found[i]);
  }

  /**
   * Remove a network that the server has opened from the list.
   * @param {ModelEntry} entry
   * @returns {boolean} whether it was one
   */
  removeOpened(entry) {
    const wasOpened = this.opened.includes(entry);
    if (wasOpened) this.all = this.all.filter((other) => other !== entry);
    return wasOpened;
  }
}
