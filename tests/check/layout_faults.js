// What is wrong on the screen as it is: what reaches over its edges, what is cut off, words that are
// broken, neighbours that overlap, and what is too small to be clicked.
() => {
  const faults = [];
  const wide = document.documentElement.clientWidth;
  const boxOf = (element) => element.getBoundingClientRect();
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true })
    && boxOf(element).width > 1 && !element.closest(".visually-hidden, .history");
  const all = [...document.querySelectorAll("body *")].filter(isShown);
  const nameOf = (element) => `${element.tagName}.${element.className} ${element.textContent}`.slice(0, 60);
  if (document.documentElement.scrollWidth > wide) faults.push("scrolls sideways");
  for (const element of all) {
    const { left, right, width, height } = boxOf(element);
    if (element.closest(".tabs") && document.querySelector(".tabs").scrollWidth > wide - 60) continue; // by a swipe
    if (left < -1 || right > wide + 1) faults.push(`outside: ${nameOf(element)}`);
    const cuts = getComputedStyle(element).overflowX !== "visible" && !element.matches("input, select");
    if (cuts && element.scrollWidth > element.clientWidth + 1) faults.push(`cut off: ${nameOf(element)}`);
    const target = element.matches("button, select, [type=range], summary")
      || (element.matches("label") && element.querySelector("[type=radio], [type=checkbox]"));
    if (target && Math.min(width, height) < 23.5) faults.push(`small: ${nameOf(element)}`);
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      for (const { index, 0: word } of node.nodeValue.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) faults.push(`broken: ${word}`);
      }
    }
  }
  const parents = "main, .tools, .views, .view, .answer-row, .head, .watch-stage, .pixels-columns, .fool-pair";
  for (const parent of document.querySelectorAll(parents)) {
    const shown = [...parent.children].filter(isShown)
      .filter((child) => getComputedStyle(child).position !== "fixed");
    for (const [place, one] of shown.entries()) {
      for (const other of shown.slice(place + 1)) {
        const [a, b] = [boxOf(one), boxOf(other)];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 1) faults.push(`overlap: ${nameOf(one)} / ${nameOf(other)}`);
      }
    }
  }
  return [...new Set(faults)];
}
