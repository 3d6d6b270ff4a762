// What the package offers to C programmers: the command line, and the library for their own builds.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { cli, command, folder, install, node, project, succeed, write } from './consumer.mjs';

const PROGRAM = `#include <asyncio.h>
#include <stdio.h>
static void *fetch(void *arg)
{
    asyncio_sleep(3600);
    return arg;
}
static void *main_(void *arg)
{
    asyncio_task *task = asyncio_create_task(fetch, (void *)42, .name = "fetcher");
    printf("got %ld\\n", (long)asyncio_await(task));
    return arg;
}
int main(int count, char **words)
{
    for (int i = 1; i < count; i++)
        printf("%s\\n", words[i]);
    return asyncio_run(main_, NULL) ? 1 : count + 4;
}
`;
const TRAP = `#include <asyncio.h>
static void *root(void *arg)
{
    asyncio_sleep(1);
    __builtin_trap();
    return arg;
}
int main(void) { return asyncio_run(root, NULL); }
`;

const program = () => write('hello.c', PROGRAM);

before(install);

describe('npx asyncio-wasm', () => {
  test('lists its commands, and tells of each', async () => {
    const { stdout, status } = await cli('--help');
    assert.equal(status, 0);
    const commands = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    assert.deepEqual(commands.slice(0, 2), ['run', 'build']);
    for (const name of commands) {
      const help = await cli(name, '--help');
      assert.deepEqual([help.status, help.stderr], [0, ''], name);
      assert.match(help.stdout, new RegExp(`^usage: asyncio-wasm ${name} `), name);
    }
    const { version } = JSON.parse(readFileSync(join(project, 'node_modules/asyncio-wasm/package.json'), 'utf8'));
    assert.equal((await cli('--version')).stdout, `${version}\n`);
  });

  test("run: the program's output, arguments and exit status", async () => {
    const { status, stdout, stderr } = await cli('run', '--clock=virtual', program(), 'a', '--help');
    assert.deepEqual({ status, stdout, stderr }, { status: 7, stdout: 'a\n--help\ngot 42\n', stderr: '' });
  });

  test('trace: for Perfetto, as lines, and as a table', async (t) => {
    const file = program(),
      place = folder(t);
    assert.equal((await cli('trace', '--clock=virtual', '-o', join(place, 't.json'), file)).status, 5);
    assert.ok(JSON.parse(readFileSync(join(place, 't.json'), 'utf8')).traceEvents.length > 5);
    for (const output of [['-o', join(place, 't.jsonl')], ['-o', join(place, 't.json')], []]) {
      const { stderr } = await cli('trace', '--summary', '--clock=virtual', ...output, file);
      const [head, ...rows] = stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/));
      assert.deepEqual(head, ['task', 'coroutine', 'steps', 'run ms', 'ready ms', 'wait ms', 'ended']);
      assert.deepEqual(
        rows.find(([name]) => name === 'fetcher'),
        ['fetcher', 'fetch', '2', '0.0', '0.0', '3600000.0', 'result'],
        output[1],
      );
    }
    assert.ok(
      readFileSync(join(place, 't.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .every((line) => JSON.parse(line).ev),
    );
  });

  test('trace: the table of a program that crashed, whose trace has no end', async (t) => {
    const place = folder(t),
      file = write('trap.c', TRAP);
    const { status, stderr } = await cli('trace', '--summary', '--clock=virtual', '-o', join(place, 't.json'), file);
    assert.match(stderr, /^asyncio: the program trapped in task Task-1 \(root\)/);
    assert.match(stderr, /^Task-1 {2}root +2 +0\.0 +0\.0 +1000\.0 {2}not done$/m);
    assert.equal(status, 134);
  });

  test("trace: options behind the program, and the program's own", async (t) => {
    const file = program(),
      place = folder(t),
      behind = join(place, 'behind.json');
    const { status, stdout } = await cli('trace', file, '-o', behind, '--clock=virtual', '--', '-o', 'x');
    assert.deepEqual({ status, stdout }, { status: 7, stdout: '-o\nx\ngot 42\n' });
    assert.ok(JSON.parse(readFileSync(behind, 'utf8')).traceEvents.length > 5);
    assert.equal((await cli('trace', file, '-o', behind, '--clock=virtual', 'a', '--b')).stdout, 'a\n--b\ngot 42\n');
  });

  test('examples: a list, one of them, and into a file only if there is none', async (t) => {
    const out = join(folder(t), 'lock.c'),
      { stdout } = await cli('examples');
    assert.match(stdout, /^33-lock +\/.*33-lock\.c$/m);
    assert.equal((await cli('examples', '33-lock', '-o', out)).status, 0);
    assert.equal(readFileSync(out, 'utf8'), (await cli('examples', '33')).stdout);
    assert.notEqual((await cli('examples', '33', '-o', out)).status, 0);
  });

  test('new: a project that builds and runs', async (t) => {
    const place = join(folder(t), 'starter');
    assert.equal((await cli('new', place)).status, 0);
    const built = await command(
      join(project, 'node_modules/.bin/asyncio-wasm'),
      ['build', '-o', 'program.mjs', 'program.c'],
      { cwd: place },
    );
    assert.deepEqual(built, { status: 0, stdout: '  wasm     program.wasm\n', stderr: '' });
    assert.equal(
      await succeed(process.execPath, ['main.mjs'], { cwd: place }),
      'fetch 1: start\nfetch 2: start\nfetch 1: end\nfetch 2: end\ngot 1 and 2\n',
    );
    assert.match((await cli('new', place)).stderr, /is there already, and not empty/);
  });

  test('mistakes: said in a sentence, with the usage', async () => {
    for (const [args, wanted] of /** @type {any[][]} */ ([
      [['nonsense'], /there is no command "nonsense"/],
      [['toString'], /there is no command "toString"/],
      [['run'], /no program is named\nusage: asyncio-wasm run/],
      [['run', 'nowhere.c'], /there is no file nowhere\.c/],
      [['run', 'package.json'], /neither a \.c nor a \.wasm/],
      [['trace', 'hello.c'], /-o FILE or --summary is wanted/],
      [['examples', 'nonsense'], /no example "nonsense"/],
      [['play', 'x'], /a port is a number/],
      [['build', '-sASYNCIFY', 'hello.c'], /-sASYNCIFY cannot be used with asyncio-wasm/],
      [['build', '-flto', 'hello.c'], /-flto cannot be used/],
      [['build', '-fwasm-exceptions', 'hello.c'], /wasm exceptions/],
    ])) {
      program();
      const { status, stderr } = await cli(...args);
      assert.ok(status === 1 || status === 2, `${args}: ${status}`);
      assert.match(stderr, wanted);
      assert.doesNotMatch(stderr, /\n {4}at /, 'no stack of our own');
    }
  });
});

