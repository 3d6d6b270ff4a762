// The package from JavaScript: Node, TypeScript, bundlers, pages, workers, in both browsers.

import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serve } from '../../web/tools/serve.mjs';
import { browsers, launch } from '../browser/harness.mjs';
import { command, node, project, root, write } from './consumer.mjs';
import { WANTED, prepareUse } from './use.mjs';

before(async () => {
  await prepareUse();
  write(
    'src/main.mjs',
    `import { use } from './use.mjs';
    use().then((text) => { document.title = text; }, (error) => { document.title = String(error); });`,
  );
});

describe('Node', () => {
  test('ES modules', async () => {
    assert.equal(
      await node(write('src/esm.mjs', "import { use } from './use.mjs';\nconsole.log(await use());")),
      `${WANTED}\n`,
    );
  });

  test('a worker thread', async () => {
    write(
      'src/thread.mjs',
      `import { parentPort } from 'node:worker_threads';
      import { use } from './use.mjs';
      parentPort.postMessage(await use());`,
    );
    const main = write(
      'src/threads.mjs',
      `import { Worker } from 'node:worker_threads';
      new Worker(new URL('./thread.mjs', import.meta.url)).on('message', (text) => console.log(text));`,
    );
    assert.equal(await node(main), `${WANTED}\n`);
  });

  test('importing it does nothing', async () => {
    const text = `const before = Reflect.ownKeys(globalThis).length, handles = process.getActiveResourcesInfo().length;
      const asyncio = await import('asyncio-wasm');
      const names = Reflect.ownKeys(globalThis).length - before;
      console.log(names, process.getActiveResourcesInfo().length - handles, typeof asyncio.load);`;
    assert.equal(await node(write('src/import.mjs', text)), '0 0 function\n');
  });

  test('programs are built from a script', async () => {
    const text = `import { build } from 'asyncio-wasm/build';
      const options = { folder: 'src/scripted', library: true, quiet: true };
      const [{ output }] = await build({ sources: ['src/program.c'], ...options });
      console.log(output);`;
    assert.equal(await node(write('build.mjs', text)), 'src/scripted/program.wasm\n');
  });
});

describe('TypeScript', () => {
  const tsc = (file, ...more) =>
    command(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      'es2022,esnext.disposable,dom',
      '--types',
      '',
      '--skipLibCheck',
      'false',
      ...more,
      file,
    ]);

  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])
    test(`the example programs, with ${resolution} resolution`, async () => {
      for (const name of readdirSync(join(root, 'tests/package/types'))) {
        const text = readFileSync(join(root, 'tests/package/types', name), 'utf8');
        const { status, stdout } = await tsc(
          write(`types/${name}`, text),
          '--module',
          module,
          '--moduleResolution',
          resolution,
        );
        assert.deepEqual([status, stdout], [0, ''], name);
      }
    });

  test('every export of the module has a type, and every type an export', async () => {
    const names = (
      await node(write('src/names.mjs', "import * as all from 'asyncio-wasm';\nconsole.log(Object.keys(all).join());"))
    )
      .trim()
      .split(',');
    const text = `import * as all from 'asyncio-wasm';
      type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
      export const same: Same<keyof typeof all, ${names.map((name) => `'${name}'`).join('|')}> = true;`;
    const { status, stdout } = await tsc(
      write('types-all.mts', text),
      '--module',
      'nodenext',
      '--moduleResolution',
      'nodenext',
    );
    assert.deepEqual([status, stdout], [0, '']);
  });

  test('everything that is declared is documented', () => {
    const folder = join(project, 'node_modules/asyncio-wasm/wasm');
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.d.mts'))) {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n');
      // An empty interface only adds to the class above it.
      const declares = (line) =>
        /^export (?!\*|\{)|^ {2}[\w[]\S.*;$/.test(line) && !/constructor|^export interface .* \{\}$/.test(line);
      const bare = lines.filter(
        (line, i) => declares(line) && !/\*\/\s*$/.test(lines[i - 1]) && nameOf(line) !== nameOf(lines[i - 1]),
      );
      assert.deepEqual(bare, [], name);
    }
  });

  /** The name that a line declares: an overload has that of the line above. */
  const nameOf = (line) => /^\s*(?:export )?(?:function |readonly )?([\w$]+)/.exec(line)?.[1];
});

