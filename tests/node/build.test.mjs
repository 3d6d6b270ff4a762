// The command that builds programs (wasm/build/build.mjs), and the pass (wasm/build/pass.mjs).

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { load } from '../../build/wasm/asyncio.mjs';
import { built, command, hook, output, root, temporaryFolder, within } from './support.mjs';

const PROGRAM = `#include <asyncio.h>
#include <stdio.h>
#include <stdlib.h>
#ifndef WORD
#define WORD "hello"
#endif
static int compare(const void *a, const void *b)
{
    asyncio_sleep(0); /* in a callback of the C library */
    return *(const int *)a - *(const int *)b;
}
static void *other(void *arg)
{
    printf("other\\n");
    return arg;
}
static void *main_(void *arg)
{
    int numbers[] = {3, 1, 2};
    asyncio_create_task(other, NULL);
    qsort(numbers, 3, sizeof(int), compare);
    printf("%s %d %d %d\\n", WORD, numbers[0], numbers[1], numbers[2]);
    return arg;
}
int main(void)
{
    return asyncio_run(main_, NULL);
}
`;

const SIGNALS = `#include <asyncio.h>
#include <signal.h>
#include <stdio.h>
void __call_sighandler(void (*handler)(int), int number);
__attribute__((weak)) void __call_sighandler(void (*handler)(int), int number) { handler(number); }
static void handler(int number)
{
    (void)number;
    int slept = asyncio_sleep(1);
    printf("refused: %d\\n", slept < 0 && asyncio_except(ASYNCIO_RUNTIME_ERROR) != NULL);
}
static void *main_(void *arg)
{
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    return arg;
}
int main(void)
{
    return asyncio_run(main_, NULL);
}
`;

function write(t, name, text) {
  const folder = temporaryFolder(t),
    file = join(folder, name);
  writeFileSync(file, text);
  return { folder, file, wasm: file.replace(/\.c$/, '.wasm') };
}

const build = (...args) => command('wasm/build/build.mjs', args);

async function run(wasm) {
  const printed = output(),
    program = await load(readFileSync(wasm), printed.options);
  return { status: await within('run()', program.run()), ...printed.texts };
}

describe('a build', { concurrency: 2 }, () => {
  for (const flags of [['-O0'], ['-O3', '-g', '-std=gnu17', '-Werror']])
    test(`with ${flags.join(' ')}: the program suspends, also in a qsort comparator`, async (t) => {
      const { file, wasm } = write(t, 'program.c', PROGRAM);
      const { status, stderr } = await build('--quiet', ...flags, file);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      assert.deepEqual(await run(wasm), { status: 0, stdout: 'other\nhello 1 2 3\n', stderr: '' });
    });

  test('with -mbulk-memory, which newer Emscriptens have by themselves', async (t) => {
    const copying = PROGRAM.replace(
      'printf("%s',
      'static char from[5000] = "x", to[5000];\n    memcpy(to, from, 4000 + (size_t)numbers[0]);\n    printf("%s%s',
    )
      .replace(', WORD', ', to, WORD')
      .replace('<stdlib.h>', '<stdlib.h>\n#include <string.h>');
    const { file, wasm } = write(t, 'copying.c', copying);
    const { status, stderr } = await build('--quiet', '-mbulk-memory', file);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.deepEqual(await run(wasm), { status: 0, stdout: 'other\nxhello 1 2 3\n', stderr: '' });
  });

  test('with a C library that calls signal handlers itself, as newer ones do: they may not suspend', async (t) => {
    const { file, wasm } = write(t, 'signals.c', SIGNALS);
    const { status, stderr } = await build('--quiet', file);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assert.deepEqual(await run(wasm), { status: 0, stdout: 'refused: 1\n', stderr: '' });
  });

  test('says what it makes; is made again for a newer source and for other flags, and not otherwise', async (t) => {
    const { folder, file, wasm } = write(t, 'a program.c', PROGRAM);
    const quiet = { status: 0, signal: null, stdout: '', stderr: '' };
    assert.match((await build(file)).stdout, /a program\.wasm/);
    const made = statSync(wasm).mtimeMs;
    assert.deepEqual(await build(file), quiet);
    assert.equal(statSync(wasm).mtimeMs, made, 'not made again');
    const soon = new Date(made + 10_000);
    utimesSync(file, soon, soon);
    assert.deepEqual(await build('--quiet', file), quiet);
    assert.notEqual(statSync(wasm).mtimeMs, made, 'made again for a newer source');
    assert.deepEqual(await build('--quiet', '-DWORD="other word"', file), quiet);
    assert.match((await run(wasm)).stdout, /other word/, 'made again for other flags');
    assert.deepEqual(
      readdirSync(folder).filter((name) => /\.o$|linked/.test(name)),
      [],
    );
  });

  test("shows the compiler's warnings and goes on; keeps the names of functions with --names", async (t) => {
    const { file, wasm } = write(t, 'program.c', PROGRAM.replace('int numbers', 'int unused; int numbers'));
    const { status, stderr } = await build('--quiet', '--names', file);
    assert.equal(status, 0);
    assert.match(stderr, /unused variable 'unused'/);
    const names = WebAssembly.Module.customSections(await WebAssembly.compile(readFileSync(wasm)), 'name');
    assert.match(new TextDecoder().decode(names[0]), /coro_resume.*/s);
  });
});

