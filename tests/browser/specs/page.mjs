// What specs.test.mjs calls in the page: runs programs on the page's own thread or in Workers, and answers with the
// outcomes.

import { lendWorkers } from '/asyncio/threads/workers.mjs';
import { Runner } from '/tests-unit/outcome.mjs';
import { run } from './run.mjs';

const LIMIT = 60; // seconds for a program

export async function runOnPage(jobs) {
  const outcomes = [];
  for (const job of jobs) outcomes.push(await run(job));
  return outcomes;
}

function startWorker(heard, failed) {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { type: 'module' });
  const endThreads = lendWorkers(worker);
  worker.onmessage = ({ data }) => heard(data);
  worker.onerror = (event) => {
    event.preventDefault(); // it is told as the outcome
    failed(event.message);
  };
  return {
    postMessage: (job) => worker.postMessage(job),
    terminate() {
      worker.terminate();
      endThreads();
    },
  };
}

/// One after the other in one Worker, or in several at once.
export async function runInWorkers(jobs, atOnce = 1) {
  const outcomes = [],
    waiting = [...jobs.entries()];
  await Promise.all(
    Array.from({ length: Math.min(atOnce, jobs.length) }, async () => {
      const runner = new Runner(startWorker);
      for (let next = waiting.shift(); next; next = waiting.shift())
        outcomes[next[0]] = await runner.run(next[1], LIMIT);
      runner.stop();
    }),
  );
  return outcomes;
}
