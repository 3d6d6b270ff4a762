// What runs in a worker: an instance of a program's module that calls the functions it is given, one after the other.
// Its other half is threads.mjs.
//
//   in   {type: 'port', port}: what follows comes there, and what is said goes there (a worker that a page lends,
//   workers.mjs)
//        {type: 'begin', module, env, clock, origin}
//        {type: 'run', places, body, arg, bytes, context, name, time}, {type: 'wake', time}, {type: 'answer', ticket,
//        ...parcel}
//   out  {type: 'ended', ...parcel}, {type: 'rests', when, ticket}, {type: 'print', fd, bytes},
//        {type: 'call' | 'request', loop, callback | body, arg, bytes, name, site, ticket}, {type: 'cancel', ticket},
//        {type: 'exit', status}, {type: 'crash', message}: the last that comes

import { Program } from '../loader/program.mjs';
import { functionsAt, parcelIn, parcelOf } from './threads.mjs';
// @ts-expect-error: workers.d.mts says only what the package's users are to call
import { node } from './workers.mjs';

let port = node?.parentPort ?? globalThis;
const post = (message) => port.postMessage(message);

/** What C calls here that in the program's own instance is of no use. */
function imports({ bytes: copyOf }) {
  const given = (at, size) => (at ? copyOf(at, size) : null);
  return {
    thread_ended: (...parcel) => post({ type: 'ended', ...parcelOf({ bytes: copyOf }, ...parcel) }),
    thread_rests: (when, ticket) => post({ type: 'rests', when, ticket }),
    post_call: (loop, callback, arg, bytes, size, name, site) =>
      post({ type: 'call', loop, callback, arg, bytes: given(bytes, size), name, site }),
    post_request: (loop, body, arg, bytes, size, name, site, ticket) =>
      post({ type: 'request', loop, body, arg, bytes: given(bytes, size), name, site, ticket }),
    post_cancel: (ticket) => post({ type: 'cancel', ticket }),
  };
}

async function load({ module, env, clock, origin }) {
  const program = new Program(module, {
    args: [],
    env,
    clock,
    thread: { imports, origin, print: (fd, bytes) => post({ type: 'print', fd, bytes }) },
  });
  await program.instantiate();
  return program;
}

let calls; // the instance's functions that are called from here

function begin(program, places) {
  calls = program.beginThread((exports) => functionsAt(exports, places), {
    resolve: (status) => post({ type: 'exit', status }),
    reject: ({ message }) => post({ type: 'crash', message }),
  });
}

const heard = {
  run: (program, { places, body, arg, bytes, context, name, time }) => {
    if (!calls) begin(program, places);
    const into = (copied) => (copied ? program.copyIn(copied) : 0);
    program.drive(() => calls.run(body, arg, into(bytes), into(context), context?.length ?? 0, name, time));
  },
  wake: (program, { time }) => program.tell(() => calls.woken(time)),
  answer: (program, { ticket, ...parcel }) =>
    program.tell(() =>
      calls.answered(ticket, ...parcelIn(/** @type {any} */ (parcel), (bytes) => program.copyIn(bytes))),
    ),
};

let program; // a promise: what comes before it is fulfilled waits
async function hear(message) {
  if (message.type === 'port') {
    ({ port } = message);
    port.onmessage = ({ data }) => hear(data);
  } else if (message.type === 'begin') {
    program = load(message);
    program.catch(({ message: why }) => post({ type: 'crash', message: `no thread can be had: ${why}` }));
  } else {
    heard[message.type](await program, message);
  }
}

if (node) port.on('message', hear);
else port.onmessage = ({ data }) => hear(data);
