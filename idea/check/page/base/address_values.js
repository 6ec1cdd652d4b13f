// @ts-check
/** Values in the address, of the kinds that panels have: a class, a number, one of a few. */

/**
 * A value that the address names.
 * @typedef {object} AddressValue
 * @property {() => string | null} read null where there is nothing to name
 * @property {(text: string) => boolean} write shows it, and returns true; or returns false where it is
 *   no such value. It may throw a UserError with a sentence of its own.
 * @property {boolean} [onlyInLinks] too long for the address itself
 */

/**
 * A class, by its label.
 * @param {{task: import("./task.js").Task}} app whose network has the classes
 * @param {() => number | null} get the index
 * @param {(index: number) => void} set
 * @returns {AddressValue}
 */
export function classValue(app, get, set) {
  return {
    read: () => {
      const index = get();
      return index === null ? null : app.task.classes[index];
    },
    write: (label) => {
      const index = app.task.classes.indexOf(label);
      if (index >= 0) set(index);
      return index >= 0;
    },
  };
}

/**
 * A whole number.
 * @param {{least: number, most: number}} range
 * @param {() => number} get
 * @param {(value: number) => void} set
 * @returns {AddressValue}
 */
export function numberValue({ least, most }, get, set) {
  return {
    read: () => String(get()),
    write: (text) => {
      const isIn = /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most;
      if (isIn) set(Number(text));
      return isIn;
    },
  };
}

/**
 * What a segmented control has chosen.
 * @param {import("./choice.js").Choice} choice
 * @param {(value: string) => void} set what else is to be done with a value
 * @returns {AddressValue}
 */
export function choiceValue(choice, set) {
  return {
    read: () => choice.value,
    write: (value) => {
      const isOffered = choice.offers(value);
      if (isOffered) {
        choice.value = value;
        set(value);
      }
      return isOffered;
    },
  };
}

/**
 * Something that has been done, such as a search, and is to be done again.
 * @param {() => boolean} isDone
 * @param {() => void} begin
 * @returns {AddressValue}
 */
export function doneValue(isDone, begin) {
  return {
    read: () => (isDone() ? "yes" : null),
    write: (text) => {
      if (text === "yes" && !isDone()) begin();
      return text === "yes";
    },
  };
}
