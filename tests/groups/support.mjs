// What the groups of tests share: paths, child processes with a time limit, work in parallel, and differences of texts.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const build = join(root, 'build');
export const processors = availableParallelism();

/** The files of a folder that end so, sorted; none if there is no such folder. */
export function filesIn(folder, ending) {
  try {
    const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
    return names.sort().map((name) => join(root, folder, name));
  } catch {
    return [];
  }
}

export const stem = (file) => basename(file, extname(file));

/**
 * Runs a program to its end or to the time limit (seconds).
 * @returns {Promise<{ status, stdout, stderr, timedOut }>}  status: the exit status, 128 + n for a signal
 */
export function execute(file, args, { env = {}, limit = 60, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome = { status: undefined, stdout: '', stderr: '', timedOut: undefined };
    child.stdout.setEncoding('utf8').on('data', (text) => (outcome.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (outcome.stderr += text));
    const timer = setTimeout(() => {
      outcome.timedOut = limit;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ ...outcome, status: 127, stderr: error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...outcome, status: code ?? 128 + ({ SIGKILL: 9, SIGSEGV: 11, SIGABRT: 6 }[signal] ?? 0) });
    });
  });
}

/** Does the work for each item, so many at a time, in order of starting. */
export async function forEach(items, work, atOnce = processors) {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: Math.min(atOnce, waiting.length) }, async () => {
      while (waiting.length) await work(waiting.shift());
    }),
  );
}

/** Where two texts begin to differ, with both lines; undefined if they do not. */
export function difference(actual, expected) {
  if (actual === expected) return undefined;
  const a = actual.split('\n'),
    e = expected.split('\n');
  const at = e.findIndex((line, i) => line !== a[i]);
  const line = at < 0 ? e.length : at;
  const from = Math.max(0, line - 2);
  const show = (lines) => lines.slice(from, line + 3).map((text, i) => `    ${from + i === line ? '>' : ' '} ${text}`);
  return [
    `line ${line + 1} differs (of ${a.length - 1}, expected ${e.length - 1}):`,
    '  printed',
    ...show(a),
    '  expected',
    ...show(e),
  ].join('\n');
}
