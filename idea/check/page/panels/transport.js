// @ts-check
/** The buttons and sliders of a player: play, pause, position and speed. */

import { enable } from "../base/action.js";
import { el, icon, setTexts } from "../base/dom.js";

/** @typedef {import("./player.js").Player} Player */

/** @type {Record<string, number>} frames that a key moves */
const MOVES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Transport {
  #player;
  #describe;
  #positionOf;
  #button = el("button", { class: "button icon-only", type: "button" }, icon("play"));
  /** The slider of the position; it can be placed elsewhere, such as under a curve. */
  place = el("input", { type: "range", min: 0, max: 0, value: 0, class: "wide" });
  #speed = el("input", { type: "range" });
  root = el("div", { class: "row transport" });

  /**
   * @param {Player} player its `changed` has to call `show`
   * @param {{slowest: number, fastest: number}} speeds frames a second
   * @param {() => string} describe the current frame, for screen readers
   * @param {(at: number) => number} positionOf where a frame lies on the slider, rising from 0
   */
  constructor(player, { slowest, fastest }, describe, positionOf = (at) => at) {
    this.#player = player;
    this.#describe = describe;
    this.#positionOf = positionOf;
    this.#button.addEventListener("click", () => this.#toggle());
    this.place.addEventListener("input", () => {
      player.seek(this.#nearest(this.place.valueAsNumber));
    });
    this.place.addEventListener("keydown", (event) => this.#key(event));
    setTexts(this.place, { label: "transport.place" });
    this.#speed.min = String(Math.log2(slowest));
    this.#speed.max = String(Math.log2(fastest));
    this.#speed.step = "any";
    this.#speed.addEventListener("input", () => {
      player.rate = 2 ** Number(this.#speed.value);
    });
    const speed = el("label", { class: "field flat" }, el("span", { text: "transport.speed" }));
    speed.append(this.#speed);
    this.root.append(this.#button, this.place, speed);
    this.show();
  }

  show() {
    const { playing, at, length, rate } = this.#player;
    this.#button.firstElementChild?.replaceWith(icon(playing ? "pause" : "play"));
    setTexts(this.#button, { label: playing ? "transport.pause" : "transport.play" });
    enable(this.#button, length > 1);
    this.place.disabled = length < 2;
    this.place.max = String(length ? this.#positionOf(length - 1) : 0);
    this.place.value = String(length ? this.#positionOf(at) : 0);
    this.#speed.value = String(Math.log2(rate));
    this.place.setAttribute("aria-valuetext", length ? this.#describe() : "");
  }

  /**
   * The frame that lies nearest to a position.
   * @param {number} position
   */
  #nearest(position) {
    const frames = Array.from({ length: this.#player.length }, (_, at) => at);
    const away = frames.map((at) => Math.abs(this.#positionOf(at) - position));
    return away.indexOf(Math.min(...away));
  }

  /**
   * By one frame, however far away the next one lies.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    if (!(event.key in MOVES) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#player.seek(this.#player.at + MOVES[event.key]);
  }

  #toggle() {
    if (this.#player.length < 2) return;
    if (this.#player.playing) this.#player.pause();
    else this.#player.play();
  }
}
