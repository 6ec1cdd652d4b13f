// @ts-check
/** Ctrl+Z, Ctrl+Y and Ctrl+Shift+Z. */

/**
 * Undo and redo by keys, except in text fields.
 * @param {HTMLElement | Window} target where keys are handled; those of inner elements come first
 * @param {{undo: () => void, redo: () => void}} actions
 */
export function undoByKeys(target, { undo, redo }) {
  target.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || isText(event.target)) return;
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) redo();
    else if (key === "z") undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** @param {EventTarget | null} target */
function isText(target) {
  const others = ["range", "radio", "checkbox"];
  return target instanceof HTMLInputElement && !others.includes(target.type);
}
