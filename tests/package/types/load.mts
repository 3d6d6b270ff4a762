// Loading a program, as TypeScript sees it. The lines after @ts-expect-error must not compile.

import {
  type Call,
  CancelledError,
  ExceptionGroup,
  KeyError,
  load,
  type LoadOptions,
  type Program,
} from 'asyncio-wasm';
import { lendWorkers } from 'asyncio-wasm/workers';

const endThreads: () => void = lendWorkers(new Worker('worker.mjs', { type: 'module' }));
endThreads();
// @ts-expect-error
lendWorkers('worker.mjs');

const options: LoadOptions = {
  args: ['name'],
  env: { A: 'b' },
  clock: 'virtual',
  stdin: 'text',
  borrowWorkers: true,
  stdout: (text) => text.length,
  trace: ({ n, t, ev }) => [n + t, ev],
};
const program: Program = await load(new URL('./program.wasm', import.meta.url), options);
const status: number = await program.run();
program.interrupt();

const controller = new AbortController();
const call: Call<number> = program.call<number>('add', 1, { signal: controller.signal, name: 'adder' });
const sum: number = await call;
const accepted: boolean = call.cancel('enough');
const name: string | undefined = call.name;
const standing: string | undefined = call.callGraph()?.tasks[0]?.stack.at(-1)?.function;

try {
  await program.call('fail');
} catch (error) {
  if (error instanceof KeyError) console.log(error.message);
  if (error instanceof ExceptionGroup) for (const member of error.errors) console.log(member);
  if (!(error instanceof CancelledError)) throw error;
}

// @ts-expect-error: a clock is real or virtual
await load('x.wasm', { clock: 'fast' });
// @ts-expect-error: a call is read-only
call.done = true;

export { accepted, name, status, sum };
