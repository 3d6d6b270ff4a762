// What the browser tests share: the two browsers, the served site, and a page that remembers everything that went
// wrong.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { serve } from '../../web/tools/serve.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const PATIENCE = 20_000; // milliseconds; only ever waited out in full by a test that fails

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/// Debian's browsers. Each is launched with a profile of its own, which goes with it.
export const browsers = [
  { name: 'Chromium', options: { browser: 'chrome', executablePath: '/usr/bin/chromium', args: chromiumFlags } },
  { name: 'Firefox', options: { browser: 'firefox', executablePath: '/usr/bin/firefox-esr' } },
];

export async function launch({ options }) {
  const profile = await mkdtemp(join(tmpdir(), 'asyncio-wasm-browser-'));
  const browser = await puppeteer.launch({ ...options, headless: true, userDataDir: profile });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/// The site as `make play` serves it, with the tests' own programs (build/browser) under /tests/, and what else a test
/// wants.
export function serveSite(mounts = {}, more = {}) {
  return serve({
    port: 0,
    ...more,
    mounts: {
      '/tests/': join(root, 'build/browser'),
      '/tests-source/': join(root, 'tests/browser/programs'),
      ...mounts,
    },
  });
}

/// The site (with more `mounts`) and a browser for a suite of tests: `site` and `browser`, once it runs;
/// `open(options)` opens a page that several of its tests share, `visited(options, async (visit) => {…})` is a test
/// with a page of its own, on which nothing else may have gone wrong.
export function siteIn(kind, mounts) {
  let site, browser, close;
  before(async () => {
    site = await serveSite(mounts);
    ({ browser, close } = await launch(kind));
  });
  after(async () => {
    await close?.();
    await site?.close();
  });
  const open = (options) => Visit.open(browser, site, options);
  const visited = async (options, test) => {
    const visit = await open(options);
    await test(visit);
    assert.deepEqual(visit.problems, []);
    await visit.close();
  };
  return {
    open,
    visited,
    get site() {
      return site;
    },
    get browser() {
      return browser;
    },
  };
}

/// A page of the site ({url, also: other origins that it may ask}). `problems` collects what must not happen: console
/// errors, uncaught errors, failed requests, other hosts.
export class Visit {
  /// A page without the playground.
  static async openPath(browser, site, path) {
    const visit = new Visit(await browser.newPage(), site);
    await visit.page.goto(site.url + path);
    return visit;
  }

  /// The page of a program. Without its service worker, unless `worker` says so: that fetches all lessons each time.
  static async open(browser, site, { hash = '', width = 1280, height = 900, worker = false } = {}) {
    const visit = new Visit(await browser.newPage(), site);
    if (!worker) await visit.page.evaluateOnNewDocument(withoutServiceWorker);
    await visit.page.setViewport({ width, height });
    await visit.page.goto(site.url + hash);
    await visit.until('the first program to be shown', () => document.querySelectorAll('.line').length > 0);
    await visit.setPatience(PATIENCE / 1000);
    return visit;
  }

  constructor(page, site) {
    this.page = page;
    this.problems = [];
    page.on('console', (message) => {
      if (['error', 'warn', 'warning'].includes(message.type())) this.problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // the page gives up what it no longer needs
      if (!/ABORTED|STREAM_CLOSED/.test(why)) this.problems.push(`failed: ${request.url()}: ${why}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.problems.push(`${response.status()}: ${response.url()}`);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && !(site.also ?? [site.url]).includes(`${origin}/`))
        this.problems.push(`other host: ${request.url()}`);
    });
  }

  /// Waits until a function in the page says yes. Asks again and again from here: the page's CSP forbids `eval`.
  async until(what, ask, ...args) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      if (await this.page.evaluate(ask, ...args)) return;
      if (Date.now() > end)
        throw new Error(`waited in vain for ${what}. The page says: ${JSON.stringify(await this.status())}`);
      await new Promise((soon) => setTimeout(soon, 15));
    }
  }

  status() {
    return this.page.evaluate(() => ({
      hash: location.hash,
      title: document.title,
      phase: document.querySelector('#workbench')?.dataset.phase,
      status: document.querySelector('.status')?.textContent,
    }));
  }

  /// Chooses a program as a reader does: the step in the navigation, then the program below the text. A step shows its
  /// own program first, and what is still being shown moves what is to be clicked.
  async choose({ step, id }) {
    await this.click(`#steps li:nth-child(${step}) a`);
    await this.until(`step ${step}`, showsStep, step);
    await this.click(`.programs a[href$="#${id}"]`);
    await this.until(`program ${id} to be shown`, shows, id);
  }

  /// Clicks where the element is once it stays there: the browser looks for its place first, and clicks that place
  /// then.
  async click(selector) {
    await this.until(`${selector} to stay where it is`, standsStill, selector);
    await this.page.click(selector);
  }

  /// How many seconds the page gives a program. A test must not depend on how fast this machine is, so it is long,
  /// except for programs that are to use it up.
  setPatience(seconds) {
    return this.page.evaluate(async (value) => {
      (await import('/main.mjs')).workbench.runner.patience = value;
    }, seconds);
  }

  /// Shows one of the tests' own programs, which no lesson has.
  async show(name) {
    await this.page.evaluate(
      async (program) => {
        const { workbench } = await import('/main.mjs');
        await workbench.open(program);
      },
      { id: name, c: `/tests-source/${name}.c`, wasm: `/tests/${name}.wasm`, python: '' },
    );
  }

  /// Clicks Run and waits for the end; answers the lines that are shown.
  async run() {
    await this.until(
      'the lines to be predicted',
      () => document.querySelector('#workbench').dataset.rehearsed === 'true',
    ); // what comes then moves the button
    await this.page.click('.run');
    await this.until('the program to end', () => document.querySelector('#workbench').dataset.phase === 'ran');
    return this.output();
  }

  output() {
    return this.page.evaluate(() => [...document.querySelectorAll('.output .text')].map((line) => line.textContent));
  }

  close() {
    return this.page.close();
  }
}

// --- what runs in the page ---

function withoutServiceWorker() {
  Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
}

async function showsStep(n) {
  const current = document.querySelector('#steps [aria-current]');
  if (!current?.textContent.startsWith(`${n} `) || location.hash !== current.hash) return false;
  const { workbench } = await import('/main.mjs');
  await workbench.opened;
  return (
    workbench.root.dataset.rehearsed === 'true' &&
    document.querySelector('.programs [aria-current]')?.hash === `#${workbench.program.id}`
  );
}

async function standsStill(selector) {
  const place = () => {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    return box && `${box.x},${box.y},${box.width},${box.height}`;
  };
  const before = place();
  await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
  return before !== undefined && place() === before;
}

async function shows(id) {
  const { workbench } = await import('/main.mjs');
  return (
    workbench.program.id === id &&
    document.querySelectorAll('.line').length > 0 &&
    document.querySelector('.programs [aria-current]')?.hash === `#${id}`
  );
}
