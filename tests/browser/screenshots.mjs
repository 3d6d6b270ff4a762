// Every view of the page at desktop and phone width, light and dark, as pictures in build/screenshots: `make screenshots`.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Visit, browsers, launch, root, serveSite } from './harness.mjs';

const folder = join(root, 'build/screenshots');
const sizes = [['desktop', 1280, 900], ['phone', 360, 740]];
const schemes = ['light', 'dark'];
const ids = ['waits', 'taskgroup', 'lock', '33-lock', '20-task-cancel-and-cleanup'];

async function shoot(browser, site, id, [size, width, height], scheme) {
  const visit = await Visit.open(browser, site, { hash: `#${id}`, width, height });
  const { page } = visit;
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  const save = (view, options) => page.screenshot({ path: join(folder, `${id}-${view}-${size}-${scheme}.png`), ...options });
  await visit.until('the lines to be predicted', () => document.querySelector('#workbench').dataset.rehearsed === 'true');
  await save('before', { fullPage: true });
  await page.evaluate(() => document.querySelector('.run').click());
  await visit.until('the program to end', () => document.querySelector('#workbench').dataset.phase === 'ran');
  await page.evaluate(() => {
    for (let n = 0; n < 12; n++) document.querySelector('[data-action="back"]').click();
    document.querySelector('.trial').scrollIntoView();
  });
  await save('stepping');
  await page.evaluate(() => document.querySelector('.details').scrollIntoView());
  await save('details');
  await page.close();
}

await mkdir(folder, { recursive: true });
const site = await serveSite();
const { browser, close } = await launch(browsers[0]);
try {
  for (const id of ids) for (const size of sizes) for (const scheme of schemes) await shoot(browser, site, id, size, scheme);
} finally {
  await close();
  await site.close();
}
console.log(`${ids.length * sizes.length * schemes.length * 3} pictures in build/screenshots`);
