// The trace: the same program gives the same events natively and in WebAssembly on the virtual clock, byte for byte; the
// events are what src/trace.h says; Chrome's format is what its viewers want; and without being asked there is no trace.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkChrome, checkEvents } from '../unit/trace-rules.mjs';
import { programs } from './parity.mjs';
import { build, difference, execute, filesIn, forEach, stem } from './support.mjs';

const FOLDER = join(build, 'trace');

/** The programs to trace: of the parity tests, and our own, which go where those do not. */
function traced() {
  const own = filesIn('tests/unit/programs/traced', '.c').map((source) => ({
    name: stem(source), native: join(build, 'programs-native', stem(source)), wasm: join(build, 'programs', `${stem(source)}.wasm`),
  }));
  return [...programs().map(({ name }) => ({ name, native: join(build, 'parity-native', name), wasm: join(build, 'parity', `${name}.wasm`) })), ...own];
}

async function traceNatively({ name, native }, ending) {
  const file = join(FOLDER, `${name}.native.${ending}`);
  rmSync(file, { force: true });
  await execute(native, [], { env: { ASYNCIO_CLOCK: 'virtual', ASYNCIO_TRACE: file, GUIDE_UNIT: '0.1' } });
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function traceInWasm({ name, wasm }, ending) {
  const file = join(FOLDER, `${name}.wasm.${ending}`);
  rmSync(file, { force: true });
  await execute(process.execPath, [join(build, 'wasm/run.mjs'), '--clock=virtual', `--trace=${file}`, wasm], { env: { GUIDE_UNIT: '0.1' } });
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** What is wrong with the traces of one program, by test. */
async function complaints(program) {
  const native = await traceNatively(program, 'jsonl'), wasm = await traceInWasm(program, 'jsonl');
  const chrome = await traceNatively(program, 'json'), chromeInWasm = await traceInWasm(program, 'json');
  return {
    'the same natively and in WebAssembly': native ? difference(wasm, native) : 'there is no trace',
    'its events are as documented': checkEvents(native),
    'the same in Chrome\'s format': difference(chromeInWasm, chrome),
    'Chrome\'s format is sound': checkChrome(chrome),
  };
}

export async function run({ wants, report }) {
  mkdirSync(FOLDER, { recursive: true });
  await forEach(traced().filter(({ name }) => wants(`trace/${name}`)), async (program) => {
    for (const [what, text] of Object.entries(await complaints(program))) {
      if (text) report.fail(`${program.name}: ${what}`, text);
      else report.pass();
    }
  });
}
