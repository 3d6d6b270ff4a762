// tests/unit/*.c as WebAssembly in Node, one instance for each test. Also writes build/unit/index.json, from which a
// page can run the same tests.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Runner } from '../unit/outcome.mjs';
import { describe, problems } from '../unit/verdict.mjs';
import { build, execute, filesIn, processors, root, stem } from './support.mjs';

const LIMIT = 60; // seconds for a test
const FOLDER = join(build, 'unit');

function startWorker(heard, failed) {
  const worker = new Worker(new URL('unit-wasm-worker.mjs', import.meta.url));
  worker.on('message', heard);
  worker.on('error', (/** @type {Error} */ error) => failed(error.stack));
  return worker;
}

async function compile(sources) {
  const names = sources.map((file) => file.slice(root.length));
  const made = await execute(process.execPath, ['wasm/build/build.mjs', '-Isrc', '--dir', 'build/unit', ...names], {
    limit: 600,
  });
  process.stdout.write(made.stdout);
  return made.status === 0 ? made.stderr : made.stderr || `wasm/build/build.mjs ended with status ${made.status}`;
}

/** Compiles all files at once; if that fails, one by one, so that the others can run. Answers with those that could. */
async function compileAll(sources, report) {
  if (!(await compile(sources))) return sources;
  const compiled = [];
  for (const source of sources) {
    const complaint = await compile([source]);
    if (complaint) report.fail(`${stem(source)} compiles without a warning`, complaint);
    else compiled.push(source);
  }
  return compiled;
}

/** Which tests each file has: its program says so. */
async function list(sources, report) {
  const runner = new Runner(startWorker),
    files = [];
  for (const source of sources) {
    const file = `${stem(source)}.wasm`;
    const outcome = await runner.run({ file: join(FOLDER, file), args: [stem(source)] }, LIMIT);
    const tests = outcome.stdout.split('\n').filter(Boolean);
    if (tests.length) files.push({ file, tests });
    else report.fail(`${stem(source)} lists its tests`, describe(outcome));
  }
  runner.stop();
  return files;
}

async function runAll(tests, report) {
  const waiting = [...tests];
  await Promise.all(
    Array.from({ length: processors }, async () => {
      const runner = new Runner(startWorker);
      for (let test = waiting.shift(); test; test = waiting.shift()) {
        const outcome = await runner.run({ file: join(FOLDER, test.file), args: [stem(test.file), test.name] }, LIMIT);
        if (problems(outcome).length) report.fail(`${stem(test.file)}/${test.name}`, describe(outcome));
        else report.pass();
      }
      runner.stop();
    }),
  );
}

/** Compiles what is wanted and has changed, and answers which tests there are: [{ file, tests }]. */
async function prepare(wanted, report) {
  return list(await compileAll(wanted, report), report);
}

/** The same for all of them, written down for browsers, too. */
export async function prepareAll(report) {
  const files = await prepare(filesIn('tests/unit', '.c'), report);
  writeFileSync(join(FOLDER, 'index.json'), JSON.stringify({ files }, null, 1));
  return files;
}

export async function run({ wants, report }) {
  const sources = filesIn('tests/unit', '.c');
  const wanted = sources.filter((file) => wants(stem(file), file));
  if (!wanted.length) return;
  const files = await (wanted.length === sources.length ? prepareAll(report) : prepare(wanted, report));
  const tests = files.flatMap(({ file, tests: names }) => names.map((name) => ({ file, name })));
  await runAll(
    tests.filter(({ file, name }) => wants(`${stem(file)}/${name}`)),
    report,
  );
}
