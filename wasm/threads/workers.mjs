// How the workers for threads are made (threads.mjs says what they are): by whoever needs one, or, on behalf of a
// Worker, by the page.
//
// The second is there for Firefox. `new Worker()` in a Worker waits there for the page's thread, and about one in a
// thousand of these waits never ends, one in fifty while a debugger watches (seen with version 153 and scripts of two
// lines). On the page itself it does not wait. So a Worker may borrow: it sends the page one end of two channels. One
// is for the thread, which thread.mjs gets handed; through the other the page says that it has lent, or what went
// wrong, and hears when to end it.

export const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');

const LENDING_TAKES = 10_000; // milliseconds, at most: a page may be busy for a while

/** A page may start workers only from its own origin; a small script of its own then imports the module. */
function startFromElsewhere(url) {
  const script = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
  try {
    return new Worker(script, { type: 'module' });
  } finally {
    setTimeout(() => URL.revokeObjectURL(script), 60_000);
  }
}

function startHere() {
  const url = new URL('./thread.mjs', import.meta.url);
  if (node) return new node.Worker(new URL('./thread.mjs', import.meta.url));
  if (typeof Worker !== 'function') throw new Error('there are no workers here');
  if (/^https?:/.test(url.protocol) && globalThis.location && url.origin !== location.origin)
    return startFromElsewhere(url);
  return new Worker(new URL('./thread.mjs', import.meta.url), { type: 'module' });
}

/** A page's worker, as one of this Worker's own. */
class Borrowed {
  onmessage = null;
  onerror = null;
  #talk = new MessageChannel();
  #control = new MessageChannel();
  #patience = setTimeout(
    () => this.#fail('the page has lent no worker, which it does once it has called lendWorkers(worker)'),
    LENDING_TAKES,
  );

  constructor() {
    this.#talk.port1.onmessage = (event) => this.onmessage?.(event);
    this.#control.port1.onmessage = ({ data: { error } }) => {
      clearTimeout(this.#patience);
      if (error !== undefined) this.#fail(error);
    };
    const lent = [this.#control.port2, this.#talk.port2];
    postMessage({ asyncioBorrows: lent }, lent);
  }

  #fail(message) {
    this.onerror?.({ message, preventDefault() {} });
  }

  postMessage(message) {
    this.#talk.port1.postMessage(message);
  }

  terminate() {
    clearTimeout(this.#patience);
    this.#control.port1.postMessage('end');
    this.#control.port1.close();
    this.#talk.port1.close();
  }
}

const isWorker = () =>
  !node && typeof DedicatedWorkerGlobalScope === 'function' && globalThis instanceof DedicatedWorkerGlobalScope;

/** A worker that runs thread.mjs. borrow: by the page, if this is a Worker. Throws if there can be none. */
export const startWorker = ({ borrow }) => (borrow && isWorker() ? new Borrowed() : startHere());

/**
 * For a page: makes the workers that programs in `worker` need, which are loaded there with {borrowWorkers: true}.
 *
 * @param worker  where the programs run. Its messages of this kind have `asyncioBorrows`, and are not for others.
 * @returns () => void: ends all that it has been lent, and lends no more. Call it where you terminate the Worker.
 */
export function lendWorkers(worker) {
  const lent = new Set();
  const lend = (control, port) => {
    const thread = startHere();
    lent.add(thread);
    thread.onerror = (event) => {
      event.preventDefault();
      control.postMessage({ error: event.message || 'its script could not be loaded' });
    };
    control.onmessage = () => {
      lent.delete(thread);
      thread.terminate();
    };
    thread.postMessage({ type: 'port', port }, [port]);
    control.postMessage({});
  };
  const hear = (event) => {
    if (!event.data?.asyncioBorrows) return;
    event.stopImmediatePropagation();
    const [control, port] = event.data.asyncioBorrows;
    try {
      lend(control, port);
    } catch (error) {
      control.postMessage({ error: error.message });
    }
  };
  worker.addEventListener('message', hear);
  return () => {
    worker.removeEventListener('message', hear);
    for (const thread of lent) thread.terminate();
    lent.clear();
  };
}
