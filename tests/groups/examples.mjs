// The programs of tests/parity in WebAssembly alone, on the virtual clock, compiled by the Emscripten that is here:
// what `make test-emscripten` runs where nothing is built natively, and `make test-runtimes` in each runtime.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expected, programs } from './parity.mjs';
import { build, difference, execute, forEach, root } from './support.mjs';

const wasmOf = ({ name }) => join(build, 'parity', `${name}.wasm`);

/** Builds them all; the answer is what the build complained of. */
async function compile(chosen) {
  const sources = chosen.map(({ source }) => source.slice(root.length));
  const { status, stderr } = await execute(
    process.execPath,
    ['wasm/build/build.mjs', '--quiet', '--dir', 'build/parity', ...sources],
    { limit: 1200 },
  );
  return status === 0 ? stderr : stderr || `the build ended with status ${status}`;
}

/** What is wrong with an example when this command runs it; undefined: nothing. */
async function complaint(example, [file, ...args]) {
  const { status, stdout, stderr, timedOut } = await execute(file, [...args, '--clock=virtual', wasmOf(example)], {
    env: { GUIDE_UNIT: '0.1' },
  });
  if (timedOut) return `it had not ended after ${timedOut} s; so far it had printed\n${stdout}`;
  const different = difference(stdout, expected(example));
  if (!different && status <= 1) return undefined;
  return [different, `exit status ${status}`, stderr && `stderr:\n${stderr}`].filter(Boolean).join('\n');
}

/** Runs the examples that are built with a command: the runtime and run.mjs. */
export async function runExamples(command, { wants, report }) {
  await forEach(
    programs().filter(({ name }) => wants(`examples/${name}`)),
    async (example) => {
      const text = existsSync(wasmOf(example)) ? await complaint(example, command) : 'it is not built';
      if (text) report.fail(example.name, text);
      else report.pass();
    },
  );
}

export async function run({ wants, report }) {
  const complaints = await compile(programs().filter(({ name }) => wants(`examples/${name}`)));
  if (complaints) report.fail('the examples compile without a warning', complaints);
  await runExamples([process.execPath, join(build, 'wasm/cli/run.mjs')], { wants, report });
}
