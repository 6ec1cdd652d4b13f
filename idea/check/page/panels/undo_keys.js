// @ts-check
/** Ctrl+Z and Ctrl+Y in a panel that has something of its own to undo. */

/**
 * @param {HTMLElement} root
 * @param {{undo: () => void, redo: () => void}} acts
 */
export function undoByKeys(root, { undo, redo }) {
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) redo();
    else if (key === "z") undo();
    else return;
    event.preventDefault();
    // The canvas's own undoing hears all keys of the page.
    event.stopPropagation();
  });
}
