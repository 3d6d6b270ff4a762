// What C would take and asyncio.h refuses: each by gcc, clang and Emscripten, with a message that says what to write.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { build, execute } from '../groups/support.mjs';

const folder = join(build, 'must-not-compile');
const beginning = `#include <asyncio.h>
static void *fetch(void *arg) { asyncio_sleep(1); return arg; }
static int gives_int(void *arg) { return arg != 0; }
static int takes_int(int n) { return n; }
extern asyncio_loop *loop;
extern asyncio_runner *runner;
extern asyncio_task_group *group;
extern asyncio_task *task;
extern asyncio_future *future;
extern asyncio_lock *lock;
extern asyncio_condition *condition;
extern asyncio_queue *queue;
extern asyncio_context *context;
void used(void *arg);
void used(void *arg)
{
    (void)fetch, (void)gives_int, (void)takes_int, (void)arg;
`;

/** Natively to an object, as a break is found where code is made; -O0, which finds least. */
const compilers = {
  'gcc': ['gcc', '-std=gnu11', '-O0'],
  'gcc -std=c2x -O2': ['gcc', '-std=c2x', '-O2'],
  'clang': ['clang', '-std=gnu11', '-O0'],
  'clang -std=c2x -O2': ['clang', '-std=c2x', '-O2'],
};

async function compile(compiler, name, statement) {
  mkdirSync(folder, { recursive: true });
  const stem = join(folder, `${name.replaceAll(/\W+/g, '-')}-${compiler.join('')}`);
  writeFileSync(`${stem}.c`, `${beginning}    ${statement}\n}\n`);
  const [command, ...flags] = compiler;
  const warnings = ['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror'];
  return execute(command, [...flags, ...warnings, '-Isrc/include', '-c', `${stem}.c`, '-o', `${stem}.o`]);
}

const refused = [
  ['asyncio_create_task(fetch((void *)1));', /asyncio_create_task\(f, arg\)/],
  ['asyncio_spawn(fetch((void *)1));', /asyncio_spawn\(f, arg\)/],
  ['asyncio_coro(fetch((void *)1));', /asyncio_coro\(f, arg\)/],
  ['asyncio_coro(asyncio_queue_get(queue));', /coroutine form, such as asyncio_sleep_coro/],
  ['asyncio_create_task(asyncio_sleep(1));', /coroutine form, such as asyncio_sleep_coro/],
  ['asyncio_create_task(gives_int);', /void \*f\(void \*arg\)/],
  ['asyncio_create_task(takes_int, 1);', /void \*f\(void \*arg\)/],
  ['asyncio_task_group_create_task(group, fetch((void *)1));', /asyncio_task_group_create_task\(group, f, arg\)/],
  ['asyncio_run(fetch((void *)1));', /asyncio_run\(f, arg\)/],
  ['asyncio_runner_run(runner, fetch((void *)1));', /asyncio_runner_run\(runner, f, arg\)/],
  ['asyncio_explore(fetch((void *)1));', /asyncio_explore\(f, arg\)/],
  ['asyncio_agen_new(fetch((void *)1));', /asyncio_agen_new\(f, arg\)/],
  ['asyncio_aiter_new(fetch((void *)1), arg);', /asyncio_aiter_new\(f, self\)/],
  ['asyncio_to_thread(fetch((void *)1));', /asyncio_to_thread\(f, arg\)/],
  ['asyncio_loop_run_in_executor(loop, NULL, fetch((void *)1));', /run_in_executor\(loop, executor, f, arg\)/],
  ['asyncio_run_coroutine_threadsafe(loop, fetch((void *)1));', /run_coroutine_threadsafe\(loop, f, arg\)/],
  ['asyncio_context_run(context, fetch((void *)1), NULL);', /asyncio_context_run\(context, f, arg\)/],
  ['asyncio_loop_call_soon(loop, fetch((void *)1));', /form `void f\(void \*arg\)`.*not a call/],
  ['asyncio_loop_call_later(loop, 1, gives_int);', /form `void f\(void \*arg\)`/],
  ['asyncio_loop_call_at(loop, 1, fetch);', /form `void f\(void \*arg\)`/],
  ['asyncio_loop_call_soon_threadsafe(loop, fetch(arg));', /form `void f\(void \*arg\)`/],
  ['asyncio_task_add_done_callback(task, fetch(arg));', /form `void f\(asyncio_task \*task, void \*arg\)`/],
  ['asyncio_future_add_done_callback(future, fetch);', /form `void f\(asyncio_future \*future, void \*arg\)`/],
  ['asyncio_condition_wait_for(condition, gives_int, arg);', /form `bool f\(void \*arg\)`/],
  ['for (;;) asyncio_with (lock) { break; }', /write `continue` to end the block, or `goto`/],
  ['for (;;) asyncio_finally { break; }', /write `continue` to end the block, or `goto`/],
  ['for (;;) asyncio_except_do(ASYNCIO_EXCEPTION) { break; }', /write `continue` to end the block, or `goto`/],
  [
    'for (;;) asyncio_except_as(e, ASYNCIO_EXCEPTION) { if (e) break; }',
    /write `continue` to end the block, or `goto`/,
  ],
  ['while (arg) { asyncio_with (lock) { if (loop) break; } }', /write `continue` to end the block, or `goto`/],
];

const taken = [
  'asyncio_with (lock) { for (int i = 0; i < 3; i++) if (i) break; }',
  'if (arg) asyncio_with (lock) takes_int(1);',
  'if (arg) asyncio_with (lock) takes_int(1); else takes_int(2);',
  'asyncio_with (lock) asyncio_with (condition) asyncio_finally { continue; }',
  'asyncio_with (lock) return;',
  'if (arg) asyncio_except_as(e, ASYNCIO_EXCEPTION) used(e); else takes_int(2);',
  'asyncio_except_do(ASYNCIO_EXCEPTION) { asyncio_except_as(e, ASYNCIO_EXCEPTION) continue; asyncio_reraise(); }',
  'asyncio_except_do(ASYNCIO_EXCEPTION) { for (int i = 0; i < 3; i++) if (i) break; }',
  'asyncio_create_task(fetch, arg);',
  'asyncio_create_task(asyncio_coro(fetch, arg));',
  'asyncio_create_task((asyncio_body *)arg, arg);',
];

for (const [name, compiler] of Object.entries(compilers))
  describe(name, () => {
    for (const [statement, message] of refused)
      test(`refuses ${statement}`, async () => {
        const { status, stderr } = await compile(compiler, statement, statement);
        assert.notEqual(status, 0, 'it compiles');
        assert.match(stderr, /** @type {RegExp} */ (message));
        assert.doesNotMatch(stderr, /did you mean .?asyncio__/);
      });
    test('takes what is right, without a warning', async () => {
      for (const statement of taken) {
        const { status, stderr } = await compile(compiler, statement, statement);
        assert.equal(status, 0, `${statement}\n${stderr}`);
      }
    });
  });
