// Lays the sources out: node tests/lint/format.mjs [--check] [file...]
//
// C by clang-format (the npm package, so that every machine has the same), everything else by Prettier, from
// .clang-format and .prettierrc. No line may be longer than .editorconfig says; those that neither can break are named.
// With --check nothing is written, and what would be changed is named.

import { format as formatC } from '@wasm-fmt/clang-format/node';
import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import { sources } from './sources.mjs';

const LONGEST = Number(readFileSync('.editorconfig', 'utf8').match(/max_line_length = (\d+)/)[1]);
const C = /\.[ch]$/;
const LAID_OUT = /\.([ch]|mjs|mts|ts|css|html|json|jsonc|md)$/;
const GENERATED = /^package-lock\.json$/;
/** Tables and addresses are longer than a line, and cannot be broken. */
const UNBROKEN = /\.md$/;

const style = readFileSync('.clang-format', 'utf8');

/** The JavaScript in ASYNCIO_JS(...) is none of clang-format's business: it stands aside meanwhile. */
function withoutJavaScript(source, format) {
  const aside = [];
  const stripped = source.replace(/^ASYNCIO_JS(_ASYNC)?\([^{}]*\{.*?\n?\}\)$/gms, (block) => {
    aside.push(block);
    return `// JavaScript ${aside.length - 1}`;
  });
  return format(stripped).replace(/^\/\/ JavaScript (\d+)$/gm, (_, number) => aside[number]);
}

async function laidOut(file, source) {
  if (C.test(file)) return withoutJavaScript(source, (text) => formatC(text, file, style));
  return prettier.format(source, { ...(await prettier.resolveConfig(file)), filepath: file });
}

const tooLong = (file, text) =>
  UNBROKEN.test(file)
    ? []
    : text.split('\n').flatMap((line, at) => ([...line].length > LONGEST ? [`${file}:${at + 1}: too long`] : []));

/** Where two texts first differ, as a line of the first. */
const firstDifference = (text, other) => {
  const others = other.split('\n');
  return text.split('\n').findIndex((line, at) => line !== others[at]) + 1;
};

/** What is wrong with a file's layout; write: lay it out, and tell what is left. */
export async function layout(file, { write = false } = {}) {
  const source = readFileSync(file, 'utf8');
  const text = await laidOut(file, source);
  if (write && text !== source) writeFileSync(file, text);
  const different = !write && text !== source;
  return [
    ...(different ? [`${file}:${firstDifference(source, text)}: not laid out as make format does it`] : []),
    ...tooLong(file, write ? text : source),
  ];
}

const concerned = (file) => LAID_OUT.test(file) && !GENERATED.test(file);

/** The jobs: see lint.mjs. */
export const jobs = () =>
  sources(LAID_OUT)
    .filter(concerned)
    .map((file) => ({ check: 'layout', what: file, run: () => layout(file) }));

async function main(words) {
  const write = !words.includes('--check');
  const chosen = words.filter((word) => word !== '--check');
  const faults = [];
  for (const file of (chosen.length ? chosen : sources()).filter(concerned))
    faults.push(...(await layout(file, { write })));
  for (const fault of faults) console.error(fault);
  if (faults.length) process.exitCode = 1;
}

if (process.argv[1]?.endsWith('lint/format.mjs')) await main(process.argv.slice(2));
