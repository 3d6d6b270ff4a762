// What no test foresees: programs of public calls that libFuzzer makes (tests/fuzz/api.c), and the parity programs with
// each of their allocations failing in turn. A part of both is tested always, the same in every run; all of it, for as
// long as one likes, is `make fuzz` (tests/fuzz/fuzz.mjs).

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, execute, filesIn, forEach, processors, stem } from './support.mjs';

const FOLDER = join(build, 'fuzz');
const SANITIZE = ['-g', '-fno-omit-frame-pointer', '-fno-sanitize-recover=undefined'];
const COMMON = ['-std=gnu11', '-Wall', '-Wno-unused-function', '-O1', ...SANITIZE];

/** Compiles with clang; throws what it says. */
async function clang(...words) {
  const { status, stderr } = await execute('clang', [...COMMON, ...words], { limit: 300 });
  if (status !== 0) throw new Error(stderr);
}

/** Builds the fuzzer: the library, too, so that libFuzzer sees which parts of it a program reaches. */
export async function buildFuzzer() {
  const library = join(FOLDER, 'asyncio.o');
  const fuzzer = join(FOLDER, 'api');
  mkdirSync(FOLDER, { recursive: true });
  await clang(
    '-fsanitize=fuzzer-no-link,address,undefined',
    '-DASYNCIO_SANITIZED',
    '-Isrc',
    '-c',
    'src/native.c',
    '-o',
    library,
  );
  await clang(
    '-fsanitize=fuzzer,address,undefined',
    '-Isrc/include',
    'tests/fuzz/api.c',
    library,
    '-luv',
    '-lm',
    '-o',
    fuzzer,
  );
  return fuzzer;
}

/* Of a task that is given up in the midst of a call the frames are lost, and what they hold: leaks are not looked for.
 * Without a limit to memory libFuzzer has no thread of its own, which might wake a loop for all that is known. */
export const fuzzing = [
  '-max_len=400',
  '-timeout=60',
  '-rss_limit_mb=0',
  '-detect_leaks=0',
  `-artifact_prefix=${FOLDER}/`,
];
export const env = {
  ASAN_OPTIONS: 'detect_leaks=0:quarantine_size_mb=16:exitcode=99',
  UBSAN_OPTIONS: 'print_stacktrace=1:exitcode=99',
};

async function fuzzAFixedPart(report) {
  const RUNS = 20_000;
  const fuzzer = await buildFuzzer();
  const outcome = await execute(fuzzer, [...fuzzing, '-seed=1', `-runs=${RUNS}`], { env, limit: 300 });
  if (outcome.status === 0) report.pass();
  else report.fail(`${RUNS} programs of public calls`, outcome.stderr.slice(-4000));
}

const WRAPPED = ['malloc', 'calloc', 'strdup'].map((name) => `-Wl,--wrap=${name}`);

/** Builds a program whose allocations can be made to fail; answers its path and how many they are. */
export async function buildFailing(source) {
  const program = join(FOLDER, stem(source));
  const made = await execute('src/build-native.sh', [
    source,
    program,
    join(build, 'sanitized/libasyncio.a'),
    'tests/fuzz/failing.c',
    ...WRAPPED,
  ]);
  if (made.status !== 0) throw new Error(made.stderr);
  const { stderr } = await execute(program, [], { env: { ...env, ASYNCIO_CLOCK: 'virtual' } });
  return { program, allocations: Number(stderr.trimEnd().split('\n').pop()) };
}

/** What is wrong with how a program ends whose allocation number n fails: it may fail, but not crash or hang. */
export async function wrongWithout({ program }, n) {
  const outcome = await execute(program, [], {
    env: { ...env, ASYNCIO_CLOCK: 'virtual', ASYNCIO_FAIL_AT: String(n) },
    limit: 60,
  });
  const crashed = outcome.timedOut || outcome.status === null || outcome.status === 99 || outcome.status >= 128;
  const byItself =
    outcome.status === 130 || // Ctrl+C, which some of them are about
    /^ +#0 .*tests\/parity\//m.test(outcome.stderr); // they do not ask whether they got what they use
  return crashed && !byItself
    ? `status ${outcome.status}${outcome.timedOut ? ', timed out' : ''}\n${outcome.stderr}`
    : '';
}

/** Each program without some of its allocations: every `stride`th, from another one on for each. */
export async function failAllocations(report, stride, wants = (_name) => true) {
  const sources = filesIn('tests/parity', '.c').filter((source) => wants(stem(source)));
  await forEach(
    sources,
    async (source) => {
      const built = await buildFailing(source);
      const problems = [];
      for (let n = 1 + (sources.indexOf(source) % stride); n <= built.allocations; n += stride) {
        const problem = await wrongWithout(built, n);
        if (problem) problems.push(`allocation ${n} of ${built.allocations} fails: ${problem}`);
      }
      if (problems.length) report.fail(`${stem(source)} without memory`, problems.slice(0, 3).join('\n'));
      else report.pass();
    },
    processors,
  );
}

export async function run({ wants, report }) {
  const STRIDE = 80;
  if (wants('api')) await fuzzAFixedPart(report);
  await failAllocations(report, STRIDE, (name) => wants(`allocations/${name}`));
}
