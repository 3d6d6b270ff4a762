// The lessons' own programs, in Node: C prints what Python prints, with the parameters as they stand and with others,
// and each task can be solved, but is not solved yet.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import { lessons, programs } from '../../web/lessons/lessons.mjs';
import { PARAM, defaults, environment, ranges } from '../../web/run/params.mjs';
import { root } from './harness.mjs';
import { runLesson } from './run-lesson.mjs';

const folder = join(root, 'web/lessons');
const clock = join(root, 'tests/browser/virtual_clock.py');

async function runPython(program, params) {
  const { stdout } = await promisify(execFile)('python3', ['-B', clock, join(folder, `${program.id}.py`)], {
    env: { ...process.env, ...environment(params) },
  });
  return stdout.trimEnd().split('\n');
}

/** Other parameters, always the same ones: each number and switch in turn at one of its ends, and somewhere between. */
function others({ params }) {
  let seed = 1;
  const random = (count) => {
    seed = (seed * 48271) % 2147483647;
    return seed % count;
  };
  return [0, 1, 2].map((round) =>
    Object.fromEntries(
      Object.entries(params).map(([name, param]) => {
        const values = ranges(param);
        return [name, round === 0 ? values.at(-1) : values[random(values.length)]];
      }),
    ),
  );
}

const withParams = programs.filter(({ params }) => params);
const runByThemselves = withParams.filter(({ live }) => !live);

describe('lessons', () => {
  it('begin, each of them, with a program that has parameters and a task', () => {
    for (const {
      name,
      programs: [first],
    } of lessons)
      assert.ok(first.params && first.make, name);
  });

  it('have all programs of web/lessons', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.c')).map((name) => name.slice(0, -2));
    assert.deepEqual(withParams.map(({ id }) => id).toSorted(), files.toSorted());
  });

  for (const program of withParams) {
    it(`${program.id} has its parameters in both languages, with the same values`, async () => {
      for (const language of ['c', 'py']) {
        const source = await readFile(join(folder, `${program.id}.${language}`), 'utf8');
        const found = Object.fromEntries(
          [...source.matchAll(PARAM)].map(([, name, value]) => [name, JSON.parse(value.toLowerCase())]),
        );
        assert.deepEqual(found, defaults(program), language);
      }
    });
  }
});

/// On standard input there is a click as soon as the file has been read, and after each click the next one.
async function runWithClicks(id) {
  const child = spawn('python3', ['-B', '-u', join(folder, `${id}.py`)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (/^(file|click)/.test(line)) child.stdin.write('\n');
  }
  return lines;
}

for (const { id } of withParams.filter(({ live }) => live)) {
  it(`${id}: CPython prints what the page has to, but for the ticks`, async () => {
    const expected = (await readFile(join(folder, `${id}.out`), 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      (await runWithClicks(id)).filter((line) => !/^tick/.test(line)),
      expected,
    );
  });
}

for (const program of runByThemselves) {
  describe(program.id, () => {
    it('prints what CPython printed', async () => {
      const expected = (await readFile(join(folder, `${program.id}.out`), 'utf8')).trimEnd().split('\n');
      assert.deepEqual((await runLesson(program, defaults(program))).lines, expected);
      assert.deepEqual(await runPython(program, defaults(program)), expected);
    });

    it('prints what Python prints with other parameters, too', async () => {
      for (const params of others(program)) {
        const [c, python] = await Promise.all([runLesson(program, params), runPython(program, params)]);
        assert.deepEqual(c.lines, python, JSON.stringify(params));
      }
    });

    it('has a task that is not done at first and can be done', async () => {
      const { check, solution } = program.make;
      assert.equal(check(await runLesson(program, defaults(program))), false, 'as it stands');
      const params = { ...defaults(program), ...solution };
      assert.deepEqual(Object.keys(params), Object.keys(program.params));
      const run = await runLesson(program, params);
      assert.equal(check(run), true, `${JSON.stringify(params)} printed ${run.lines.join(' | ')} in ${run.time} s`);
    });
  });
}
