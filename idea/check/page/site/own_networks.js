// @ts-check
/** Networks from files or trained in the page: they are kept in the browser, for later visits. */

import { database } from "../base/database.js";
import { addTexts } from "../base/language.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../kernel/kernel.js").NetworkParts} NetworkParts */
/** @typedef {import("./kinds.js").ModelEntry} ModelEntry */
/** @typedef {import("../base/task.js").Task} Task */
/** @typedef {import("../numbers/trial.js").Examples} Examples */

/**
 * A network that was opened or trained.
 * @typedef {object} Own
 * @property {ModelEntry} entry
 * @property {NetworkParts} network
 * @property {boolean} isSure whether the file leaves nothing open, or examples confirm what was taken
 * @property {boolean} [isNew] whether it replaces none: another tab may have stored one with its id
 */

const FINE = 0.9; // an accuracy that confirms what was taken
const [ENTRIES, NETWORKS] = ["entries", "networks"];

export class OwnNetworks {
  /** @type {ModelEntry[]} */
  entries = [];
  #page;
  #dataOf;
  #source;
  /** @type {Promise<import("../base/database.js").Database | null>} */
  #database = database("networks", [ENTRIES, NETWORKS]);
  /** @type {Set<string>} which the browser has */
  #kept = new Set();

  /**
   * @param {import("./page_backend.js").PageBackend} page
   * @param {(task: Task) => string | null} dataOf the name of the data set of a task, if it is known
   * @param {{examples: (data: string, task: Task) => Promise<Examples>}} source of examples
   */
  constructor(page, dataOf, source) {
    this.#source = source;
    this.#page = page;
    this.#dataOf = dataOf;
  }

  /**
   * Open a file.
   * @param {File[]} files the network's, then others that were opened with it
   * @param {Record<string, string>} declared
   * @returns {Promise<Own>}
   */
  async open(files, declared) {
    const [{ openFile }] = await Promise.all([import("../formats/open.js"), addReaderTexts()]).catch(() => {
      throw new UserError("panel.failed");
    });
    const { network, task, notes, isOpen, described } = await openFile(files, declared);
    const [{ name }] = files;
    const { convolutions, layers } = network;
    const data = this.#dataOf(task);
    const tried = data && !declared.input ? await this.#tried(network, task, data) : null;
    const known = { task, data, accuracy: tried?.text ?? null, notes, better_input: tried?.better ?? null };
    const shapes = { convolutions, layers };
    const entry = { id: `opened ${name}`, name, network: described, isFile: true, declared, ...known, ...shapes };
    return { entry, network, isSure: !isOpen || !tried || tried.accuracy >= FINE };
  }

  /**
   * Try a network on examples; null if there are none.
   * @param {import("../formats/network.js").Opened["network"]} network
   * @param {Task} task
   * @param {string} data
   */
  async #tried(network, task, data) {
    const examples = await this.#source.examples(data, task).catch(() => null);
    if (!examples?.labels.length) return null;
    const { tryNetwork } = await import("../numbers/trial.js");
    /** @type {import("../numbers/trial.js").LogitsOf} */
    const logitsOf = async (changed, images) => (await this.#page.evaluate(changed, images)).map(({ logits }) => logits);
    const tried = await tryNetwork(logitsOf, network, examples, data);
    const { areTest, labels: { length } } = examples;
    // As the server's; training images measure nothing.
    const text = areTest ? `${(100 * tried.accuracy).toFixed(1)} % of ${length} test images` : null;
    return { ...tried, text };
  }

  /** @param {ModelEntry | undefined} entry */
  has(entry) {
    return entry !== undefined && this.entries.includes(entry);
  }

  /**
   * List a network, in place of the one with the same id, and keep it in the browser, if that has room.
   * @param {Own} own
   * @returns {Promise<ModelEntry>} which may have been forgotten while it was stored
   */
  async add({ entry, network, isNew }) {
    await this.#page.add(entry.id, network);
    this.entries = [...this.entries.filter(({ id }) => id !== entry.id), entry];
    const stored = await (await this.#database)?.put({ [ENTRIES]: entry, [NETWORKS]: network }, entry.id, isNew);
    if (!this.has(entry)) return entry; // meanwhile it was forgotten, or its file was opened again
    if (stored) this.#kept.add(entry.id);
    else this.#kept.delete(entry.id);
    return entry;
  }

  /** The ids of those that the browser has, other tabs' too. */
  async storedIds() {
    return (await (await this.#database)?.keys(ENTRIES)) ?? [];
  }

  /** @param {string} id */
  isKept(id) {
    return this.#kept.has(id);
  }

  /** @param {string} id */
  async forget(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.#page.remove(id);
    this.#kept.delete(id);
    await (await this.#database)?.remove([ENTRIES, NETWORKS], id);
  }

  /** List the networks that were kept in earlier visits. */
  async restore() {
    this.entries = (await (await this.#database)?.all(ENTRIES)) ?? [];
    if (this.entries.some(({ notes }) => notes?.length)) await addReaderTexts().catch(() => {});
    for (const { id } of this.entries) {
      this.#kept.add(id);
      this.#page.addLater(id, () => this.#read(id));
    }
  }

  /**
   * @param {string} id
   * @returns {Promise<NetworkParts>}
   */
  async #read(id) {
    const found = await (await this.#database)?.get(NETWORKS, id);
    if (!found) throw new UserError("model.gone");
    return found;
  }
}

/** Add the texts of what is noticed in files, or wrong with them. */
async function addReaderTexts() {
  addTexts(await import("../texts/readers.js"));
}
