// @ts-check
/**
 * The static site without a network: its files, as they were when it was exported. A newer export
 * is another version, which the browser fetches in the background and shows after a reload.
 */

/**
 * Written before this module's own lines.
 * @typedef {object} Version
 * @property {string} id
 * @property {Record<string, string>} files the checksums of all files, by path
 * @property {string[]} later those that are stored once they are first used
 */

const worker = /** @type {any} */ (self);
/** @type {Version} */
const { id, files, later } = worker.VERSION;
/** @type {string} */
const scope = worker.registration.scope;
// Other sites may have the same origin.
const prefix = `idea ${scope} `;
const [own, listed] = [prefix + id, `${scope}service_worker.files`];
const AT_ONCE = 8; // requests

worker.addEventListener("install", (/** @type {any} */ event) => {
  worker.skipWaiting();
  event.waitUntil(install());
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(activate());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const path = pathOf(request.url);
  // What tells whether the network is there isn't stored.
  if (request.method !== "GET" || request.cache === "no-store" || path === null) return;
  event.respondWith(answer(event, path));
});

/** Store the files: those that an earlier version has, too, are taken from it. */
async function install() {
  const cache = await caches.open(own);
  const kept = await earlier();
  const left = Object.keys(files);
  const take = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const found = (await kept(path)) ?? (later.includes(path) ? null : await fetched(path));
      if (found) await cache.put(scope + path, found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  await cache.put(listed, new Response(JSON.stringify(files)));
}

async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
  await Promise.all(names.map((name) => caches.delete(name)));
  await worker.clients.claim();
  if (names.length === 0) return;
  const pages = await worker.clients.matchAll({ type: "window" });
  for (const page of pages) page.postMessage("newer"); // than it is
}

/**
 * What finds a file in earlier versions' caches, if it is the same.
 * @returns {Promise<(path: string) => Promise<Response | undefined>>}
 */
async function earlier() {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
  const versions = await Promise.all(names.map(async (name) => {
    const cache = await caches.open(name);
    return { cache, known: (await (await cache.match(listed))?.json()) ?? {} };
  }));
  return async (path) => {
    const same = versions.find(({ known }) => known[path] === files[path]);
    return same?.cache.match(scope + path);
  };
}

/** @param {string} path */
async function fetched(path) {
  const response = await fetch(scope + path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/**
 * @param {any} event
 * @param {string} path
 */
async function answer(event, path) {
  const cache = await caches.open(own);
  const stored = await cache.match(scope + path);
  if (stored) return stored;
  const response = await fetched(path);
  event.waitUntil(cache.put(scope + path, response.clone()).catch(() => {})); // there may be no room
  return response;
}

/**
 * The path of one of the site's files, whatever follows its name in the address.
 * @param {string} address
 */
function pathOf(address) {
  const { origin, pathname } = new URL(address);
  if (!(origin + pathname).startsWith(scope)) return null;
  const path = (origin + pathname).slice(scope.length) || "index.html";
  return Object.hasOwn(files, path) ? path : null;
}
