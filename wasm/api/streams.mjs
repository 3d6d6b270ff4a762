// Queues as streams and the other way round, for what else the platform has.

import { CancelledError, QueueShutDown } from '../loader/errors.mjs';
import { Queue } from './queues.mjs';
import { createTask } from './tasks.mjs';

/**
 * A queue that a task fills from an async iterable (a ReadableStream is one, where the engine has it so), or an
 * iterable. It is shut down at the end. Awaiting the task tells of an error; cancelling it lets go of the source.
 *
 * @returns {{ queue: Queue, task: any }}
 */
export function queueFrom(source, { maxsize = 1, name = 'queueFrom' } = {}) {
  const queue = new Queue(maxsize);
  const task = createTask(
    async (me) => {
      const iterator = iteratorOf(source);
      try {
        for (let step = await nextOf(iterator, me); !step.done; step = await nextOf(iterator, me))
          await /** @type {any} */ (queue.put(step.value, me));
      } catch (error) {
        await iterator.return?.();
        throw error;
      } finally {
        queue.shutdown();
      }
    },
    { name },
  );
  return { queue, task };
}

function iteratorOf(source) {
  if (source[Symbol.asyncIterator]) return source[Symbol.asyncIterator]();
  if (source[Symbol.iterator]) return source[Symbol.iterator]();
  const reader = source.getReader(); // a ReadableStream in an engine where those are not iterable yet
  return { next: () => reader.read(), return: () => reader.cancel() };
}

/** The next item; cancelling the task does not wait for a source that is slow to give one. */
async function nextOf(iterator, task) {
  const { signal } = task;
  const aborted = new Promise((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  return Promise.race([iterator.next(), aborted]);
}

/** A ReadableStream of a queue's items, which ends when the queue is shut down and empty. Cancelling it shuts the queue
 * down. */
export function readableFrom(queue, strategy = { highWaterMark: 0 }) {
  const controller = new AbortController();
  return new ReadableStream(
    {
      async pull(stream) {
        try {
          stream.enqueue(await queue.get({ signal: controller.signal }));
          queue.taskDone();
        } catch (error) {
          if (error instanceof QueueShutDown) stream.close();
          else stream.error(error);
        }
      },
      cancel() {
        controller.abort(new CancelledError());
        queue.shutdown({ immediate: true });
      },
    },
    strategy,
  );
}

/** A WritableStream into a queue: who writes waits while the queue is full. Closing it shuts the queue down. */
export function writableFrom(queue) {
  return new WritableStream({
    write: (item, stream) => queue.put(item, { signal: stream.signal }).then(),
    close: () => queue.shutdown(),
    abort: () => queue.shutdown({ immediate: true }),
  });
}
