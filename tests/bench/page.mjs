// What a visitor loads until the first lesson can be worked with: bodies of answers, brotli, as web/tools/serve.mjs
// sends them. What the service worker fetches afterwards, when nothing else is loading, does not count.

import { Visit, browsers, launch, serveSite } from '../browser/harness.mjs';

/** [[path, bytes]], in the order of their sending. */
export async function firstVisit() {
  const sent = [];
  const site = await serveSite({}, { sent: (path, bytes) => sent.push([path, bytes]) });
  const { browser, close } = await launch(browsers[0]);
  try {
    const visit = await Visit.open(browser, site, { worker: true });
    await visit.run();
  } finally {
    await close();
    await site.close();
  }
  const later = sent.findIndex(([path]) => path === '/offline.mjs');
  return later < 0 ? sent : sent.slice(0, later);
}
