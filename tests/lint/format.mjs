// Lays the sources out: node tests/lint/format.mjs [--check] [file...]
//
// C by clang-format (the npm package, so that every machine has the same), everything else by Prettier, from
// .clang-format and .prettierrc. No line may be longer than .editorconfig says; those that neither can break are named.
// With --check nothing is written, and what would be changed is named.

import { format as formatC } from '@wasm-fmt/clang-format/node';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';

const LONGEST = Number(readFileSync('.editorconfig', 'utf8').match(/max_line_length = (\d+)/)[1]);
const C = /\.[ch]$/;
const OTHERS = /\.(mjs|mts|css|html|json|md)$/;
const GENERATED = /^package-lock\.json$/;
/** Tables and addresses are longer than a line, and cannot be broken. */
const UNBROKEN = /\.md$/;

const style = readFileSync('.clang-format', 'utf8');

/** The JavaScript in ASYNCIO_JS(...) is none of clang-format's business: it stands aside meanwhile. */
function withoutJavaScript(source, format) {
  const aside = [];
  const stripped = source.replace(/^ASYNCIO_JS(_ASYNC)?\([^{}]*\{[^]*?\n?\}\)$/gm, (block) => {
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

function sources() {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' });
  return listed.split('\n').filter((file) => file && existsSync(file));
}

const words = process.argv.slice(2);
const check = words.includes('--check');
const chosen = words.filter((word) => word !== '--check');
const faults = [];
for (const file of chosen.length ? chosen : sources()) {
  if (!(C.test(file) || OTHERS.test(file)) || GENERATED.test(file)) continue;
  const source = readFileSync(file, 'utf8');
  const text = await laidOut(file, source);
  if (text !== source && check) faults.push(`${file}: not laid out as make format does it`);
  else if (text !== source) writeFileSync(file, text);
  faults.push(...tooLong(file, text));
}
for (const fault of faults) console.error(fault);
if (faults.length) process.exitCode = 1;
