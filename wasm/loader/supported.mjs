// Which runtimes this runs in, beside browsers: what `make test-runtimes` has shown.

/** A runtime that is like Node says which Node, too: so that comes last. */
const OLDEST = [
  { key: 'deno', oldest: 'Deno 2.4', from: [2, 4] },
  { key: 'bun', oldest: 'Bun 1.2', from: [1, 2] },
  { key: 'node', oldest: 'Node.js 20.16 or 22.3', from: [20, 16] },
];

/** @type {(here: number[], least: number[]) => boolean} */
const isOlder = ([major, minor], [least, minorOfThat]) => major < least || (major === least && minor < minorOfThat);

/** process.getBuiltinModule, without which there are no threads, came to Node 20 and 22 late, and never to 21. */
/** @type {(key: string, here: number[]) => boolean} */
const isBetween = (key, [major, minor]) => key === 'node' && (major === 21 || (major === 22 && minor < 3));

/** What is wrong with this runtime, in a sentence; undefined: nothing. versions: as process.versions. */
export function unsupported(versions = process.versions) {
  const { key, oldest, from } = OLDEST.find((kind) => versions[kind.key]),
    here = versions[key].split('.').map(Number);
  if (!isOlder(here, from) && !isBetween(key, here)) return undefined;
  return `${oldest} or newer is needed, this is ${versions[key]}`;
}
