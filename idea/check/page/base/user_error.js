// @ts-check

/** An error that is shown to the reader; its text is looked up when it is shown. */
export class UserError extends Error {
  /**
   * @param {string} key in the texts
   * @param {Record<string, string | number>} params values of the text's placeholders
   * @param {number | null} status that of a server's answer
   */
  constructor(key, params = {}, status = null) {
    super(`${key} ${JSON.stringify(params)}`);
    this.name = "UserError";
    this.key = key;
    this.params = params;
    this.status = status;
  }
}
