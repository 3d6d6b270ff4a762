// Assembles the npm package in build/package and packs it: node wasm/package/package.mjs [--pack]
//
//   wasm/       the loader, the tools and the command line      include/   headers
//   src/        the library's sources: the contract             lib/       prebuilt, for CMake and pkg-config
//   examples/   programs and their Python twins                 play/      the playground, as `make web` built it

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
// @ts-expect-error: build.d.mts says only what the package's users are to call
import { LINK, REFUSED } from '../build/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)),
  out = join(root, 'build/package');
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const NOT_TO_SHIP = /^(package\/|build\/make-errors\.mjs)/;

/** What package.json says to those who use the package. */
const manifest = {
  ...Object.fromEntries(
    ['name', 'version', 'description', 'license', 'type', 'dependencies', 'engines'].map((key) => [key, project[key]]),
  ),
  keywords: [
    'asyncio',
    'async',
    'webassembly',
    'wasm',
    'asyncify',
    'coroutine',
    'event-loop',
    'task-group',
    'cancellation',
    'semaphore',
    'queue',
  ],
  exports: {
    '.': {
      types: './wasm/asyncio.d.mts',
      browser: './wasm/web.mjs',
      workerd: './wasm/web.mjs',
      worker: './wasm/web.mjs',
      node: './wasm/node.mjs',
      default: './wasm/web.mjs',
    },
    './workers': { types: './wasm/threads/workers.d.mts', default: './wasm/threads/workers.mjs' },
    './build': { types: './wasm/build/build.d.mts', node: './wasm/build/build.mjs' },
    './include/*': './include/*',
    './src/*': './src/*',
    './package.json': './package.json',
  },
  sideEffects: ['./wasm/node.mjs', './wasm/cli/cli.mjs', './wasm/cli/run.mjs'],
  bin: { 'asyncio-wasm': './wasm/cli/cli.mjs' },
  files: ['wasm', 'include', 'src', 'lib', 'examples', 'play'],
};

const copy = (from, to) => cpSync(join(root, from), join(out, to), { recursive: true });
const copyIf = (from, to, filter) => cpSync(join(root, from), join(out, to), { recursive: true, filter });
const filesIn = (folder, pattern) => readdirSync(join(root, folder)).filter((name) => pattern.test(name));

function fill(from, to) {
  const values = {
    LINK: LINK.join(' '),
    VERSION: project.version,
    REFUSED: REFUSED.map(([pattern]) => pattern.source.replace('^', '')).join('|'),
  };
  mkdirSync(join(out, to), { recursive: true });
  writeFileSync(
    join(out, to, basename(from)),
    readFileSync(join(root, from), 'utf8').replace(/@(\w+)@/g, (word, name) => values[name] ?? word),
  );
}

/** What programs import: the modules as one each. For pages and workers (web.mjs) minified, with a source map to the
 * modules beside it for whoever looks into it; what only some programs need stays beside it, and is loaded for those.
 * For Node (node.mjs), which takes longer to find many modules than to read one, as it is. What the tools import is
 * beside them. */
function bundle(from, to, how) {
  return build({
    entryPoints: [join(out, 'wasm', from)],
    outfile: join(out, 'wasm', to),
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: `// asyncio-wasm ${project.version}, bundled from the modules beside this one.` },
    ...how,
  });
}

/** Minified, a class keeps its name only if it says it: messages tell it, and consoles. */
const classNames = {
  name: 'class names',
  setup({ onLoad }) {
    onLoad({ filter: /\.mjs$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^(?:export )?class (\w+)[^{\n]*\{/gm,
        (begin, name) => `${begin} static name = '${name}';`,
      ),
    }));
  },
};

/** Modules that are not in web.mjs. What they import is loaded again, beside it: so that must be nothing that may be
 * there only once, like a class. */
const LOADED_WHEN_USED = ['loader/arguments.mjs', 'loader/glue.mjs', 'threads/threads.mjs'];

/** Leaves these modules where they are, and has them imported from there. */
const beside = (names) => ({
  name: 'beside',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const name = relative(join(out, 'wasm'), join(resolveDir, path));
      return names.includes(name) ? { path: `./${name}`, external: true } : undefined;
    });
  },
});

async function assemble() {
  rmSync(out, { recursive: true, force: true });
  const modules = readdirSync(join(root, 'build/wasm'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(mjs|d\.mts|wasm)$/.test(name),
  );
  for (const name of modules.filter((one) => !NOT_TO_SHIP.test(one))) copy(`build/wasm/${name}`, `wasm/${name}`);
  await bundle('asyncio.mjs', 'web.mjs', {
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    plugins: [classNames, beside(LOADED_WHEN_USED)],
  });
  // Its workers find thread.mjs beside what starts them.
  await bundle('node.mjs', 'node.mjs', { platform: 'node', plugins: [beside(['threads/threads.mjs'])] });
  copy('web/tools/serve.mjs', 'wasm/cli/serve.mjs');
  copy('src/include', 'include');
  copyIf('src', 'src', (name) => !/\.(md|sh)$/.test(name));
  for (const name of filesIn('build/wasm', /\.a$/)) copy(`build/wasm/${name}`, `lib/wasm32-emscripten/${name}`);
  writeFileSync(join(out, 'lib/wasm32-emscripten/emscripten-version'), `${emscriptenVersion()}\n`);
  fill('wasm/package/asyncio-wasmConfig.cmake', 'lib/cmake/asyncio-wasm');
  fill('wasm/package/asyncio-wasm.pc.in', 'lib/pkgconfig');
  for (const name of filesIn('tests/parity', /\.(c|py|out)$/)) copy(`tests/parity/${name}`, `examples/${name}`);
  if (!existsSync(join(root, 'build/web/index.html'))) throw new Error('the playground is not built yet: `make web`');
  copy('build/web', 'play');
  copy('wasm/package/package.md', 'README.md');
  copy('LICENSE', 'LICENSE');
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function emscriptenVersion() {
  return execFileSync('emcc', ['--version'], { encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)[0];
}

await assemble();
if (process.argv.includes('--pack')) {
  const [{ filename, size, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', join(root, 'build')], { cwd: out, encoding: 'utf8' }),
  );
  console.log(`build/${filename}: ${files.length} files, ${(size / 1024).toFixed(0)} KB`);
}
