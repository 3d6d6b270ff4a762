/**
 * For a page whose Worker runs programs with threads.
 *
 * @module asyncio-wasm/workers
 */

/**
 * Makes the workers that programs in `worker` need for their threads; they are loaded there with `borrowWorkers: true`.
 *
 * @param worker  where the programs run. It sends messages that have `asyncioBorrows`, which go no further if this is
 * called
 *                before you listen.
 * @returns what ends all workers that were lent, and lends no more: call it where you terminate the Worker
 */
export function lendWorkers(worker: Worker): () => void;
