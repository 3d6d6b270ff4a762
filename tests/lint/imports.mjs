// Arrows between modules: a folder's modules import their own and what its row in a README names, and never in a ring.
// The README has a table whose first column is the folders, its last one "may import from". Modules beside the README
// are front doors: they may import from everywhere, and a folder from them if its row says `.`. What import() loads
// when it is needed makes no ring.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { sources } from './sources.mjs';

const ROW = /^\| \[?`(\w+)\/`.*\|([^|]*)\|$/gm;
const DOORS = '.';
const IMPORT = /(?:^(?:import|export)\b[^'";]*|\bimport\()'(\.[^']+)'/gm;

/** Each folder, with those that it may import from. */
function rules(readme) {
  return new Map(
    [...readme.matchAll(ROW)].map(([, folder, may]) => [
      folder,
      [...may.matchAll(/`(\w+|\.)`/g)].map(([, name]) => name),
    ]),
  );
}

/** What a module imports of the modules that there are: { to, line, later }. */
function importsOf(file, texts) {
  return [...texts[file].matchAll(IMPORT)].flatMap(({ 0: all, 1: path, index }) => {
    const later = all.startsWith('import(');
    const to = posix.join(posix.dirname(file), path);
    return to in texts ? [{ to, later, line: texts[file].slice(0, index + all.length).split('\n').length }] : [];
  });
}

/** One ring of modules that can be reached from a module, as a list that begins and ends with the same one. */
function ringFrom(file, arrows, path, seen) {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (seen.has(file)) return null;
  seen.add(file);
  for (const { to } of arrows.get(file).filter(({ later }) => !later)) {
    const ring = ringFrom(to, arrows, [...path, file], seen);
    if (ring) return ring;
  }
  return null;
}

/** What is wrong with the imports. texts: { file: its text } of the modules below `top`, and of the README there. */
export function imports(texts, top) {
  const readme = `${top}/README.md`;
  const may = rules(texts[readme]);
  const folderOf = (file) => posix.relative(top, posix.dirname(file)).split('/')[0] || DOORS;
  const files = Object.keys(texts).filter((file) => file.endsWith('.mjs'));
  const arrows = new Map(files.map((file) => [file, importsOf(file, texts)]));
  const unlisted = new Set(files.map(folderOf).filter((folder) => folder !== DOORS && !may.has(folder)));
  const wrong = files.flatMap((file) =>
    arrows.get(file).flatMap(({ to, line }) => {
      const [from, other] = [file, to].map(folderOf);
      const fine = from === other || !may.has(from) || may.get(from).includes(other);
      return fine ? [] : [`${file}:${line}: imports ${to}; ${readme} does not let ${from}/ import from ${other}/`];
    }),
  );
  const seen = new Set();
  const rings = files.map((file) => ringFrom(file, arrows, [], seen)).filter(Boolean);
  return [
    ...[...unlisted].map((folder) => `${readme}:1: ${folder}/ is not among the folders`),
    ...wrong,
    ...rings.map((ring) => `${ring[0]}:1: imports itself: ${ring.join(' -> ')}`),
  ];
}

/** The folders whose README says so. */
const TOPS = ['wasm', 'web'];

export const jobs = () =>
  TOPS.map((top) => {
    const files = sources(new RegExp(`^${top}/(.*\\.mjs|README\\.md)$`));
    return {
      check: 'imports',
      what: `${top}/`,
      count: files.length,
      run: () => imports(Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')])), top),
    };
  });
