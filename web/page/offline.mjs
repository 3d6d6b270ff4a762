// The service worker: what the page has once been given it keeps, so it works without a network from then on. What the
// network gives always comes first, so nobody is left with an old page. A classic script: not every browser has module
// workers of this kind.

const KEPT = 'asyncio-wasm';

/// The lessons are kept from the beginning, the other programs when they are first opened.
async function keepAll() {
  const files = await (await fetch('files.json')).json();
  await (await caches.open(KEPT)).addAll(files);
}

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    if (response.ok) await kept.put(request, response.clone());
    return response;
  } catch (error) {
    const before = await kept.match(request, { ignoreSearch: true });
    if (before) return before;
    throw error;
  }
}

addEventListener('install', (/** @type {any} */ event) => event.waitUntil(keepAll().then(() => skipWaiting())));
addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (/** @type {any} */ event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(registration.scope)) event.respondWith(answer(event.request));
});
