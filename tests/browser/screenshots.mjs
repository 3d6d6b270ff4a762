// Every view of the page at desktop and phone width, light and dark, as pictures in build/screenshots: `make
// screenshots`. They are there to be looked at. Names of views or lessons choose some: node
// tests/browser/screenshots.mjs compare lesson-03

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lessons } from '../../web/lessons/lessons.mjs';
import { Visit, browsers, launch, root, serveSite } from './harness.mjs';

const folder = join(root, 'build/screenshots');
/** @type {[string, number, number][]} */
const sizes = [
  ['desktop', 1280, 900],
  ['phone', 360, 740],
];
const schemes = ['light', 'dark'];

/// What is shown, by name: the address, and what is done there before a picture (or several, by save) is taken.
const views = {
  ...Object.fromEntries(
    ['waits', 'taskgroup', 'lock', '33-lock', '20-task-cancel-and-cleanup'].map((id) => [
      id,
      { hash: `#${id}`, act: walk },
    ]),
  ),
  predict: { hash: '#sequential', act: predictTimes },
  compare: { hash: '#sequential', act: compare },
  live: { hash: '#live', act: runLive },
  print: { hash: '#lock', act: print },
};

async function walk(visit, save) {
  const { page } = visit;
  await save('before', { fullPage: true });
  await run(visit);
  await page.evaluate(() => {
    for (let n = 0; n < 12; n++) document.querySelector('[data-action="back"]').click();
    document.querySelector('.trial').scrollIntoView();
  });
  await save('stepping');
  await page.evaluate(() => document.querySelector('.details').scrollIntoView());
  await save('details');
}

async function predictTimes(visit, save) {
  const { page } = visit;
  await page.evaluate(() => document.querySelector('[data-guess][value="times"]').click());
  for (const [index, seconds] of [2, 0, 3].entries()) {
    await page.click(`.guess li:nth-child(${index + 1}) input`);
    await page.keyboard.type(String(seconds));
  }
  await run(visit);
  await page.evaluate(() => document.querySelector('.predict').scrollIntoView());
  await save('times');
}

async function compare(visit, save) {
  const { page } = visit;
  await run(visit);
  await page.evaluate(() =>
    [...document.querySelectorAll('[data-panel="extras"] button')]
      .find(({ textContent }) => textContent.startsWith('Against'))
      .click(),
  );
  await visit.until(
    'the pinned run',
    () =>
      !document.querySelector('[data-panel="pinned"]').hidden &&
      document.querySelector('#workbench').dataset.phase === 'ran',
  );
  for (const axis of ['steps', 'time']) {
    await page.evaluate((value) => document.querySelector(`[data-axis][value="${value}"]`).click(), axis);
    await page.evaluate(() => document.querySelector('.dock-head').scrollIntoView());
    await save(axis);
  }
}

async function runLive(visit, save) {
  const { page } = visit;
  await page.evaluate(() => document.querySelector('.run').click());
  await visit.until('lanes that grow', () => document.querySelector('#workbench').dataset.phase === 'live');
  await new Promise((later) => setTimeout(later, 1500));
  await page.evaluate(() => document.querySelector('.click').click());
  await new Promise((later) => setTimeout(later, 700));
  await page.evaluate(() => document.querySelector('.dock-head').scrollIntoView());
  await save('growing');
  await page.evaluate(() => document.querySelector('.stop').click());
}

async function print(visit, save) {
  await run(visit);
  await visit.page.emulateMediaType('print');
  await visit.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await save('paper', { fullPage: true });
}

async function run(visit) {
  await visit.page.evaluate(() => document.querySelector('.run').click());
  await visit.until('the program to end', () => document.querySelector('#workbench').dataset.phase === 'ran');
}

const wanted = process.argv.slice(2);
let count = 0;

async function shoot(name, { hash, act }, [size, width, height], scheme) {
  if (wanted.length && !wanted.includes(name)) return;
  const visit = await Visit.open(browser, site, { hash, width, height });
  await visit.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await visit.until(
    'the lines to be predicted',
    () => document.querySelector('#workbench').dataset.rehearsed === 'true',
  );
  await act(visit, (view, options) => {
    count++;
    return visit.page.screenshot({ path: join(folder, `${name}-${view}-${size}-${scheme}.png`), ...options });
  });
  await visit.close();
}

/// Each lesson as a whole, once it has run.
async function whole(visit, save) {
  await run(visit);
  await save('whole', { fullPage: true });
}

if (!wanted.length) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const site = await serveSite();
const { browser, close } = await launch(browsers[0]);
try {
  for (const [name, view] of Object.entries(views))
    for (const size of sizes) for (const scheme of schemes) await shoot(name, view, size, scheme);
  for (const [index, { programs }] of lessons.entries()) {
    const own = programs.find(({ live }) => !live);
    if (own)
      await shoot(
        `lesson-${String(index + 1).padStart(2, '0')}`,
        { hash: `#${own.id}`, act: whole },
        sizes[index % 2],
        schemes[(index >> 1) % 2],
      );
  }
} finally {
  await close();
  await site.close();
}
console.log(`${count} pictures in build/screenshots`);