test('the map of what pages load leads to modules of the package', () => {
  const folder = join(project, 'node_modules/asyncio-wasm/wasm'),
    { sources } = JSON.parse(readFileSync(join(folder, 'web.mjs.map'), 'utf8'));
  assert.ok(sources.includes('loader/program.mjs'), sources.join(' '));
  for (const source of sources) assert.ok(existsSync(join(folder, source)), `${source} is not in the package`);
});

describe('pages', () => {
  let site, open;

  /** esbuild leaves new URL('./x', import.meta.url) as it is: the files are to be put there. */
  async function putBeside(to) {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [join(project, 'node_modules/asyncio-wasm/wasm/threads/thread.mjs')],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      outfile: join(project, to, 'thread.mjs'),
    });
    cpSync(join(project, 'src/program.wasm'), join(project, to, 'program.wasm'));
    for (const name of ['asyncio.wasm', 'asyncio-tools.wasm'])
      cpSync(join(project, 'node_modules/asyncio-wasm/wasm', name), join(project, to, name));
  }

  /** Folders of the site, each a page made in another way. */
  const pages = {
    async plain() {
      const url = '/node_modules/asyncio-wasm/wasm/asyncio.mjs'; // no bundler, no import map: the files as they are
      for (const name of ['main.mjs', 'use.mjs', 'program.mjs', 'program.functions.mjs'])
        write(
          `site/plain/${name}`,
          readFileSync(join(project, 'src', name), 'utf8').replace("'asyncio-wasm'", `'${url}'`),
        );
      cpSync(join(project, 'src/program.wasm'), join(project, 'site/plain/program.wasm'));
      return {
        path: '/site/plain/',
        html: '<!doctype html><title></title><script type="module" src="main.mjs"></script>',
      };
    },
    async worker() {
      write('src/worker.mjs', "import { use } from './use.mjs';\npostMessage(await use().catch(String));");
      const { build } = await import('esbuild');
      await build({
        entryPoints: [join(project, 'src/worker.mjs')],
        bundle: true,
        format: 'esm',
        outfile: join(project, 'site/worker/worker.mjs'),
        absWorkingDir: project,
      });
      await putBeside('site/worker');
      write(
        'site/worker/main.mjs',
        `import { lendWorkers } from '/node_modules/asyncio-wasm/wasm/threads/workers.mjs';
        const worker = new Worker('worker.mjs', { type: 'module' });
        lendWorkers(worker);
        worker.onmessage = ({ data }) => { document.title = data; };`,
      );
      return {
        path: '/site/worker/',
        html: '<!doctype html><title></title><script type="module" src="main.mjs"></script>',
      };
    },
    async esbuild() {
      const { build } = await import('esbuild');
      const { metafile } = await build({
        entryPoints: [join(project, 'src/main.mjs')],
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'browser',
        metafile: true,
        outfile: join(project, 'site/esbuild/main.mjs'),
        absWorkingDir: project,
      });
      const inputs = Object.keys(metafile.inputs);
      assert.ok(
        inputs.some((name) => name.endsWith('wasm/web.mjs')) &&
          !inputs.some((name) => /node\.mjs|run\.mjs|build\.mjs/.test(name)),
        inputs.join(),
      );
      // (Node's threads are asked for at run time, where there are any)
      const text = readFileSync(join(project, 'site/esbuild/main.mjs'), 'utf8');
      assert.deepEqual(
        text.match(/(from|import|require) ?\(? ?["'](node:)?\w+["']|["'](node:)?(fs|path)(\/promises)?["']/g),
        null,
      );
      await putBeside('site/esbuild');
      return {
        path: '/site/esbuild/',
        html: '<!doctype html><title></title><script type="module" src="main.mjs"></script>',
      };
    },
    async vite() {
      const { build } = await import('vite');
      write('vite/index.html', '<!doctype html><title></title><script type="module" src="/src/main.mjs"></script>');
      for (const name of ['main.mjs', 'use.mjs', 'program.mjs', 'program.wasm', 'program.functions.mjs'])
        cpSync(join(project, 'src', name), join(project, 'vite/src', name));
      await build({
        root: join(project, 'vite'),
        base: './',
        logLevel: 'error',
        configFile: false,
        build: { outDir: join(project, 'site/vite'), assetsInlineLimit: 0, emptyOutDir: true },
      });
      return { path: '/site/vite/' };
    },
    async webpack() {
      const { default: webpack } = await import('webpack');
      await new Promise((resolve, reject) =>
        webpack(
          {
            mode: 'production',
            context: project,
            entry: './src/main.mjs',
            output: { path: join(project, 'site/webpack'), filename: 'main.js', publicPath: 'auto' },
            performance: { hints: false },
          },
          (error, stats) =>
            error || stats.hasErrors() || stats.hasWarnings()
              ? reject(error ?? new Error(stats.toString()))
              : resolve(undefined),
        ),
      );
      return {
        path: '/site/webpack/',
        html: '<!doctype html><title></title><script type="module" src="main.js"></script>',
      };
    },
  };

  before(async () => {
    site = await serve({ root: project, port: 0 });
    open = await Promise.all(browsers.map(launch));
  });
  after(async () => {
    await Promise.all(open?.map(({ close }) => close()) ?? []);
    await site?.close();
  });

  /** What a page has to say, in each browser. */
  async function visit(url) {
    return Promise.all(
      open.map(async ({ browser }) => {
        const page = await browser.newPage(),
          problems = [];
        page.on(
          'console',
          (message) =>
            message.type() === 'error' && !/status of 404/.test(message.text()) && problems.push(message.text()),
        );
        page.on(
          'response',
          (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`),
        );
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(url);
        await page.waitForFunction(() => document.title, { timeout: 20_000, polling: 20 }).catch(() => {});
        const title = await page.title();
        await page.close();
        return [title, ...problems.filter((text) => !text.endsWith('/favicon.ico'))];
      }),
    );
  }

  for (const [name, make] of Object.entries(pages))
    test(`${name}, in ${browsers.map((browser) => browser.name).join(' and ')}`, async () => {
      const { path, html } = await make();
      if (html) write(`${path}/index.html`, html);
      assert.deepEqual(
        await visit(new URL(path, site.url)),
        browsers.map(() => [WANTED]),
      );
    });

  test('a page with nothing but JavaScript coroutines loads two files', async () => {
    write(
      'site/two/main.mjs',
      `import { Lock, run, sleep } from '/node_modules/asyncio-wasm/wasm/web.mjs';
      await run(async (task) => { await new Lock().use(() => sleep(0.001), task); });
      const entries = performance.getEntriesByType('resource');
      const loaded = entries.map(({ name }) => new URL(name).pathname.split('/').at(-1));
      document.title = loaded.filter((name) => name !== 'main.mjs' && name !== 'favicon.ico').sort().join(' ');`,
    );
    write('site/two/index.html', '<!doctype html><title></title><script type="module" src="main.mjs"></script>');
    assert.deepEqual(
      await visit(new URL('/site/two/', site.url)),
      browsers.map(() => ['asyncio.wasm web.mjs']),
    );
  });

  test("Vite's development server", async () => {
    const { createServer } = await import('vite');
    const server = await createServer({
      root: join(project, 'vite'),
      logLevel: 'error',
      configFile: false,
      optimizeDeps: { exclude: ['asyncio-wasm'] },
      server: { port: 0, fs: { allow: [project] } },
      cacheDir: join(project, '.vite'),
    });
    try {
      await server.listen();
      assert.deepEqual(
        await visit(
          `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.httpServer.address()).port}/`,
        ),
        browsers.map(() => [WANTED]),
      );
    } finally {
      await server.close();
    }
  });
});
