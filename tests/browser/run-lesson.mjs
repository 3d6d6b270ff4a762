// Runs a program of the lessons in Node, on the virtual clock, as the page does in its worker.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment } from '../../web/params.mjs';
import { root } from './harness.mjs';

const { load } = await import(join(root, 'build/wasm/asyncio.mjs'));

/// What it prints, the events of its trace, and how long it takes on the loop's clock. `heard(event, module)` is told of each event
/// at the moment when it happens.
export async function runLesson(program, params, heard = () => {}) {
  const events = [], lines = [];
  const wasm = await readFile(join(root, program.params ? 'build/lessons' : 'build/parity', `${program.id}.wasm`));
  const module = await load(wasm, {
    args: [program.id], env: environment(params), clock: 'virtual', stdout() {}, stderr() {},
    trace(event) {
      events.push(event);
      if (event.ev === 'print') lines.push(event.text);
      heard(event, module);
    },
  });
  assert.equal(await module.run(), 0);
  return { events, lines, time: events.at(-1).t, params };
}
