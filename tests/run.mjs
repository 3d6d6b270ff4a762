// Runs the tests: node tests/run.mjs [group...] [text...]
//
// Without arguments everything runs, which is what `make test` does after building. Words that name a group choose it;
// any other word is part of the names of the tests to run: `node tests/run.mjs unit locks` runs what has "locks" in its
// name, natively and in WebAssembly. README.md lists the groups.

import { readFileSync } from 'node:fs';
import { Report } from './groups/report.mjs';

const GROUPS = {
  lint: { title: 'lint', load: () => import('./groups/lint.mjs') },
  native: { title: 'unit, native', load: () => import('./groups/unit-native.mjs') },
  races: { title: 'unit, races', load: async () => ({ run: (await import('./groups/unit-native.mjs')).runForRaces }) },
  fuzz: { title: 'fuzz', load: () => import('./groups/fuzz.mjs') },
  wasm: { title: 'unit, WebAssembly', load: () => import('./groups/unit-wasm.mjs') },
  tools: { title: 'tools', load: () => import('./groups/tools.mjs') },
  parity: { title: 'parity', load: () => import('./groups/parity.mjs') },
  trace: { title: 'trace', load: () => import('./groups/trace.mjs') },
  node: { title: 'Node', load: () => import('./groups/node.mjs') },
  package: { title: 'npm package', load: () => import('./groups/package.mjs') },
  browser: { title: 'browsers', load: () => import('./groups/browser.mjs') },
  examples: { title: 'examples', load: () => import('./groups/examples.mjs'), onRequest: true }, // parity has them all
};
const ALIASES = { unit: ['native', 'wasm'] };

/** What the arguments ask for: names of groups, and texts that a test's name must contain (all of them). */
function parse(words) {
  const groups = words.flatMap((word) => ALIASES[word] ?? (GROUPS[word] ? [word] : []));
  const texts = words.filter((word) => !ALIASES[word] && !GROUPS[word]);
  return { groups: groups.length ? groups : Object.keys(GROUPS).filter((name) => !GROUPS[name].onRequest), texts };
}

/** A test of the name "file/test" is wanted if it contains every text; a source file, if some test in it may be. */
function filter(texts) {
  return (name, source) => {
    const all = source ? `${name}/${texts.length ? readFileSync(source, 'utf8') : ''}` : name;
    return texts.every((text) => all.includes(text));
  };
}

async function runGroup({ title, load }, wants) {
  const report = new Report(),
    began = Date.now();
  try {
    await (await load()).run({ wants, report });
  } catch (error) {
    report.fail('the group itself', error.stack);
  }
  report.print(title, (Date.now() - began) / 1000);
  return report;
}

const { groups, texts } = parse(process.argv.slice(2));
let passed = 0,
  failed = 0;
for (const name of groups) {
  const report = await runGroup(GROUPS[name], filter(texts));
  passed += report.passed;
  failed += report.failures.length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
