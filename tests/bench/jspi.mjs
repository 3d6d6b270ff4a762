// The same work in Chromium, suspended by this library inside the module, and by the engine (JSPI).

import { Visit, browsers, launch, serveSite } from '../browser/harness.mjs';
import { out } from './build.mjs';

/** What both sides do: [scenario, program of ours, tasks at once, awaits in each]. */
const WORK = [
  ['switch_1000', 'scenarios', 1000, 20], // JSPI has no other way to give way than a promise
  ['promise_roundtrip', 'promises', 1, 300_000],
  ['promises_10000', 'promises', 10_000, 1],
];
/** Few, and each scenario in a browser of its own: Chromium 156 keeps JSPI's stacks, and dies of some ten thousand. */
const ROUNDS = 3;

/** { scenario: { ours, jspi } } in nanoseconds per await, all rounds; null if this browser has no JSPI. */
export async function jspiRounds(wants) {
  const results = {},
    site = await serveSite({ '/bench/': out });
  try {
    for (const work of WORK.filter(([scenario]) => wants(scenario))) {
      const times = await inBrowser(site, work);
      if (!times) return null;
      results[work[0]] = times;
    }
  } finally {
    await site.close();
  }
  return results;
}

async function inBrowser(site, work) {
  const { browser, close } = await launch(browsers[0]);
  try {
    const { page } = await Visit.openPath(browser, site, 'files.json'); // of the site, and still
    return await page.evaluate(measure, work, ROUNDS);
  } finally {
    await close();
  }
}

// --- what runs in the page ---

async function measure([scenario, name, tasks, each], rounds) {
  if (!WebAssembly.Suspending) return null;
  const { load } = await import('/asyncio/asyncio.mjs');
  const compile = async (name) => WebAssembly.compile(await (await fetch(`/bench/${name}.wasm`)).arrayBuffer());
  const peer = new WebAssembly.Instance(await compile('jspi'), {
    env: { soon: new WebAssembly.Suspending(async () => {}) },
  });
  const awaitMany = WebAssembly.promising(peer.exports.await_many);
  const jspi = async () => {
    const began = performance.now();
    await Promise.all(Array.from({ length: tasks }, () => awaitMany(each)));
    return ((performance.now() - began) * 1e6) / (tasks * each);
  };
  /** All rounds, in one program: as the peer does, it goes on with what the engine has learnt of it. */
  const ours = async () => {
    let printed = '';
    const functions = scenario.startsWith('promise')
      ? (await import('/bench/promises.functions.mjs')).default
      : undefined;
    const stdin = `${scenario} ${tasks * each}\n`.repeat(rounds + WARMING);
    const program = await load(await compile(name), {
      functions,
      stdin,
      stdout: (text) => {
        printed += text;
      },
    });
    await program.run();
    return printed.trim().split('\n').map(Number);
  };
  const WARMING = 1,
    times = { ours: await ours(), jspi: [] };
  for (let round = 0; round < rounds + WARMING; round++) times.jspi.push(await jspi());
  for (const side of [times.ours, times.jspi]) side.splice(0, WARMING);
  return times;
}
