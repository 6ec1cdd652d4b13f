// @ts-check
/** A worker that trains, as the page sees it. */

/** @typedef {import("./kinds.js").Command} Command */
/** @typedef {import("./kinds.js").Images} Images */
/** @typedef {import("./kinds.js").Report} Report */
/** @typedef {import("./kinds.js").Settings} Settings */

const SILENCE_MS = 60_000; // after which a worker that should train is taken for dead

export class Trainer {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Images | null} which the worker has */
  #known = null;
  #onReport;
  #watch = 0;
  /** @type {"idle" | "running" | "paused"} */
  state = "idle";

  /** @param {(report: Report) => void} onReport */
  constructor(onReport) {
    this.#onReport = onReport;
  }

  /**
   * @param {Images} images
   * @param {Settings} settings
   * @param {string} library the address of TensorFlow.js
   */
  start(images, settings, library) {
    this.#worker ??= this.#started();
    if (images !== this.#known) this.#send({ kind: "images", images });
    this.#known = images;
    this.state = "running";
    this.#send({ kind: "start", settings, library });
    this.#listen();
  }

  pause() {
    if (this.state !== "running") return;
    this.state = "paused";
    clearTimeout(this.#watch);
    this.#send({ kind: "pause" });
  }

  resume() {
    if (this.state !== "paused") return;
    this.state = "running";
    this.#send({ kind: "resume" });
    this.#listen();
  }

  /** End the training early; it is tested, and reported. */
  stop() {
    if (this.state === "idle") return;
    this.state = "running";
    this.#send({ kind: "stop" });
    this.#listen();
  }

  /** The searches have come to the weights that were reported last: it goes on at once. */
  catchUp() {
    if (this.state !== "idle") this.#send({ kind: "catchUp" });
  }

  #started() {
    const worker = new Worker(new URL("train.worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail("train.failed", event.message ?? "");
    };
    return worker;
  }

  /** @param {Report} report */
  #take(report) {
    if (report.kind === "failure") this.#fail(report.key, report.text);
    else {
      if (report.kind === "ended") this.state = "idle";
      this.#listen();
      this.#onReport(report);
    }
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  #fail(key, text) {
    this.#worker?.terminate(); // it may be in any state
    this.#worker = this.#known = null;
    clearTimeout(this.#watch);
    if (this.state === "idle") return; // nothing is lost: the next training starts another
    this.state = "idle";
    this.#onReport({ kind: "failure", key, text });
  }

  /** Wait for the next sign of life. */
  #listen() {
    clearTimeout(this.#watch);
    if (this.state !== "running") return;
    this.#watch = window.setTimeout(() => this.#fail("train.silent", ""), SILENCE_MS);
  }

  /** @param {Command} command */
  #send(command) {
    this.#worker?.postMessage(command);
  }
}
