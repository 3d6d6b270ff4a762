// The trace: on the virtual clock a program gives the same events natively and in WebAssembly, byte for byte; the
// events are what src/base/trace.h says; and Chrome's format is what its viewers want.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkChrome, checkEvents } from '../unit/trace-rules.mjs';
import { compile, programs } from './parity.mjs';
import { build, difference, execute, forEach } from './support.mjs';

const FOLDER = join(build, 'trace');

const traced = () =>
  programs().map(({ name, source }) => ({
    name,
    source,
    native: join(build, 'parity-native', name),
    wasm: join(build, 'parity', `${name}.wasm`),
  }));

async function traceNatively({ name, native }, ending) {
  const file = join(FOLDER, `${name}.native.${ending}`);
  rmSync(file, { force: true });
  await execute(native, [], { env: { ASYNCIO_CLOCK: 'virtual', ASYNCIO_TRACE: file, GUIDE_UNIT: '0.1' } });
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function traceInWasm({ name, wasm }, ending) {
  const file = join(FOLDER, `${name}.wasm.${ending}`);
  rmSync(file, { force: true });
  const args = [join(build, 'wasm/cli/run.mjs'), '--clock=virtual', `--trace=${file}`, wasm];
  await execute(process.execPath, args, { env: { GUIDE_UNIT: '0.1' } });
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

// ---- the one thing that compilers see differently ----
//
// A call that is written over several lines has, as __LINE__, its first one for gcc and its last one for clang. Such a
// pair of numbers is as good as equal, if the lines between them are really one statement.

function isOneStatement(source, first, last) {
  return first < last && !source.slice(first - 1, last - 1).some((line) => /[;{}]\s*$/.test(line));
}

/** Takes over the native line numbers into the other trace where both mean the same call. */
function reconcile(wasm, native, source, pattern) {
  const expected = native.split('\n');
  return wasm
    .split('\n')
    .map((line, i) => {
      const [, there] = line.match(pattern) ?? [],
        [, here] = expected[i]?.match(pattern) ?? [];
      if (there === here || !isOneStatement(source, Number(here), Number(there))) return line;
      return line.replace(pattern, (all) => all.replace(there, here));
    })
    .join('\n');
}

const LINE = /"line":(\d+)/,
  LINE_IN_CHROME = /"at":"[^"]*?:(\d+) in /;

/** What is wrong with the traces of one program, by test. */
async function complaints(program) {
  const source = readFileSync(program.source, 'utf8').split('\n');
  const native = await traceNatively(program, 'jsonl'),
    wasm = await traceInWasm(program, 'jsonl');
  const chrome = await traceNatively(program, 'json'),
    chromeInWasm = await traceInWasm(program, 'json');
  return {
    'the same natively and in WebAssembly': native
      ? difference(reconcile(wasm, native, source, LINE), native)
      : 'no trace',
    'its events are as documented': checkEvents(native),
    "the same in Chrome's format": difference(reconcile(chromeInWasm, chrome, source, LINE_IN_CHROME), chrome),
    "Chrome's format is sound": checkChrome(chrome),
  };
}

export async function run({ wants, report }) {
  mkdirSync(FOLDER, { recursive: true });
  await forEach(
    traced().filter(({ name }) => wants(`trace/${name}`)),
    async (program) => {
      const refused = await compile(program);
      if (refused) return report.fail(`${program.name} compiles natively without a warning`, refused);
      for (const [what, text] of Object.entries(await complaints(program))) {
        if (text) report.fail(`${program.name}: ${what}`, text);
        else report.pass();
      }
      return undefined;
    },
  );
}
