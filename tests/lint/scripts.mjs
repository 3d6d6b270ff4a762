// JavaScript and CSS: Biome (.biome.jsonc) looks for mistakes, tsc (tsconfig.json) whether values fit where they go.

import { execute } from '../groups/support.mjs';
import { sources } from './sources.mjs';

const FOLDERS = ['wasm', 'web', 'tests'];
const BIOME = 'node_modules/@biomejs/biome/bin/biome';
const TSC = 'node_modules/typescript/bin/tsc';

const fromHere = (file) => file.replace(`${process.cwd()}/`, '');

/** A tool that names no fault and ends badly has not looked. */
function checked(tool, faults, { status, stdout, stderr, timedOut }) {
  if (faults.length || (status === 0 && !timedOut)) return faults;
  return [`${tool}: ${timedOut ? `not done after ${timedOut} s` : `status ${status}: ${(stderr || stdout).trim()}`}`];
}

/** What Biome says of files and folders. */
export async function biome(paths = FOLDERS) {
  const args = [BIOME, 'lint', '--error-on-warnings', '--max-diagnostics=none', '--reporter=github', ...paths];
  const made = await execute(process.execPath, args, { limit: 120 });
  const found = made.stdout.matchAll(/^::\w+ title=(.*?),file=(.*?),line=(\d+),.*?::(.*)$/gm);
  const faults = [...found].map(([, rule, file, line, what]) => `${fromHere(file)}:${line}: ${what} [${rule}]`);
  return checked('Biome', faults, made);
}

/** What tsc says of a project. What the build copied is read, but its faults are told where it came from. */
export async function types(project = 'tests/lint/tsconfig.json') {
  const made = await execute(process.execPath, [TSC, '--pretty', 'false', '-p', project], { limit: 120 });
  const found = [...made.stdout.matchAll(/^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/gm)];
  const faults = found.map(([, file, line, code, what]) => `${fromHere(file)}:${line}: ${what} [${code}]`);
  const own = faults.filter((fault) => !/^(build\/(?!lint\/)|node_modules\/)/.test(fault));
  return faults.length ? own : checked('tsc', own, made);
}

/** The jobs: see lint.mjs. */
export const jobs = () => [
  { check: 'biome', what: 'wasm, web, tests', count: sources(/\.(mjs|mts|css)$/).length, run: () => biome() },
  {
    check: 'types',
    what: 'wasm, web, tests',
    count: sources(/^(wasm|web|tests)\/.*\.mjs$/).length,
    run: () => types(),
  },
];
