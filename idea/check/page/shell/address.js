// @ts-check
/**
 * The page's address names what it shows, so that a link shows the same. Each panel declares the
 * values that it has; those of the whole page are declared for the panel "".
 */

import { formatFragment, parseFragment } from "../base/fragment.js";
import { t } from "../base/language.js";
import { UserError } from "../base/user_error.js";

/** @typedef {import("../base/address_values.js").AddressValue} AddressValue */
/** @typedef {Pick<import("./app.js").Services, "showNote" | "showError">} Messages */
/**
 * @typedef {object} Panels
 * @property {string[]} names
 * @property {(name: string) => string} follow shows a panel, or the usual one; returns its name
 * @property {(name: string) => boolean} isThere whether a panel is loaded, and its values are declared
 */

/**
 * What the address names of a panel that is being loaded, and what of the rest could not be shown.
 * @typedef {{values: Map<string, string>, failures: (string | UserError)[]}} Awaiting
 */

const PAGE = "";
// Browsers allow few changes of the address in a second.
const DEBOUNCE_MS = 200;
// Of values in a message, and their letters.
const [MOST_SHOWN, LONGEST_SHOWN] = [3, 40];

export class Address {
  #messages;
  /** @type {Map<string, Map<string, AddressValue>>} by panel and name */
  #declared = new Map([[PAGE, new Map()]]);
  #panel = "";
  /** The fragment that was followed last. */
  #followed = "";
  #isFollowing = false;
  #timer = 0;
  /** @type {Panels} */
  #panels = { names: [], follow: (name) => name, isThere: () => true };
  /** @type {Awaiting | null} */
  #awaiting = null;

  /** @param {Messages} messages */
  constructor(messages) {
    this.#messages = messages;
  }

  /**
   * Let the address name a value.
   * @param {string} panel
   * @param {string} name
   * @param {AddressValue} value
   */
  declare(panel, name, value) {
    const values = this.#declared.get(panel) ?? new Map();
    this.#declared.set(panel, values.set(name, value));
  }

  /**
   * Show what the address names, now and whenever the reader goes back or forward.
   * @param {Panels} panels
   */
  begin(panels) {
    this.#panels = panels;
    addEventListener("popstate", ({ state }) => this.#follow(state ?? location.hash));
    // Whatever a panel's controls do, the address follows.
    for (const event of ["change", "input", "click", "keyup"]) {
      document.addEventListener(event, () => this.#schedule());
    }
    this.#follow(location.hash);
  }

  /** Show the panel that the address names, or the usual one, now that others are offered. */
  followPanel() {
    const before = this.#panel;
    this.#panel = this.#panels.follow(parseFragment(location.hash).panel);
    if (this.#panel !== before) this.#awaiting = null;
  }

  /**
   * Show in a panel that was loaded what the address names of it.
   * @param {string} panel
   */
  arrive(panel) {
    if (panel !== this.#panel) return;
    this.#finish(true);
  }

  /** Show again what the address named, now that the page can. */
  followAgain() {
    this.#follow(this.#followed);
  }

  /**
   * Add an entry to the browser's history: another panel is shown, or another network.
   * @param {string} panel
   */
  push(panel = this.#panel) {
    if (this.#isFollowing) return;
    clearTimeout(this.#timer);
    if (panel !== this.#panel) this.#awaiting = null;
    this.#panel = panel;
    const fragment = this.#fragment();
    if (fragment !== history.state) history.pushState(fragment, "", `#${fragment}`);
  }

  /**
   * A link that shows what the page shows.
   * @param {string} base the address of the page, without a fragment
   */
  link(base) {
    return `${base}#${this.#fragment(true)}`;
  }

  /** Bring the entry up to date with what the controls of the panel show. */
  update() {
    clearTimeout(this.#timer);
    const fragment = this.#fragment();
    if (this.#isFollowing || fragment === history.state) return;
    history.replaceState(fragment, "", `#${fragment}`);
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.update(), DEBOUNCE_MS);
  }

  /** @param {boolean} isLink */
  #fragment(isLink = false) {
    const values = new Map();
    for (const panel of [PAGE, this.#panel]) {
      for (const [name, { read, onlyInLinks }] of this.#declared.get(panel) ?? []) {
        const value = onlyInLinks && !isLink ? null : read();
        if (value !== null) values.set(name, value);
      }
    }
    for (const [name, text] of this.#awaiting?.values ?? []) values.set(name, text);
    return formatFragment({ panel: this.#panel, values });
  }

  /** @param {string} fragment */
  #follow(fragment) {
    clearTimeout(this.#timer);
    this.#followed = fragment;
    this.#isFollowing = true;
    const { panel, values } = parseFragment(fragment);
    const { names, follow, isThere } = this.#panels;
    const isPanel = panel === "" || names.includes(panel);
    const failures = [...(isPanel ? [] : [panel]), ...this.#write(PAGE, values)];
    this.#panel = follow(panel);
    const isShown = this.#panel === panel;
    if (!isShown) failures.push(...textsOf(values));
    this.#awaiting = { values: isShown ? values : new Map(), failures };
    if (isThere(this.#panel)) this.#finish();
    else this.#await();
  }

  /** Keep what the address names of a panel until it is there; what is wrong with the rest is shown at once. */
  #await() {
    this.#isFollowing = false;
    const error = errorAmong(this.#awaiting?.failures ?? []);
    this.#record(error);
    if (error) this.#messages.showError(error, "address");
  }

  /** @param {boolean} wasAwaited */
  #finish(wasAwaited = false) {
    /** @type {Awaiting} */
    const { values, failures } = this.#awaiting ?? { values: new Map(), failures: [] };
    this.#awaiting = null;
    this.#isFollowing = true;
    const before = wasAwaited ? errorAmong(failures) : undefined;
    failures.push(...this.#write(this.#panel, values), ...textsOf(values));
    this.#isFollowing = false;
    const error = errorAmong(failures);
    this.#record(error);
    if (error && error !== before) this.#messages.showError(error, "address");
    else if (!error && failures.length > 0) this.#showIgnored(failures.map(String));
  }

  /** @param {UserError | undefined} error */
  #record(error) {
    // An address that names nothing stays so; one that can be followed later, too.
    const stays = error || location.hash === "";
    const now = this.#fragment();
    history.replaceState(now, "", stays ? location.href : `#${now}`);
  }

  /**
   * Write what is declared for a panel, and remove it from the values.
   * @param {string} panel
   * @param {Map<string, string>} values
   * @returns {(string | UserError)[]} what could not be written
   */
  #write(panel, values) {
    /** @type {(string | UserError)[]} */
    const failures = [];
    for (const [name, { write }] of this.#declared.get(panel) ?? []) {
      const text = values.get(name);
      if (text === undefined) continue;
      values.delete(name);
      try {
        if (!write(text)) failures.push(`${name}=${text}`);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failures.push(error);
      }
    }
    return failures;
  }

  /** @param {string[]} failures */
  #showIgnored(failures) {
    const shown = failures.map((text) => text.slice(0, LONGEST_SHOWN));
    const parts = shown.slice(0, MOST_SHOWN).join(", ") + (shown.length > MOST_SHOWN ? ", …" : "");
    this.#messages.showNote(t("address.ignored", { parts }));
  }
}

/** @param {Map<string, string>} values */
function textsOf(values) {
  return [...values].map(([name, text]) => `${name}=${text}`);
}

/** @param {(string | UserError)[]} failures */
function errorAmong(failures) {
  return failures.find((failure) => failure instanceof UserError);
}
