// The package in other runtimes: every example on the virtual clock, the files of tests/node that are about what
// programs and JavaScript coroutines do (threads included), and the package as it is installed, from the tarball.
//
//   node tests/versions/runtimes.mjs [name...]      all of RUNTIMES, or some
//
// The runtimes come from the npm registry, in exactly these versions, into build/runtimes. `make test-runtimes` builds
// the library, the examples and the package before.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runExamples } from '../groups/examples.mjs';
import { Report } from '../groups/report.mjs';
import { build, execute, filesIn, root, stem } from '../groups/support.mjs';
import { built } from '../node/support.mjs';
import { project, write } from '../package/consumer.mjs';
import { WANTED, prepareUse } from '../package/use.mjs';

const FOLDER = join(build, 'runtimes');
const NODE = { binary: 'bin/node', run: [], test: ['--test', '--test-reporter=tap'] };
const BUN = { binary: 'bin/bun', run: [], test: ['test', '--timeout=120000'] };
const DENO = { binary: 'deno', run: ['run', '--allow-all'], test: ['test', '--allow-all', '--no-check'] };
const DEBIAN = {
  x64: ['linux-x64', 'linux-x64', 'linux-x64-glibc'],
  arm64: ['linux-arm64', 'linux-aarch64', 'linux-arm64-glibc'],
};
const [node, bun, deno] = DEBIAN[process.arch] ?? DEBIAN.x64;

/** Of each the oldest version that is supported, and the newest, and what is between them of Node. */
const RUNTIMES = {
  'node-20.16': { ...NODE, from: `node-${node}@20.16.0` },
  'node-20': { ...NODE, from: `node-${node}@20.20.2` },
  'node-22': { ...NODE, from: `node-${node}@22.23.5` },
  'node-24': { ...NODE, from: `node-${node}@24.22.3` },
  'node-26': { ...NODE, from: `node-${node}@26.12.1` },
  'bun-1.2': { ...BUN, from: `@oven/bun-${bun}@1.2.0` },
  'bun': { ...BUN, from: `@oven/bun-${bun}@1.4.5` },
  'deno-2.4': { ...DENO, from: `@deno/${deno}@2.4.0` },
  'deno': { ...DENO, from: `@deno/${deno}@2.9.6` },
};
/** What must be refused, in a sentence. */
const TOO_OLD = { 'node-18': { ...NODE, from: `node-${node}@18.20.8` } };

/** Files of tests/node that are about the build, or that are long and know no runtime. */
const NOT_HERE = ['build', 'types', 'random-programs'];
const FILES = filesIn('tests/node', '.test.mjs').filter((file) => !NOT_HERE.includes(stem(file)));
const LIMIT = 600; // seconds for all of them

const binaryOf = ([name, { binary }]) => join(FOLDER, 'node_modules', name, binary);

/** Downloads what is not there yet. */
function install() {
  const dependencies = Object.entries({ ...RUNTIMES, ...TOO_OLD }).map(([name, { from }]) => [name, `npm:${from}`]);
  const manifest = JSON.stringify({ private: true, dependencies: Object.fromEntries(dependencies) }),
    file = join(FOLDER, 'package.json'),
    stamp = join(FOLDER, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, manifest);
  console.log(`  npm      ${dependencies.length} runtimes (once, some 1.2 GB)`);
  execFileSync('npm', ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(stamp, manifest);
}

/** What the runtime's own test runner counted: each has its own words. Files and suites count in some, so that the
 * numbers of two runtimes differ. */
function countOf(text) {
  const find = (...patterns) => patterns.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  const steps = find(/passed \((\d+) steps?\)/) ?? 0;
  return {
    passed: Number(find(/^# pass (\d+)$/m, /^ *(\d+) pass$/m, /\| (\d+) passed/) ?? 0) + Number(steps),
    failed: Number(find(/^# fail (\d+)$/m, /^ *(\d+) fail$/m, /\| (\d+) failed/) ?? 0),
  };
}

async function runTests(binary, { test }, report) {
  const env = { ASYNCIO_TESTS_BUILT: '1', NO_COLOR: '1', FORCE_COLOR: undefined };
  for (const file of FILES) {
    const { status, stdout, stderr, timedOut } = await execute(binary, [...test, `./${file.slice(root.length)}`], {
      env,
      limit: LIMIT,
    });
    const { passed, failed } = countOf(stdout + stderr);
    report.pass(passed);
    if (status !== 0 || failed || !passed)
      report.fail(stem(file), `${timedOut ? `after ${timedOut} s: ` : ''}status ${status}\n${stdout}${stderr}`);
  }
}

async function runPackage(binary, { run }, report) {
  const main = write('src/elsewhere.mjs', "import { use } from './use.mjs';\nconsole.log(await use());\n");
  const { stdout, stderr } = await execute(binary, [...run, main], { cwd: project });
  if (stdout === `${WANTED}\n`) report.pass();
  else report.fail('the package as it is installed', `${stdout}${stderr}\nwanted: ${WANTED}`);
}

async function test([name, runtime], wants) {
  const report = new Report(),
    began = Date.now(),
    binary = binaryOf([name, runtime]);
  await runExamples([binary, ...runtime.run, join(build, 'wasm/cli/run.mjs')], { wants, report });
  await runTests(binary, runtime, report);
  await runPackage(binary, runtime, report);
  report.print(runtime.from.replace(/.*\/|-(linux|glibc|x64|arm64|aarch64)/g, ''), (Date.now() - began) / 1000);
  return report;
}

/** One that is too old says so, wherever one begins: in one sentence, where it is a command. */
async function testRefusal([name, runtime]) {
  const report = new Report(),
    binary = binaryOf([name, runtime]),
    wanted = /asyncio-wasm: Node\.js 20\.16 or 22\.3 or newer is needed, this is 18\./,
    importing = write('src/import-elsewhere.mjs', "import 'asyncio-wasm';\n"),
    installed = join(project, 'node_modules/asyncio-wasm/wasm');
  for (const [what, script, lines] of [
    ['import', importing],
    ['the command line', join(installed, 'cli.mjs'), 1],
    ['run.mjs', join(build, 'wasm/cli/run.mjs'), 1],
  ]) {
    const { status, stderr } = await execute(binary, [script, '--version'], { cwd: project });
    const right = status !== 0 && wanted.test(stderr) && (!lines || stderr.trimEnd().split('\n').length === lines);
    if (right) report.pass();
    else report.fail(what, `status ${status}\n${stderr}\nwanted: ${wanted}`);
  }
  report.print(`${name}, refused`, 0);
  return report;
}

const names = process.argv.slice(2);
const chosen = Object.entries(RUNTIMES).filter(([name]) => !names.length || names.includes(name));
install();
await prepareUse();
for (const source of filesIn('tests/node/programs', '.c')) await built(stem(source));
const reports = [];
for (const runtime of chosen) reports.push(await test(runtime, () => true));
for (const runtime of Object.entries(TOO_OLD)) reports.push(await testRefusal(runtime));
const sum = (of) => reports.reduce((all, report) => all + of(report), 0);
const passed = sum((report) => report.passed),
  failed = sum((report) => report.failures.length);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !chosen.length ? 1 : 0;
