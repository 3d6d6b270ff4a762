// Assembles the site in build/web: `node web/tools/build.mjs [--readable]`. The page's modules are bundled into a few,
// and modules and style sheets lose their comments and spaces (esbuild): together that halves what a visitor loads.
// --readable leaves comments and spaces, with a map from the bundles to the modules, for looking into it in a browser.
//
//   web/{trace,run,panes,workbench,lessons,page,element}/**.mjs
//                                    -> main.mjs, element.mjs, worker.mjs and what they share
//   web/page, web/element            -> *.html, .css, .svg, offline.mjs
//   web/styles/*.css                 -> base.css, page.css, workbench.css, timeline.css; the element has them as a
//                                       module
//   build/wasm/asyncio.mjs           -> asyncio/       the JavaScript loader, and the modules that it imports;
//   thread.mjs,
//                                                      which it starts workers with
//   web/lessons/*.c .py .out         -> programs/      the lessons' own programs, and build/lessons/*.wasm
//   tests/parity/NN-topic.c .py .out -> programs/      the sources and what they print
//   build/parity/NN-topic.wasm       -> programs/      the very same files that the tests run
//   src/include/asyncio*.h           -> calls.json     what each call means (make-calls.mjs)
//   prism-code-editor's tokenizer    -> a part of the bundles; its licence in vendor/
//
// A file whose bytes are right already is left alone, so its time stamp says when it last changed; one that no longer
// belongs to the site is removed.

import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, posix, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build as bundle, transform } from 'esbuild';
import { programs } from '../lessons/lessons.mjs';
import { callsIn } from './make-calls.mjs';
import { readManual } from './manual.mjs';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(web);

/// Where things come from and go to; tests may give others.
const places = {
  loader: join(root, 'build/wasm'),
  sources: join(root, 'tests/parity'),
  compiled: join(root, 'build/parity'),
  lessons: join(root, 'build/lessons'),
  headers: join(root, 'src/include'),
  modules: join(root, 'node_modules'),
  out: join(root, 'build/web'),
};

/// Builds the site; answers how many files it has and how many were written.
export async function build(given = {}) {
  const { loader, sources, compiled, lessons, headers, modules, out, readable } = {
    ...places,
    readable: false,
    ...given,
  };
  const site = new Map(); // path in the site -> bytes
  const page = await pageModules(); // path in web/ -> text, of what is bundled
  await addPage(site);
  await addStyles(site);
  await addModules(site, 'asyncio', loader, ['asyncio.mjs', 'loader/interrupts.mjs', 'threads/thread.mjs']);
  const own = programs.filter(({ params }) => params);
  await addPrograms(site, own, join(web, 'lessons'), lessons);
  const others = programs.filter(({ params }) => !params);
  await addPrograms(site, others, sources, compiled);
  site.set('calls.json', Buffer.from(JSON.stringify(callsIn(readManual(headers).join('\n')))));
  await addPrism(site, page, join(modules, 'prism-code-editor/dist'));
  if (!readable) await minify(site);
  page.set('element/element-css.mjs', elementCss(site));
  await addBundles(site, page, readable);
  site.set('files.json', Buffer.from(JSON.stringify(keptOffline(site))));
  const written = await writeSite(site, out);
  return { files: site.size, written };
}

/// Folders whose modules the page and the element are bundled from.
const LAYERS = ['trace', 'run', 'panes', 'workbench', 'lessons', 'page', 'element'];

async function pageModules() {
  const page = new Map();
  for (const layer of LAYERS) {
    for (const name of await readdir(join(web, layer), { recursive: true }))
      if (name.endsWith('.mjs')) page.set(`${layer}/${name}`, await readFile(join(web, layer, name), 'utf8'));
  }
  return page;
}

/// What stands at the site's root as it is. The service worker is a classic script, and no part of a bundle.
async function addPage(site) {
  for (const folder of ['page', 'element']) {
    for (const name of await readdir(join(web, folder)))
      if (/\.(html|css|svg)$|^offline\.mjs$/.test(name)) site.set(name, await readFile(join(web, folder, name)));
  }
}

/// The site's style sheets, and the files of web/styles that each consists of: what comes later wins. A pane's own file
/// need not be named.
const SHEETS = {
  'base.css': ['tokens', 'base'],
  'page.css': ['page'],
  'workbench.css': ['frame', 'switch', 'PANES'],
  'timeline.css': ['timeline', 'drawing', 'compare', 'minimap', 'stepper', 'dock'],
  'element.css': ['element'],
};

async function addStyles(site) {
  const names = (await readdir(join(web, 'styles'))).sort().map((file) => file.replace(/\.css$/, ''));
  const named = Object.values(SHEETS).flat();
  const panes = names.filter((name) => !named.includes(name));
  const text = (name) => readFile(join(web, 'styles', `${name}.css`), 'utf8');
  for (const [sheet, parts] of Object.entries(SHEETS)) {
    const texts = await Promise.all(parts.flatMap((part) => (part === 'PANES' ? panes : part)).map(text));
    site.set(sheet, Buffer.from(texts.join('\n')));
  }
}

