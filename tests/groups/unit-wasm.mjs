// tests/unit/*.c as WebAssembly in Node, one instance for each test. Also writes build/unit/index.json, from which a
// page can run the same tests.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, problems } from '../unit/verdict.mjs';
import { build, execute, filesIn, processors, root, stem } from './support.mjs';

const LIMIT = 60; // seconds for a test
const FOLDER = join(build, 'unit');

/** A thread that runs tests one by one, and is replaced when one of them never ends. */
class Runner {
  #worker;
  #finish; // takes the outcome of the test that runs

  #start() {
    this.#worker = new Worker(new URL('unit-wasm-worker.mjs', import.meta.url));
    this.#worker.on('message', (outcome) => this.#finish(outcome));
    this.#worker.on('error', (error) => this.#fail({ crash: `the host failed: ${error.stack}` }));
  }

  #fail(outcome) {
    this.stop();
    this.#finish({ status: undefined, stdout: '', stderr: '', ...outcome });
  }

  /** @returns the outcome, as verdict.mjs wants it */
  async run(file, args) {
    if (!this.#worker) this.#start();
    const outcome = new Promise((resolve) => (this.#finish = resolve));
    const timer = setTimeout(() => this.#fail({ timedOut: LIMIT }), LIMIT * 1000);
    this.#worker.postMessage({ file, args });
    return outcome.finally(() => clearTimeout(timer));
  }

  stop() {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

async function compile(sources) {
  const names = sources.map((file) => file.slice(root.length));
  const made = await execute(process.execPath, ['wasm/build.mjs', '--dir', 'build/unit', ...names], { limit: 600 });
  process.stdout.write(made.stdout);
  return made.status === 0 ? made.stderr : made.stderr || `wasm/build.mjs ended with status ${made.status}`;
}

/** Compiles all files at once; if that fails, one by one, so that the others can run. Answers with those that could. */
async function compileAll(sources, report) {
  if (!await compile(sources)) return sources;
  const compiled = [];
  for (const source of sources) {
    const complaint = await compile([source]);
    if (complaint) report.fail(`${stem(source)} compiles without a warning`, complaint);
    else compiled.push(source);
  }
  return compiled;
}

/** Which tests each file has: its program says so. */
async function list(runner, sources, report) {
  const files = [];
  for (const source of sources) {
    const file = `${stem(source)}.wasm`;
    const outcome = await runner.run(join(FOLDER, file), [stem(source)]);
    const tests = outcome.stdout.split('\n').filter(Boolean);
    if (tests.length) files.push({ file, tests });
    else report.fail(`${stem(source)} lists its tests`, describe(outcome));
  }
  return files;
}

async function runAll(tests, report) {
  const waiting = [...tests];
  await Promise.all(Array.from({ length: processors }, async () => {
    const runner = new Runner();
    for (let test = waiting.shift(); test; test = waiting.shift()) {
      const outcome = await runner.run(join(FOLDER, test.file), [stem(test.file), test.name]);
      if (problems(outcome).length) report.fail(`${stem(test.file)}/${test.name}`, describe(outcome));
      else report.pass();
    }
    runner.stop();
  }));
}

export async function run({ wants, report }) {
  const sources = filesIn('tests/unit', '.c');
  const wanted = sources.filter((file) => wants(stem(file), file));
  if (!wanted.length) return;
  const compiled = await compileAll(wanted, report);
  const runner = new Runner();
  const files = await list(runner, compiled, report);
  runner.stop();
  if (wanted.length === sources.length) writeFileSync(join(FOLDER, 'index.json'), JSON.stringify({ files }, null, 1));
  const tests = files.flatMap(({ file, tests: names }) => names.map((name) => ({ file, name })));
  await runAll(tests.filter(({ file, name }) => wants(`${stem(file)}/${name}`)), report);
}
