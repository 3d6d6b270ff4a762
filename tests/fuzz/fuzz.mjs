// make fuzz: programs of public calls for FUZZ_SECONDS (600), from those on that earlier runs have kept in
// build/fuzz/corpus as worth it; then every parity program with each of its allocations failing.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildFuzzer, env, failAllocations, fuzzing } from '../groups/fuzz.mjs';
import { build } from '../groups/support.mjs';

const seconds = Number(process.env.FUZZ_SECONDS ?? 600);
const corpus = join(build, 'fuzz/corpus');

const fuzzer = await buildFuzzer();
mkdirSync(corpus, { recursive: true });
const child = spawn(fuzzer, [...fuzzing, '-print_final_stats=1', `-max_total_time=${seconds}`, corpus], {
  env: { ...process.env, ...env },
  stdio: 'inherit',
});
const status = await new Promise((resolve) => child.on('exit', resolve));
if (status !== 0) process.exit(1);

let failures = 0;
await failAllocations(
  {
    pass() {},
    fail(name, text) {
      failures++;
      console.error(`FAILED  ${name}\n${text}`);
    },
  },
  1,
);
console.log(`${failures} parity programs fail without memory`);
process.exitCode = failures ? 1 : 0;
