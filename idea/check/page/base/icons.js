// @ts-check
/** A small set of icons, drawn in a square of 24 by 24 units. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  stop: "M7 7h10v10H7z",
  save: "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 19.5h14",
  undo: "M8.5 5 4.5 9l4 4M4.5 9H14a5.2 5.2 0 0 1 0 10.4H8.5",
  redo: "M15.5 5l4 4-4 4M19.5 9H10a5.2 5.2 0 0 0 0 10.4h5.5",
  step: "M7 5.5v13l8.5-6.5zM18 5.5v13",
  reset: "M5 5v5h5M5.6 10a7.2 7.2 0 1 1-.6 4.5",
  pen: "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5zM13.5 7l3.5 3.5",
  eraser: "M8.5 19.5 4 15l10-10.5 6 6-9 9zM9 10l6 6M7.5 19.5H20",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.5 10.5v5.5M13.5 10.5v5.5",
  open: "M4 19V5.5h5.5l2 2.5H19v3M4 19h13.5L21 11H7.5z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" +
    "M12 9.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4",
  dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01",
  arrow: "M4.5 12h15M13.5 6l6 6-6 6",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  grid: "M4.5 4.5h15v15h-15zM4.5 12h15M12 4.5v15",
  turn: "M19 5v5h-5M18.4 10A7.2 7.2 0 1 0 19 14.5",
  picture: "M4 5h16v14H4zM4 16l5-5 4.5 4.5L16 13l4 4M15.5 9h.01",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2" +
    "M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  link: "M10 14.2a4 4 0 0 0 6 .4l3-3A4.1 4.1 0 0 0 13.2 6l-1.2 1.1M14 9.8a4 4 0 0 0-6-.4l-3 3a4.1 4.1 0 0 0 5.8 5.6l1.1-1.1",
  copy: "M8.5 8.5H20V20H8.5zM15.5 8.5V4H4v11.5h4.5",
  expand: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  code: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v6h-6",
  share: "M12 15V4M8 7.5 12 4l4 3.5M7 11H5v9h14v-9h-2",
  screen: "M3.5 5h17v11.5h-17zM9 20h6M12 16.5V20",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
