// Plays for Emscripten's fibers (fibers.c): reads "name count" lines and answers with nanoseconds per switch.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const fibers = await createRequire(import.meta.url)(process.argv[2])();

for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = line.split(' ');
  fibers._measure(name === 'switch_1000' ? 1000 : 1, Number(name.match(/^depth_(\d+)/)?.[1] ?? 1), Number(count));
  console.log(fibers._result().toFixed(3));
}
