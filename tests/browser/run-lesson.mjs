// A program of the lessons: what it has to print, and how it runs in Node, on the virtual clock, as in the page's
// worker.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../../web/run/params.mjs';
import { root } from './harness.mjs';

const { load } = await import(join(root, 'build/wasm/asyncio.mjs'));

/// The folder of a program's sources, in the repository: the lessons' own have parameters, the others are parity
/// programs.
export const sourcesOf = ({ params }) => (params ? 'web/lessons' : 'tests/parity');

/// The lines that a program has to print; where C differs from Python by design, its own file counts.
export async function expected(program) {
  const file = (ending) => readFile(join(root, sourcesOf(program), program.id + ending), 'utf8');
  const text = await file('.c.out').catch(() => file('.out'));
  return text.replace(/\n$/, '').split('\n');
}

/// What it prints, the events of its trace, and how long it takes on the loop's clock.
export async function runLesson(program, params) {
  const events = [],
    lines = [];
  const wasm = await readFile(join(root, program.params ? 'build/lessons' : 'build/parity', `${program.id}.wasm`));
  const module = await load(wasm, {
    args: [program.id],
    env: environment(params),
    clock: 'virtual',
    stdout() {},
    stderr() {},
    trace(event) {
      events.push(event);
      if (event.ev === 'print') lines.push(event.text);
    },
  });
  assert.equal(await module.run(), 0);
  return { events, lines, time: events.at(-1).t, params };
}
