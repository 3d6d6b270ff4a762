// Sizes: no module of JavaScript may have more lines than one can keep in mind. Functions' lengths are only told.

import { readFileSync } from 'node:fs';
import { sources } from './sources.mjs';

const MOST = 350;

/** The modules of more lines than that; texts: { file: its text }. */
export const tooLong = (texts) =>
  Object.entries(texts).flatMap(([file, text]) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > MOST ? [`${file}:${lines}: a module of ${lines} lines; at most ${MOST}`] : [];
  });

// Laid-out sources say by their indentation where a function ends.
const BEGINS = {
  '.c': /^(?![#/ }])[^\n]*\([^;{}]*\)\n\{$/gm,
  '.mjs': /^( *)(?!.*\b(?:if|for|while|switch|catch|with)\b \()(?:.*\bfunction\b.*|[\w#*. ]*\([^()]*\)|.*=>) \{$/gm,
};
const ENDS = { '.c': () => '\n}\n', '.mjs': (indent) => `\n${indent}}` };

/** The lengths of a text's functions, in lines. */
export function functionLengths(text, ending) {
  return [...text.matchAll(BEGINS[ending])].flatMap(({ 0: head, 1: indent, index }) => {
    const body = index + head.length;
    const end = text.indexOf(ENDS[ending](indent), body);
    return end < 0 ? [] : [text.slice(index, end).split('\n').length + 1];
  });
}

const middle = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

/** A line that tells how many functions there are, and how long half of them are at most. */
export function tellFunctions(read = (file) => readFileSync(file, 'utf8')) {
  const lengths = (pattern, ending) => sources(pattern).flatMap((file) => functionLengths(read(file), ending));
  const c = lengths(/^src\/.*\.[ch]$/, '.c'),
    js = lengths(/^(wasm|web)\/.*\.mjs$/, '.mjs');
  return `${c.length} functions of C, median ${middle(c)} lines; ${js.length} of JavaScript, median ${middle(js)}`;
}

/** The jobs: see lint.mjs. A file of tests is a list of them, and may be as long as it has to be. */
export function jobs() {
  const modules = sources(/^(wasm|web|tests)\/.*(?<!\.test)\.mjs$/);
  return modules.map((file) => ({
    check: 'sizes',
    what: file,
    run: async () => tooLong({ [file]: readFileSync(file, 'utf8') }),
  }));
}