/// What pages load by name, and where it comes from. The loader in asyncio/ stays as it is, for its workers and for
/// other pages that load it.
const ENTRIES = [
  { out: 'main', in: 'page/main.mjs' },
  { out: 'element', in: 'element/element.mjs' },
  { out: 'worker', in: 'run/worker.mjs' },
];

async function addBundles(site, page, readable) {
  const { outputFiles } = await bundle({
    entryPoints: ENTRIES,
    outdir: '/',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: !readable,
    sourcemap: readable ? 'inline' : false,
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    plugins: [{ name: 'page', setup: (asked) => takeFrom(page, asked) }],
  });
  for (const { path, contents } of outputFiles) site.set(path.slice(1), Buffer.from(contents));
}

/// Modules that this script makes have their places among those of web/. The bundles stand at the site's root, beside
/// asyncio/.
function takeFrom(page, { onResolve, onLoad }) {
  onResolve({ filter: /./ }, ({ path, importer }) => {
    const at = posix.join(posix.dirname(importer), path);
    return at.startsWith('asyncio/') ? { path: `./${at}`, external: true } : { path: at, namespace: 'page' };
  });
  onLoad({ filter: /./, namespace: 'page' }, ({ path }) => ({ contents: page.get(path), loader: 'js' }));
}

/// Names stay: of classes, which are told in messages, and for whoever looks at it.
async function minify(site) {
  const loaders = { '.mjs': 'js', '.js': 'js', '.css': 'css' };
  await Promise.all(
    [...site].map(async ([path, bytes]) => {
      const loader = loaders[extname(path)];
      if (!loader) return;
      const { code } = await transform(bytes.toString(), {
        loader,
        minifySyntax: true,
        minifyWhitespace: true,
        target: 'es2022',
        legalComments: 'none',
        charset: 'utf8',
      });
      site.set(path, Buffer.from(code));
    }),
  );
}

/// What the service worker keeps from the first visit on: the page, and the lessons' own programs.
function keptOffline(site) {
  const others = programs.filter(({ params }) => !params).map(({ id }) => `programs/${id}.`);
  return ['./', ...[...site.keys()].filter((path) => !others.some((start) => path.startsWith(start)))];
}

/// The element's style sheet as a module: it is shared by all elements of a page, and needs no permission for styles.
/// What the page has at its root the element has at its own.
function elementCss(site) {
  const text = ['base.css', 'workbench.css', 'timeline.css', 'element.css'].map((name) => site.get(name)).join('\n');
  return `export const css = ${JSON.stringify(text.replaceAll(':root', ':host'))};\n`;
}

/// What the lessons name must be there; what a program prints in C may differ from Python's (NN-topic.c.out).
async function addPrograms(site, chosen, sources, compiled) {
  for (const { id } of chosen) {
    for (const name of [`${id}.c`, `${id}.py`, `${id}.out`])
      site.set(`programs/${name}`, await readFile(join(sources, name)));
    site.set(`programs/${id}.wasm`, await readFile(join(compiled, `${id}.wasm`)));
    for (const [folder, name] of [
      [sources, `${id}.c.out`],
      [compiled, `${id}.functions.mjs`],
    ]) {
      const more = await readFile(join(folder, name)).catch(() => null);
      if (more) site.set(`programs/${name}`, more);
    }
  }
}

/// The tokenizer and its two languages.
async function addPrism(site, page, dist) {
  await addModules(page, 'vendor', dist, ['prism/index.js', 'prism/languages/c.js', 'prism/languages/python.js']);
  site.set('vendor/LICENSE', await readFile(join(dist, '../LICENSE')));
}

/// ES modules and all that they import from the same folder: the loader's folder has tools for Node beside it, a
/// package much that the page does not need. Source maps stay behind.
async function addModules(site, to, folder, entries) {
  const todo = entries.map((name) => join(folder, name));
  for (const file of todo) {
    const text = await readFile(file, 'utf8');
    const imports = /^(?:import|export)\b[^"']*?from ["'](\.[^"']+)["']|\bimport\(["'](\.[^"']+)["']\)/gm;
    for (const [, path, later] of text.matchAll(imports)) {
      const imported = resolve(dirname(file), path ?? later);
      if (!todo.includes(imported)) todo.push(imported);
    }
    site.set(join(to, relative(folder, file)), Buffer.from(text.replace(/^\/\/# sourceMappingURL=.*$/m, '')));
  }
}

async function writeSite(site, out) {
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out, { recursive: true })) {
    const file = join(out, name);
    if (!site.has(name) && (await stat(file)).isFile()) await rm(file);
  }
  let written = 0;
  for (const [path, bytes] of site) written += await writeIfChanged(join(out, path), bytes);
  return written;
}

async function writeIfChanged(file, bytes) {
  const old = await readFile(file).catch(() => null);
  if (old?.equals(bytes)) return 0;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return 1;
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const { files, written } = await build({ readable: argv.includes('--readable') });
  if (written) console.log(`build/web: ${written} of ${files} files written`);
}