describe("a build of one's own", () => {
  /** The finished module, loaded by the package's loader. */
  async function runs(wasm) {
    const text = `import { load } from 'asyncio-wasm'; import { pathToFileURL } from 'node:url';
      const stdout = (text) => process.stdout.write(text);
      const program = await load(pathToFileURL(process.argv[2]), { clock: 'virtual', stdout });
      console.log(await program.run());`;
    assert.equal(await node(write('runs.mjs', text), wasm), 'got 42\n5\n');
  }

  test('several sources make one program', async (t) => {
    const place = folder(t);
    write('part.c', 'int answer(void) { return 42; }');
    write(
      'whole.c',
      PROGRAM.replace('(void *)42', '(void *)(long)answer()').replace(
        'static void *fetch',
        'int answer(void);\nstatic void *fetch',
      ),
    );
    assert.equal((await cli('build', '-o', join(place, 'whole.wasm'), 'whole.c', 'part.c')).stderr, '');
    await runs(join(place, 'whole.wasm'));
  });

  test('CMake: find_package', async (t) => {
    const place = folder(t);
    const config = (await cli('paths', '--cmake')).stdout.trim();
    write(
      join(place.slice(project.length), 'CMakeLists.txt'),
      `cmake_minimum_required(VERSION 3.18)
      project(hello C)
      find_package(asyncio-wasm REQUIRED)
      asyncio_wasm_program(hello ${program()})`,
    );
    const flags = ['-S', '.', '-B', 'build', `-Dasyncio-wasm_DIR=${config}`, '-DCMAKE_BUILD_TYPE=Release'];
    await succeed('emcmake', ['cmake', ...flags], { cwd: place });
    await succeed('cmake', ['--build', 'build'], { cwd: place });
    await runs(join(place, 'build/hello.wasm'));
    const refused = await command('emcmake', ['cmake', ...flags, '-DCMAKE_C_FLAGS=-flto'], { cwd: place });
    assert.match(refused.stderr, /-flto cannot be used with asyncio-wasm/);
  });

  test('make and pkg-config', async (t) => {
    const place = folder(t);
    write(
      join(place.slice(project.length), 'Makefile'),
      `CC = emcc
export PKG_CONFIG_PATH = $(shell npx asyncio-wasm paths --pkg-config)
hello.wasm: hello.linked.wasm
\tnode $$(pkg-config --variable=pass asyncio-wasm) $< $@
hello.linked.wasm: ${program()}
\t$(CC) $$(pkg-config --cflags asyncio-wasm) $< $$(pkg-config --libs asyncio-wasm) -o $@
`,
    );
    await succeed('make', [], { cwd: place, env: { NODE_PATH: '/usr/share/nodejs' } });
    await runs(join(place, 'hello.wasm'));
  });

  test('pkg-config names a library for the Emscripten that is here, which is made first', async (t) => {
    const stamp = join(project, 'node_modules/asyncio-wasm/lib/wasm32-emscripten/emscripten-version'),
      was = readFileSync(stamp, 'utf8');
    const flags = async () => {
      const { stdout, stderr } = await cli('paths', '--pkg-config');
      return [
        stderr,
        await succeed('pkg-config', ['--libs', 'asyncio-wasm'], { env: { PKG_CONFIG_PATH: stdout.trim() } }),
      ];
    };
    assert.deepEqual(readdirSync(join(project, 'node_modules/asyncio-wasm/lib/pkgconfig')), ['asyncio-wasm.pc.in']);
    t.after(() => write(stamp.slice(project.length), was));
    write(stamp.slice(project.length), '0.0.1\n');
    rmSync(join(project, '.cache', was.trim()), { recursive: true, force: true });
    const [said, libs] = await flags(),
      own = join(project, '.cache', was.trim(), 'libasyncio.a');
    assert.match(said, /the library, for Emscripten \d/);
    assert.ok(libs.trim().endsWith(` ${own}`), libs);
    assert.ok(existsSync(own));
    write(stamp.slice(project.length), was);
    const [nothing, usual] = await flags();
    assert.equal(nothing, '');
    assert.ok(usual.trim().endsWith('/node_modules/asyncio-wasm/lib/wasm32-emscripten/libasyncio.a'), usual);
  });

  test('without the pass, the loader says what to do', async (t) => {
    const place = folder(t),
      flags = (
        await succeed('pkg-config', ['--cflags', '--libs', 'asyncio-wasm'], {
          env: { PKG_CONFIG_PATH: (await cli('paths', '--pkg-config')).stdout.trim() },
        })
      )
        .trim()
        .split(/\s+/);
    await succeed('emcc', [program(), ...flags, '-o', join(place, 'early.wasm')], {
      env: { NODE_PATH: '/usr/share/nodejs' },
    });
    const { stderr } = await cli('run', join(place, 'early.wasm'));
    assert.match(stderr, /has not been through the Asyncify pass.*npx asyncio-wasm build/);
  });

  test('the library is made anew for another Emscripten, from the sources', async (t) => {
    const stamp = join(project, 'node_modules/asyncio-wasm/lib/wasm32-emscripten/emscripten-version'),
      was = readFileSync(stamp, 'utf8');
    assert.match(was, /^\d+\.\d+\.\d+\n$/);
    t.after(() => write(stamp.slice(project.length), was));
    write(stamp.slice(project.length), '0.0.1\n');
    rmSync(join(project, '.cache', was.trim()), { recursive: true, force: true }); // made by a run before this one
    const place = folder(t),
      { stderr } = await cli('build', '-o', join(place, 'hello.wasm'), program());
    assert.match(stderr, /the library, for Emscripten \d/);
    assert.ok(existsSync(join(project, '.cache', was.trim(), 'libasyncio.a')));
    await runs(join(place, 'hello.wasm'));
    assert.equal((await cli('build', '-o', join(place, 'again.wasm'), program())).stderr, '', 'once');
  });
});