describe('a build refuses', () => {
  const refuses = (what, flags, wanted, text = PROGRAM) =>
    test(what, async (t) => {
      const { folder, file, wasm } = write(t, 'program.c', text);
      const { status, stdout, stderr } = await build('--quiet', ...flags, file);
      assert.match(stderr, wanted);
      assert.doesNotMatch(stderr, /at .*build\.mjs:\d+/, 'no JavaScript stack');
      assert.deepEqual({ status, stdout, made: existsSync(wasm) }, { status: 1, stdout: '', made: false });
      assert.deepEqual(
        readdirSync(folder).filter((name) => /\.o$|linked/.test(name)),
        [],
        'nothing half-made is left',
      );
    });

  for (const flag of [
    '-sASYNCIFY',
    '-sASYNCIFY=1',
    '-sASYNCIFY=2',
    '-sJSPI',
    '-sASYNCIFY_STACK_SIZE=8192',
    '-fwasm-exceptions',
    '-mtail-call',
    '-pthread',
    '-sUSE_PTHREADS=1',
    '-matomics',
    '-sMAIN_MODULE=2',
    '-sSIDE_MODULE',
  ])
    refuses(flag, [flag], new RegExp(`^asyncio-wasm: ${flag} cannot be used with asyncio-wasm: `));
  refuses('-s ASYNCIFY in two words', ['-s', 'ASYNCIFY'], /^asyncio-wasm: .*ASYNCIFY/);

  refuses(
    'an ASYNCIO_JS inside a function',
    [],
    /function definition is not allowed here/,
    PROGRAM.replace('return arg;', 'ASYNCIO_JS(int, inner, (void), { return 1; })\n    return arg;').replace(
      '#include <asyncio.h>',
      '#include <asyncio_js.h>',
    ),
  );
  refuses(
    'an undefined function, by its name',
    [],
    /^asyncio-wasm: undefined symbol: made_up .*ASYNCIO_JS/,
    PROGRAM.replace('static int compare', 'int made_up(void);\nstatic int compare').replace(
      'return arg;',
      'return (void *)made_up();',
    ),
  );
  refuses(
    'two of them, with both names',
    [],
    /^asyncio-wasm: undefined symbols: (made_up, made_down|made_down, made_up) /,
    PROGRAM.replace('static int compare', 'int made_up(void), made_down(void);\nstatic int compare').replace(
      'return arg;',
      'return (void *)(made_up() + made_down());',
    ),
  );
  refuses(
    "C that is wrong, with the compiler's words",
    [],
    /program\.c:\d+:\d+: error: /,
    PROGRAM.replace('numbers[] =', 'numbers[] +'),
  );
  refuses(
    'an awaitable that is none, when it compiles',
    [],
    /error: .*(_Generic|generic association)/s,
    PROGRAM.replace('int numbers', 'asyncio_await(42); int numbers'),
  );
  refuses('C++ in disguise', ['-xc++', '-std=gnu++17'], /asyncio\.h is for C/);

  test('what it does not understand, with its usage or the reason', async () => {
    for (const [args, wanted] of /** @type {any[][]} */ ([
      [[], /^usage: /],
      [['nowhere.c'], /no file nowhere\.c/],
      [['-o', 'x.js', 'a.c'], /-o names a \.wasm or an \.mjs file, not "x\.js"/],
    ])) {
      const { status, stderr } = await build(...args);
      assert.equal(status, 1, stderr);
      assert.match(stderr, wanted);
    }
  });
});

describe('the pass refuses', () => {
  const pass = (...args) => command('wasm/build/pass.mjs', args);
  const refuses = (what, input, wanted) =>
    test(what, async (t) => {
      const file = join(temporaryFolder(t), 'in.wasm'),
        out = `${file}.out`;
      writeFileSync(file, await input());
      const { status, stderr } = await pass(file, out);
      assert.match(stderr, wanted);
      assert.deepEqual({ status, made: existsSync(out) }, { status: 1, made: false });
    });

  refuses(
    'a module that has been through it',
    async () => readFileSync(await built('modes')),
    /^asyncio-wasm: this module (has been through|is not linked)/,
  );
  refuses(
    'a module of something else',
    () => Buffer.from('0061736d01000000', 'hex'),
    /^asyncio-wasm: this module is not linked with libasyncio\.a/,
  );
  refuses('what is no wasm', () => 'text', /^asyncio-wasm: /);
  test('a call without arguments, with its usage', async () =>
    assert.match((await pass()).stderr, /usage: node pass\.mjs/));
});

test('a program with JavaScript gets its functions beside it, for pages that forbid eval', async () => {
  const file = (await built('border')).replace(/\.wasm$/, '.functions.mjs');
  const { default: functions } = await import(file);
  hook();
  const list = functions({ text: (x) => x, bytes: () => {}, value: () => {} });
  assert.deepEqual(
    list.map(({ name, async }) => [name, async]),
    [
      ['ask', true],
      ['ask_number', true],
      ['send_value', true],
      ['twice', false],
      ['tell', false],
      ['odd_double', false],
      ['odd_large', false],
      ['odd_nothing', false],
      ['create_task', false],
      ['share', false],
    ],
  );
  assert.equal(list.find(({ name }) => name === 'twice').call(4), 8);
});

test('the example of asyncio_js.h compiles as it stands there', async (t) => {
  const header = readFileSync(join(root, 'src/include/asyncio_js.h'), 'utf8');
  const example = header
    .split('*/')[0]
    .split('\n')
    .filter((line) => line.startsWith(' *     '))
    .map((line) => line.slice(7));
  const at = example.findIndex((line) => line.startsWith('asyncio_js *page'));
  const { file } = write(
    t,
    'example.c',
    `#include <asyncio_js.h>\n#include <stdio.h>\n${example.slice(0, at).join('\n')}
    static void *main_(void *arg) {\n${example.slice(at).join('\n')}\n    return arg;\n}
    int main(void) { return asyncio_run(main_, NULL); }\n`,
  );
  const { status, stderr } = await build('--quiet', '-Werror', file);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});
