// Runs a program under one seed after the other, until it fails: what asyncio_explore does within a program.

import { load } from '../loader/load.mjs';

/**
 * @param source   as for load(); compile it once, if it is to be explored more than once
 * @param options  seeds: how many (100); first: the first one (1); running: (program) => void, called with each one
 * that begins;
 *                 else as for load()
 * @returns the first run that failed, that is, ended with another status than 0, or crashed: { seed, status, crash,
 * stdout, stderr };
 *          undefined if none did
 */
export async function explore(source, /** @type {any} */ { seeds = 100, first = 1, running, ...options } = {}) {
  for (let seed = first; seed < first + seeds; seed++) {
    const run = { seed, status: undefined, crash: undefined, stdout: '', stderr: '' };
    const program = await load(source, {
      ...options,
      seed,
      stdout: (text) => {
        run.stdout += text;
      },
      stderr: (text) => {
        run.stderr += text;
      },
    });
    running?.(program);
    try {
      run.status = await program.run();
    } catch (error) {
      run.crash = error;
    }
    if (run.status !== 0) return run;
  }
  return undefined;
}
