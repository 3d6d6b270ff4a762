// Runs files of node:test, each in a process of its own, and counts what passed and failed.

import { run as runTests } from 'node:test';
import { stem } from './support.mjs';

/** What a test knows of its failure: node:test hands over the assertion's error, which tells both values. */
function explain({ details: { error } }) {
  const cause = error.cause ?? error;
  return cause?.stack ?? String(cause);
}

/** Full names: the events tell only how deep a test stands, in the order in which they begin. */
class Names {
  #stacks = new Map();

  begin({ name, nesting, file }) {
    this.#stacks.set(file, [...(this.#stacks.get(file) ?? []).slice(0, nesting), name]);
  }

  of({ name, nesting, file }) {
    const above = (this.#stacks.get(file) ?? []).slice(0, nesting);
    return [stem(file), ...above, name === file ? 'the file itself' : name].join(' > ');
  }
}

/** A suite or a test with parts has failed if one of these has, and that has been told already. */
const isConsequence = ({ details }) => details.error?.failureType === 'subtestsFailed';

/**
 * @param options  concurrency: how many files at once; limit: seconds for a file
 */
export function runFiles(files, report, { concurrency, limit }) {
  if (!files.length) return Promise.resolve();
  const names = new Names(),
    printed = new Map();
  const stream = runTests({ files, concurrency, timeout: limit * 1000 });
  stream.on('test:start', (/** @type {any} */ event) => names.begin(event));
  stream.on('test:stderr', ({ file, message }) => printed.set(file, (printed.get(file) ?? '') + message));
  stream.on('test:pass', ({ details, skip }) => {
    if (details.type !== 'suite' && !skip) report.pass();
  });
  stream.on('test:fail', (/** @type {any} */ event) => {
    if (isConsequence(event)) return;
    const stderr = event.name === event.file ? printed.get(event.file) : undefined;
    report.fail(names.of(event), [explain(event), stderr].filter(Boolean).join('\n'));
  });
  stream.resume();
  return new Promise((resolve) => stream.on('end', resolve));
}
