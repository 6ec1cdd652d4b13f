// @ts-check
/** Drawing by mouse, finger or stylus. */

// Of a PointerEvent's buttons: the first, and a stylus's eraser.
const [FIRST, ERASER] = [1, 32];

/**
 * @param {import("./drawing.js").Drawing} drawing
 * @param {import("./brush.js").Brush} brush
 * @param {import("./brush.js").BrushOutline} outline
 * @param {HTMLCanvasElement} [canvas] another one of the same proportions
 */
export function drawByPointer(drawing, brush, outline, canvas = drawing.canvas) {
  /** @type {number | null} */
  let drawingPointer = null;

  canvas.addEventListener("pointerdown", (event) => {
    if (drawingPointer !== null || !(event.buttons & (FIRST | ERASER))) return;
    drawingPointer = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    const erase = brush.erase || Boolean(event.buttons & ERASER);
    drawing.begin({ erase, width: brush.width }, pointsOf(canvas, drawing, [event]));
  });

  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = pointsOf(canvas, drawing, [event]);
    if (event.pointerType !== "touch") outline.show(x, y);
    if (event.pointerId !== drawingPointer) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    drawing.extend(pointsOf(canvas, drawing, coalesced.length > 0 ? coalesced : [event]));
  });

  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId !== drawingPointer) return;
      drawingPointer = null;
      drawing.finish();
    });
  }

  canvas.addEventListener("pointerleave", () => outline.hide());
  // A long press with a finger would open a menu in the midst of a stroke.
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
}

/**
 * Where events happened, in the drawing's units.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./drawing.js").Drawing} drawing
 * @param {PointerEvent[]} events
 */
function pointsOf(canvas, { paper }, events) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return events.flatMap(({ clientX, clientY }) => [
    ((clientX - left) / width) * paper.width,
    ((clientY - top) / height) * paper.height,
  ]);
}
