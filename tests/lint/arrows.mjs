// Arrows between the folders of src/: a folder includes what stands below it, and its own. The order is that of the
// list under "Folders" in src/README.md. The files at the top of src/ put the library together, and see all.

import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { sources } from './sources.mjs';

const README = 'src/README.md';
const INCLUDE = /^\s*#\s*include\s+"([^"]+)"/;
// Laid-out C: what begins in the first column, up to its name; a definition goes on with a brace on a line of its own.
const DEFINITION = /^(?![#/ }])[^\n;=]*?\b(\w+)\([^;{}]*\)\n\{$/gm;
const DECLARATION = /^(?![#/ }])[^\n;={]*?\b(\w+)\([^;{}]*\)[^;{}()]*;/gm;

/** The folders that a README lists, from the top down: lines "- **folder/**: a sentence". */
export function foldersIn(readme) {
  const section = readme.split(/^## /m).find((part) => part.startsWith('Folders\n')) ?? '';
  return [...section.matchAll(/^- \*\*(\w+)\/\*\*:/gm)].map(([, folder]) => folder);
}

const folderOf = (file) => file.match(/^src\/(\w+)\//)?.[1];
const lineOf = (text, index) => text.slice(0, index).split('\n').length;

/** The file that an include means, as the compiler looks for it. */
function included(file, name, texts) {
  const places = [posix.dirname(file), 'src', 'src/include'].map((place) => posix.join(place, name));
  return places.find((place) => place in texts);
}

/** Includes that go up; texts: { file: its text }, order: the folders from the top down. */
function includesUpwards(texts, isAbove) {
  return Object.entries(texts).flatMap(([file, text]) =>
    text.split('\n').flatMap((line, i) => {
      const to = included(file, line.match(INCLUDE)?.[1] ?? '', texts);
      return to && isAbove(to, file) ? [`${file}:${i + 1}: includes ${to}, which stands above it`] : [];
    }),
  );
}

/** The text without its comments, strings and attributes, its lines where they were. */
const bare = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/__attribute__\(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\)/g, '')
    .replace(/\b(?:EXPORT|IMPORT)\(\w+\) /g, '');

const namesIn = (texts, files, pattern) =>
  files.flatMap((file) => [...texts[file].matchAll(pattern)].map(({ 1: name, index }) => ({ file, name, index })));

/** Functions that a file uses although they are defined above it, and no header says so that it may include: such a
 * header would be a door. As the library is one unit, the compiler finds nothing wrong with them. (What programs
 * include is all doors.) */
function hiddenArrows(all, isAbove) {
  const files = Object.keys(all).filter((file) => folderOf(file) && folderOf(file) !== 'include');
  const texts = Object.fromEntries(files.map((file) => [file, bare(all[file])]));
  const defined = new Map(namesIn(texts, files, DEFINITION).map(({ file, name }) => [name, file]));
  const headers = Object.keys(all).filter((file) => file.endsWith('.h'));
  const declared = namesIn(all, headers, DECLARATION);
  const isDoor = (name, file) => declared.some((door) => door.name === name && !isAbove(door.file, file));
  return files.flatMap((file) =>
    [...texts[file].matchAll(/(?<!\.|->)\b(\w+)\(/g)].flatMap(({ 1: name, index }) => {
      const at = defined.get(name);
      if (!at || !isAbove(at, file) || isDoor(name, file)) return [];
      return [
        `${file}:${lineOf(texts[file], index)}: uses ${name}(), which ${at} above it defines, and no door leads there`,
      ];
    }),
  );
}

/** What is wrong with the arrows. texts: { file: its text }, src/README.md among them. */
export function arrows(texts) {
  const order = foldersIn(texts[README]);
  const there = new Set(Object.keys(texts).map(folderOf).filter(Boolean));
  const unlisted = [...there].filter((folder) => !order.includes(folder));
  const gone = order.filter((folder) => !there.has(folder));
  const isAbove = (a, b) => folderOf(b) && (!folderOf(a) || order.indexOf(folderOf(a)) < order.indexOf(folderOf(b)));
  const code = Object.fromEntries(
    Object.entries(texts).filter(
      ([file]) => /\.[ch]$/.test(file) && (!folderOf(file) || order.includes(folderOf(file))),
    ),
  );
  return [
    ...unlisted.map((folder) => `${README}:1: src/${folder}/ is not among the folders`),
    ...gone.map((folder) => `${README}:1: there is no folder src/${folder}/`),
    ...includesUpwards(code, isAbove),
    ...hiddenArrows(code, isAbove),
  ];
}

export function jobs() {
  const files = sources(/^src\/(.*\.[ch]|README\.md)$/);
  return [
    {
      check: 'arrows',
      what: 'src/',
      count: files.length,
      run: () => arrows(Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]))),
    },
  ];
}
