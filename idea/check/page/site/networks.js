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
  /** @type {ModelEntry[]} those that the server has opened from files */
  opened = [];

  /**
   * @param {ModelEntry[]} builtin
   * @param {Parts} parts
   */
  constructor(builtin, parts) {
    this.builtin = builtin;
    this.#parts = parts;
  }

  /** In the order of the list. */
  get all() {
    return [...this.builtin, ...this.#parts.own.entries, ...this.opened];
  }

  /** @param {string} id */
  entry(id) {
    return this.all.find((entry) => entry.id === id);
  }

  /**
   * Add a network that the page has trained, and keep it as those from files.
   * @param {ModelEntry} entry with an id that none has, of those that are stored neither
   * @param {import("../kernel/kernel.js").NetworkParts} network
   */
  addTrained(entry, network) {
    const { convolutions, layers } = network;
    const shapes = { convolutions, layers };
    return this.#parts.own.add({ entry: { ...entry, trained: true, ...shapes }, network, isSure: true, isNew: true });
  }

  /** The ids of the networks that the browser keeps, of which other tabs may have stored some. */
  storedIds() {
    return this.#parts.own.storedIds();
  }

  /**
   * Open a network: in the page or, where that can't, by the server.
   * @param {File} file
   * @param {Record<string, string>} [declared] of its task: shape and classes
   * @param {File[]} [others] that were opened with it, and may hold its numbers
   * @returns {Promise<ModelEntry>} which may have been forgotten while it was stored
   */
  async open(file, declared = {}, others = []) {
    const { entry, isServers } = await this.#parts.openings.open(file, declared, others);
    if (isServers) this.opened = [...this.opened.filter(({ id }) => id !== entry.id), entry];
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
   * Forget a network that is kept in the browser: at once it is no longer listed.
   * @param {string} id
   */
  forget(id) {
    return this.#parts.own.forget(id);
  }

  /** List the networks that were kept in earlier visits. */
  restoreKept() {
    return this.#parts.own.restore();
  }

  /**
   * List networks again that the server has opened earlier in this session.
   * @param {ModelEntry[]} entries
   * @returns {Promise<ModelEntry[]>} those that it no longer has
   */
  async restore(entries) {
    const { server } = this.#parts;
    if (!server) return [];
    this.opened = entries; // whose tasks it needs
    const blank = (/** @type {Task} */ task) => [new Float32Array(pixelsOf(task))];
    const found = await Promise.all(entries.map(({ id, task }) => server.classify(id, blank(task)).then(
      () => true,
      (error) => error.status !== 404,
    )));
    this.opened = entries.filter((_, i) => found[i]);
    return entries.filter((_, i) => !found[i]);
  }

  /**
   * Remove a network that the server has opened from the list.
   * @param {string} id
   * @returns {ModelEntry | undefined} what was removed
   */
  removeOpened(id) {
    const removed = this.opened.find((entry) => entry.id === id);
    this.opened = this.opened.filter((entry) => entry !== removed);
    return removed;
  }
}
