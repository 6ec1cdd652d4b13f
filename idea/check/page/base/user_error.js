// @ts-check

// Nothing is wrong with what was asked for: it may succeed later.
const UNREACHABLE = [
  "server.unreachable", "server.closed_early", "file.unreachable", "file.network", "file.prior", "file.images", "file.training",
  "panel.failed",
];

/** An error that is shown to the reader; its text is looked up when it is shown. */
export class UserError extends Error {
  /** @type {string | null} the id of a network that the server was asked for and doesn't have */
  missingModel = null;

  /**
   * @param {string} key in the texts
   * @param {import("./language.js").Params} params values of the text's placeholders
   * @param {number | null} status that of a server's answer
   */
  constructor(key, params = {}, status = null) {
    super(`${key} ${JSON.stringify(params)}`);
    this.name = "UserError";
    this.key = key;
    this.params = params;
    this.status = status;
  }

  /** Whether the server, or a file of the site, could not be reached. */
  get isUnreachable() {
    return UNREACHABLE.includes(this.key);
  }
}
