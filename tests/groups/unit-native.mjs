// tests/unit/*.c as native programs under AddressSanitizer, UndefinedBehaviorSanitizer and LeakSanitizer, one process
// for each test.

import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, problems } from '../unit/verdict.mjs';
import { build, execute, filesIn, forEach, root, stem } from './support.mjs';

const LIBRARY = join(build, 'sanitized/libasyncio.a');
const SCRIPT = join(root, 'src/build-native.sh');

const changed = (file) => (existsSync(file) ? statSync(file).mtimeMs : Infinity);

/** Whether the program is newer than all that it was made of, which the compiler has written down. */
function upToDate(program) {
  if (!existsSync(program) || !existsSync(`${program}.d`)) return false;
  const list = readFileSync(`${program}.d`, 'utf8').replace(/^[^:]*:/, '').replace(/\\\n/g, ' ');
  const sources = list.split(/\s+/).filter(Boolean);
  return [...sources.map((name) => join(root, name)), LIBRARY, SCRIPT].every((file) => changed(file) <= changed(program));
}

/** Compiles one file; the answer is what the compiler complained of. */
export async function compile(source, program) {
  if (upToDate(program)) return '';
  mkdirSync(join(program, '..'), { recursive: true });
  rmSync(program, { force: true });
  console.log(`  native   ${program.slice(root.length)}`);
  const flags = ['-DASYNCIO_SANITIZED', '-MMD', '-MF', `${program}.d`];
  const made = await execute(SCRIPT, [source.slice(root.length), program, LIBRARY, ...flags]);
  if (made.status === 0 && made.stderr) rmSync(program, { force: true }); // a warning is a failure here, and stays one
  return made.status === 0 ? made.stderr : made.stderr || `the compiler ended with status ${made.status}`;
}

export async function run({ wants, report }) {
  const tests = [];
  await forEach(filesIn('tests/unit', '.c').filter((file) => wants(stem(file), file)), async (file) => {
    const program = join(build, 'unit-native', stem(file));
    const complaint = await compile(file, program);
    if (complaint) return report.fail(`${stem(file)} compiles without a warning`, complaint);
    const outcome = await execute(program, []), names = outcome.stdout.split('\n').filter(Boolean);
    if (!names.length) return report.fail(`${stem(file)} lists its tests`, describe(outcome));
    return tests.push(...names.map((name) => ({ program, name })));
  });
  await forEach(tests.filter(({ program, name }) => wants(`${stem(program)}/${name}`)), async ({ program, name }) => {
    const outcome = await execute(program, [name], { env: { UBSAN_OPTIONS: 'print_stacktrace=1' } });
    if (problems(outcome).length) report.fail(`${stem(program)}/${name}`, describe(outcome));
    else report.pass();
  });
}
