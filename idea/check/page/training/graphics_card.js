// @ts-check
/** The graphics card of this machine, and what browsers offer to compute on it. */

// Graphics in software takes ten times as long as WebAssembly.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** The name of the graphics card that WebGL uses, or "" where there is none. */
export function webGlCard() {
  if (typeof OffscreenCanvas === "undefined") return "";
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!context) return "";
  const names = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name) ? "" : name;
}

/** Whether WebGPU computes on a graphics card; browsers offer it on secure pages alone. */
export async function hasWebGpu() {
  const { gpu } = /** @type {{gpu?: {requestAdapter: () => Promise<any>}}} */ (navigator);
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return false;
  const { vendor = "", architecture = "", description = "", isFallbackAdapter } = adapter.info ?? {};
  return !isFallbackAdapter && !SOFTWARE.test(`${vendor} ${architecture} ${description}`);
}
