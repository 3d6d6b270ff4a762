// tests/parity/NAME.c against NAME.c.out, or NAME.out where there is no such file: natively under the sanitizers and in
// WebAssembly in Node, each on the virtual and on the real clock.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, difference, execute, filesIn, forEach, root, stem } from './support.mjs';

const UNIT = 0.1; // seconds: what the programs' delays are multiples of
const SLEEPERS = 8; // programs on the real clock mostly sleep, so this many may run at once

export const programs = () => filesIn('tests/parity', '.c').map((source) => ({ name: stem(source), source }));

/** What a program has to print: as in Python, unless it has a file of its own. */
export function expected({ source }) {
  const own = source.replace(/\.c$/, '.c.out');
  return readFileSync(existsSync(own) ? own : source.replace(/\.c$/, '.out'), 'utf8');
}

/** Builds a program natively, if need be; the answer is what the compiler complained of. */
export async function compile({ name, source }) {
  const made = await execute(join(root, 'src/build-native.sh'), [
    source.slice(root.length),
    `build/parity-native/${name}`,
    'build/sanitized/libasyncio.a',
  ]);
  return made.status === 0 && !made.stderr ? '' : made.stderr || `the compiler ended with status ${made.status}`;
}

const RUN = join(build, 'wasm/cli/run.mjs');
const wasmOf = (name) => join(build, 'parity', `${name}.wasm`);

/** The command that runs it: [file, arguments, environment]. */
const commands = {
  native: ({ name }, clock) => [join(build, 'parity-native', name), [], { ASYNCIO_CLOCK: clock }],
  WebAssembly: ({ name }, clock) => [process.execPath, [RUN, `--clock=${clock}`, wasmOf(name)], {}],
};

/** What is wrong with a run; undefined: nothing. */
async function complaint(program, how, clock, unit = UNIT) {
  const [file, args, env] = commands[how](program, clock);
  const options = { env: { ...env, GUIDE_UNIT: String(unit) }, limit: 60 };
  const { status, stdout, stderr, timedOut } = await execute(file, args, options);
  if (timedOut) return `it had not ended after ${timedOut} s; so far it had printed\n${stdout}`;
  const different = difference(stdout, expected(program));
  if (different || /ERROR: \w+Sanitizer|runtime error:/.test(stderr) || status > 1)
    return [different, `exit status ${status}`, stderr && `stderr:\n${stderr}`].filter(Boolean).join('\n');
  return undefined;
}

/** On a machine that is busy with other things a program on the real clock may be late for its own deadlines. Its order
 * is then another one, and not wrong: it gets a second chance, alone and with longer delays. */
async function complaintOnRealClock(program, how, again) {
  if (await complaint(program, how, 'real')) again.push({ program, how });
}

export async function run({ wants, report }) {
  const chosen = programs().filter(({ name }) => wants(`parity/${name}`));
  const record = (name, text) => (text ? report.fail(name, text) : report.pass());
  const runnable = [];
  await forEach(chosen, async (program) => {
    const text = await compile(program),
      { name } = program;
    if (text) report.fail(`${name} compiles natively without a warning`, text);
    else if (!existsSync(wasmOf(name))) report.fail(`${name} is built`, `${wasmOf(name)} is missing: make web`);
    else runnable.push(program);
  });
  const both = runnable.flatMap((program) => Object.keys(commands).map((how) => ({ program, how })));
  await forEach(both, async ({ program, how }) =>
    record(`${program.name}, ${how}, virtual clock`, await complaint(program, how, 'virtual')),
  );
  const again = [];
  await forEach(both, ({ program, how }) => complaintOnRealClock(program, how, again), SLEEPERS);
  report.pass(both.length - again.length);
  for (const { program, how } of again)
    record(`${program.name}, ${how}, real clock`, await complaint(program, how, 'real', 3 * UNIT));
}
