// A fresh process measures itself: from before the import of the loader, as the package has it for Node, to the first
// line that the program prints.

import { readFileSync } from 'node:fs';

const began = performance.now();
const { load } = await import('../../build/package/wasm/node.mjs');
let first;
const program = await load(readFileSync(process.argv[2]), {
  stdout: () => {
    first ??= performance.now() - began;
  },
});
await program.run();
console.log(first.toFixed(3));
