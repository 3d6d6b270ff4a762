// tests/unit/*.c as native programs under the sanitizers, one process for each test: AddressSanitizer,
// UndefinedBehaviorSanitizer and LeakSanitizer, and those about threads under ThreadSanitizer, too.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, problems } from '../unit/verdict.mjs';
import { build, execute, filesIn, forEach, root, stem } from './support.mjs';

const SCRIPT = join(root, 'src/build-native.sh');

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : Infinity);

/** The sets of sanitizers that exclude each other: the library that was built with one, where programs go, and what
 * both need. */
const MEMORY = {
  library: join(build, 'sanitized/libasyncio.a'),
  folder: 'unit-native',
  sanitizers: 'address,undefined',
  flags: ['-DASYNCIO_SANITIZED', '-Isrc'],
  env: { UBSAN_OPTIONS: 'print_stacktrace=1' },
};
const RACES = {
  library: join(build, 'races/libasyncio.a'),
  folder: 'unit-races',
  sanitizers: 'thread',
  flags: ['-Isrc'],
  env: { TSAN_OPTIONS: 'halt_on_error=1 atexit_sleep_ms=0' },
};

/** Whether the program is newer than all that it was made of, which the compiler has written down. */
function upToDate(program, library) {
  if (!existsSync(program) || !existsSync(`${program}.d`)) return false;
  const list = readFileSync(`${program}.d`, 'utf8')
    .replace(/^[^:]*:/, '')
    .replace(/\\\n/g, ' ');
  const sources = list.split(/\s+/).filter(Boolean);
  return [...sources.map((name) => join(root, name)), library, SCRIPT].every(
    (file) => changed(file) <= changed(program),
  );
}

/** Compiles one file; the answer is what the compiler complained of. */
export async function compile(source, program, { library, sanitizers, flags } = MEMORY) {
  if (upToDate(program, library)) return '';
  mkdirSync(join(program, '..'), { recursive: true });
  rmSync(program, { force: true });
  console.log(`  native   ${program.slice(root.length)}`);
  const all = [...flags, '-MMD', '-MF', `${program}.d`];
  const made = await execute(SCRIPT, [source.slice(root.length), program, library, ...all], {
    env: { SANITIZERS: sanitizers },
  });
  if (made.status === 0 && made.stderr) rmSync(program, { force: true }); // a warning is a failure here, and stays one
  return made.status === 0 ? made.stderr : made.stderr || `the compiler ended with status ${made.status}`;
}

async function runUnder(kind, files, { wants, report }) {
  const tests = [];
  await forEach(
    files.filter((file) => wants(stem(file), file)),
    async (file) => {
      const program = join(build, kind.folder, stem(file));
      const complaint = await compile(file, program, kind);
      if (complaint) return report.fail(`${stem(file)} compiles without a warning`, complaint);
      const outcome = await execute(program, []),
        names = outcome.stdout.split('\n').filter(Boolean);
      if (!names.length) return report.fail(`${stem(file)} lists its tests`, describe(outcome));
      return tests.push(...names.map((name) => ({ program, name })));
    },
  );
  await forEach(
    tests.filter(({ program, name }) => wants(`${stem(program)}/${name}`)),
    async ({ program, name }) => {
      const outcome = await execute(program, [name], { env: kind.env });
      if (problems(outcome).length) report.fail(`${stem(program)}/${name}`, describe(outcome));
      else report.pass();
    },
  );
}

/** What has to do with threads: white-box tests include the sources, and would not be built with this library. */
const aboutThreads = (file) => /\b(pthread_create|asyncio_to_thread|threadsafe)\b/.test(readFileSync(file, 'utf8'));

export const run = (how) => runUnder(MEMORY, filesIn('tests/unit', '.c'), how);
export const runForRaces = (how) => runUnder(RACES, filesIn('tests/unit', '.c').filter(aboutThreads), how);
