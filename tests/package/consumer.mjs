// An empty project into which the packed package is installed, as its users do, for each file of tests in this folder.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Of each file of tests its own: they run at the same time. */
export const project = join(root, 'build/consumer', basename(process.argv[1] ?? 'project', '.test.mjs'));

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
export const tarball = join(root, `build/asyncio-wasm-${version}.tgz`);

const LIMIT = 120_000; // milliseconds

/**
 * Runs a command in a folder: { status, stdout, stderr }. It never throws.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: object }} options
 */
export function command(file, args, { cwd = project, env } = {}) {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { cwd, timeout: LIMIT, maxBuffer: 1 << 26, env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ status: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
    child.stdin.end();
  });
}

/** The same, for what must succeed; gives its output. */
export async function succeed(file, args, options) {
  const { status, stdout, stderr } = await command(file, args, options);
  if (status !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

export const node = (...args) => succeed(process.execPath, args);
export const cli = (...args) =>
  command(join(project, 'node_modules/.bin/asyncio-wasm'), args, {
    env: { ASYNCIO_WASM_CACHE: join(project, '.cache') },
  });

/** A file of the project. */
export function write(name, text) {
  const file = join(project, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A folder of the project, which goes with the test. */
export function folder(t) {
  const made = mkdtempSync(join(project, 'test-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Installs the tarball, unless this very one is installed. npm's cache has the dependencies: no network is needed. */
export async function install() {
  const stamp = join(project, 'node_modules/.installed');
  if (existsSync(stamp) && statSync(stamp).mtimeMs > statSync(tarball).mtimeMs) return;
  rmSync(project, { recursive: true, force: true });
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await succeed('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', tarball]);
  writeFileSync(stamp, '');
}
