// @ts-check
/** Play, pause, go to any frame, and how fast: the buttons and sliders of a player. */

import { enable } from "../base/action.js";
import { el, icon, write } from "../base/dom.js";

/** @typedef {import("./player.js").Player} Player */

export class Transport {
  #player;
  #describe;
  #button = el("button", { class: "button only", type: "button" }, icon("play"));
  #place = el("input", { type: "range", min: 0, max: 0, value: 0, class: "wide" });
  #speed = el("input", { type: "range" });
  root = el("div", { class: "row transport" });

  /**
   * @param {Player} player its `changed` has to call `show`
   * @param {{slowest: number, fastest: number}} speeds frames a second
   * @param {() => string} describe the present frame, for those who can't see it
   */
  constructor(player, { slowest, fastest }, describe) {
    this.#player = player;
    this.#describe = describe;
    this.#button.addEventListener("click", () => this.#toggle());
    this.#place.addEventListener("input", () => player.seek(Number(this.#place.value)));
    write(this.#place, { label: "transport.place" });
    this.#speed.min = String(Math.log2(slowest));
    this.#speed.max = String(Math.log2(fastest));
    this.#speed.step = "any";
    this.#speed.addEventListener("input", () => {
      player.rate = 2 ** Number(this.#speed.value);
    });
    const speed = el("label", { class: "field flat" }, el("span", { text: "transport.speed" }));
    speed.append(this.#speed);
    this.root.append(this.#button, this.#place, speed);
    this.show();
  }

  show() {
    const { playing, at, length, rate } = this.#player;
    this.#button.firstElementChild?.replaceWith(icon(playing ? "pause" : "play"));
    write(this.#button, { label: playing ? "transport.pause" : "transport.play" });
    enable(this.#button, length > 1);
    this.#place.disabled = length < 2;
    this.#place.max = String(Math.max(0, length - 1));
    this.#place.value = String(at);
    this.#speed.value = String(Math.log2(rate));
    this.#place.setAttribute("aria-valuetext", length ? this.#describe() : "");
  }

  #toggle() {
    if (this.#player.length < 2) return;
    if (this.#player.playing) this.#player.pause();
    else this.#player.play();
  }
}
