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
  /** @type {string[]} */
  #panels = [];
  /** @type {(name: string) => string} shows a panel, or the usual one, and returns its name */
  #showPanel = (name) => name;

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
   * @param {string[]} panels their names
   * @param {(name: string) => string} showPanel shows a panel, or the usual one; returns its name
   */
  begin(panels, showPanel) {
    this.#panels = panels;
    this.#showPanel = showPanel;
    addEventListener("popstate", ({ state }) => this.#follow(state ?? location.hash));
    // Whatever a panel's controls do, the address follows.
    for (const event of ["change", "input", "click", "keyup"]) {
      document.addEventListener(event, () => this.#schedule());
    }
    this.#follow(location.hash);
  }

  /** Show the panel that the address names, or the usual one, now that others are offered. */
  followPanel() {
    this.#panel = this.#showPanel(parseFragment(location.hash).panel);
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
    return formatFragment({ panel: this.#panel, values });
  }

  /** @param {string} fragment */
  #follow(fragment) {
    clearTimeout(this.#timer);
    this.#followed = fragment;
    this.#isFollowing = true;
    const { panel, values } = parseFragment(fragment);
    const isPanel = panel === "" || this.#panels.includes(panel);
    const failures = [...(isPanel ? [] : [panel]), ...this.#write(PAGE, values)];
    this.#panel = this.#showPanel(panel);
    failures.push(...this.#write(this.#panel === panel ? panel : PAGE, values));
    failures.push(...[...values].map(([name, text]) => `${name}=${text}`));
    this.#isFollowing = false;
    const error = failures.find((failure) => failure instanceof UserError);
    // An address that names nothing stays so; one that can be followed later, too.
    const stays = error || location.hash === "";
    const now = this.#fragment();
    history.replaceState(now, "", stays ? location.href : `#${now}`);
    if (error) this.#messages.showError(error, "address");
    else if (failures.length > 0) this.#showIgnored(failures.map(String));
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
