// Makes a linked module suspendable: Binaryen's Asyncify pass, the stack check, and the optimiser, in this order.
//
//   node pass.mjs linked.wasm out.wasm
//
// The linker must not have optimised before (emcc -O1 runs no wasm-opt): if the functions that call asyncify.* are
// inlined first, the program silently never suspends. What could break suspension otherwise is refused here, with a
// reason.

import binaryen from 'binaryen';
import { readFile, writeFile } from 'node:fs/promises';
import { BuildError } from './build-error.mjs';

/** The runtime's own functions that call through pointers but never suspend, and libc's that call nobody back. Asyncify
 * takes every indirect call for one that may suspend, as it must for a program's own code; these need not pay for it.
 * */
const RUNTIME_NEVER_SUSPENDS = [
  // the loop: what it calls either runs in a coroutine of its own (behind coro_resume) or may not suspend
  /^loop_(step|push|call|call_handler|run_ready\w*)$/,
  /^debug_/,
  /^interrupts?_/,
  /^task_run$/,
  /^handle_run$/,
  /^done_callback_run$/,
  /^sleep_over(_early)?$/,
  /^asyncio__((js_)?await|sleep)_(begins|ends|at_once)$/,
  /^asyncio__js_ends_\w+$/,
  /^(wait|yield)_(begins|ends|is_broken_off)$/,
  /^complain_of_/,
  /^step_(library|main)_loop$/,
  /^coro_call_on$/,
  /^child_done$/,
  /^group_(task_done|task_failed|abort|forget|add)/,
  /^stop_when_done$/,
  /^call_done$/,
  /^asyncio_loop_call_exception_handler$/,
  /^asyncio_loop_close$/,
  /^object_/,
  /^future_(?!await)/,
  /^tasks?_abandon/,
  /^gathering_/,
  /^cancel_(next|at_once)$/,
  /^asyncio__cancel_(task|future)$/,
  /^(trace|chrome|exception|handlers?)_/,
  /^raise_in$/,
  /^each_referred_to$/,
  // what becomes of things that nobody refers to any more
  /_finalize(_parts)?$/,
  /^argument_free$/,
  /^(map|binding|child)_unref$/,
  /^let_gathers_go$/,
  /^agen_(over|leave)$/,
  /^threads_(work|close|wait\w*)$/,
  /^clock_jump$/,
  /^pstree_json$/,
  /^describe(_loop)?$/,
  // what calls the program's functions in the midst of something (without_suspending in runtime.h)
  /^(warn|call_logger|log_warning|tell_slow|__wrap___call_sighandler)$/,
  /^(compare|queue_(add|push|pop|take|discard_items)|heapq_\w+|asyncio_queue_(get|put)_nowait)$/,
  /^task_(new|new_of|from_factory|by_factory)$/,
  /^runner_initialize$/,
  /^as_completed_(one_done|time_is_up)$/,
  // what JavaScript calls
  /^js_(?!body$)/,
  // what JavaScript coroutines ask for outside of their steps, with JavaScript in between
  /^asyncio__(js_share|share_)$/,
  /^co_/,
];
const LIBC_NEVER_SUSPENDS = [
  // printf and its kin: streams are written through pointers, but only to the host
  /^(v?[fs]?n?i?printf|__small_v?[fs]?n?printf|printf_core|__small_printf_core|vfprintf|__vfprintf_internal)$/,
  /^(f?puts|f?putc|putchar|fputc|fwrite|__fwritex|fflush|__fflush_unlocked|__overflow|__towrite|sn_write)$/,
  /^(__stdio_\w+|__emscripten_stdout_\w+|__stdout_write|perror|close_file|pop_arg(_long_double)?)$/,
  /^(exit|_Exit|__funcs_on_exit|call|libc_exit_fini|raise)$/,
  // scanf and its kin, and numbers of text, which are read in the same way
  /^(v?[fs]?scanf|__isoc99_v?[fs]?scanf|__(int|float)scan|decfloat|hexfloat|scanexp)$/,
  /^(__shgetc|__shlim|__uflow|__toread)$/,
  /^(ato[fil]+|strto\w+|strtox(\.\d+)?|f?getc|getchar|ungetc|fgets|gets|fread|getline|getdelim|string_read)$/,
];

const IMPORTS = new Set(['asyncify', 'pass', 'asyncio', 'asyncio_js', 'wasi_snapshot_preview1', 'env']);

function functions(module) {
  const all = [];
  for (let i = 0; i < module.getNumFunctions(); i++) all.push(binaryen.getFunctionInfo(module.getFunctionByIndex(i)));
  return all;
}

/** Who calls whom, by name, without what goes through pointers. */
function callsIn(module) {
  const texts = module
    .emitText()
    .split(/\n \(func \$/)
    .slice(1);
  return new Map(
    texts.map((text) => [
      text.match(/^[^\s()]+/)[0],
      new Set([...text.matchAll(/\(call \$([^\s()]+)/g)].map(([, name]) => name)),
    ]),
  );
}

const callersOf = (calls, called) => [...calls].filter(([, names]) => names.has(called)).map(([name]) => name);

/** Refuses what would fail later in a way that is harder to understand. */
function check(module) {
  const all = functions(module);
  const imported = (base) => all.some((f) => f.module === 'asyncify' && f.base === base);
  if (!imported('start_rewind'))
    throw new BuildError(
      all.some((f) => f.name === 'asyncify_start_unwind')
        ? 'this module has been through the Asyncify pass already; pass the file that the linker wrote'
        : 'this module is not linked with libasyncio.a (or was linked with -sASYNCIFY, which cannot be combined ' +
            'with it)',
    );
  if (imported('start_unwind') && !all.some((f) => f.name === 'asyncio__suspend'))
    // a program that never waits has neither
    throw new BuildError(
      'the function names are gone, or asyncio__suspend was inlined: link with -O1 --profiling-funcs',
    );
  const calls = callsIn(module),
    unwinding = all.find((f) => f.module === 'asyncify' && f.base === 'start_unwind');
  const elsewhere = (unwinding ? callersOf(calls, unwinding.name) : []).filter(
    (name) => !/^asyncio__suspend(\.\d+)?$/.test(name),
  ); // a number: the program has one of that name too
  if (elsewhere.length)
    throw new BuildError(
      `asyncio__suspend was inlined into ${elsewhere.join(', ')}, which could then not be suspended: link with ` +
        '-O1, so that nothing is optimised before the pass',
    );
  const unknown = all.filter((f) => f.module === 'env' && f.base !== 'stack_overflow');
  if (unknown.length)
    throw new BuildError(
      `undefined symbol${unknown.length > 1 ? 's' : ''}: ${unknown.map((f) => f.base).join(', ')}` +
        ' (nothing in this program defines it; JavaScript functions are declared with ASYNCIO_JS)',
    );
  for (const f of all)
    if (f.module && !IMPORTS.has(f.module))
      throw new BuildError(`the program imports ${f.base} from "${f.module}", which the loader does not provide`);
  checkNeverSuspending(
    all.map((f) => f.name),
    calls,
  );
}

/** A program may have functions of these names too. The linker keeps the order of its inputs: the program comes first,
 * then the runtime, whose first function is a marker, then libc, from its start code on. */
function unitOf(names) {
  const begin = names.indexOf('asyncio__unit_begin'),
    end = names.findIndex((name, i) => i > begin && /^_(start|initialize)$/.test(name));
  return { begin, end: end < 0 ? names.length : end };
}

function neverSuspending(names) {
  const { begin, end } = unitOf(names);
  const matching = (list, patterns) => list.filter((name) => patterns.some((pattern) => pattern.test(name)));
  return [
    ...matching(names.slice(begin, end), RUNTIME_NEVER_SUSPENDS),
    ...matching(names.slice(end), LIBC_NEVER_SUSPENDS),
  ];
}

/** The lists at the top are made by hand: what they name must not lead to asyncio__suspend. */
function checkNeverSuspending(names, calls) {
  const suspending = new Set(['asyncio__suspend']);
  for (const called of suspending)
    // grows meanwhile
    for (const name of callersOf(calls, called)) if (name !== 'coro_resume') suspending.add(name);
  const wrong = neverSuspending(names).filter((name) => suspending.has(name));
  if (wrong.length)
    throw new BuildError(
      `${wrong.join(', ')} may suspend, contrary to what wasm/build/pass.mjs has been told: please report this`,
    );
}

function suspend(module) {
  const never = neverSuspending(functions(module).map((f) => f.name));
  binaryen.setPassArgument('asyncify-ignore-imports', '1');
  binaryen.setPassArgument('asyncify-removelist', never.join(','));
  module.runPasses(['asyncify']);
  tie(module, 'asyncify_state', [], binaryen.i32, module.global.get('__asyncify_state', binaryen.i32));
}

/** Asyncify keeps in memory how far the frames have been written or read, and each frame goes there and back for it
 * several times, in a chain of loads and stores that wait for each other. In a global it costs a third less of a frame,
 * and of its code. What coro_asyncify.c reads of it is written when unwinding stops, and read when either begins. Done
 * on the text, which is the only form in which Binaryen's JavaScript lets one see all of a function. */
function keepPositionInGlobal(text) {
  const load = /\(i32\.load\s+\(global\.get \$__asyncify_data\)\s*\)/g,
    store = /\(i32\.store\s+\(global\.get \$__asyncify_data\)/g;
  const begins = /\(global\.set \$__asyncify_data\s+(\(local\.get \$\S+?\))\s*\)/g,
    ends = /\(global\.set \$__asyncify_state\s+\(i32\.const 0\)\s*\)/g;
  const found = [begins, ends].map((pattern) => text.match(pattern)?.length);
  if (found[0] !== 2 || found[1] !== 2)
    throw new BuildError(
      `Asyncify is not what it was: it begins in ${found[0]} places and ends in ${found[1]}: please report this`,
    );
  return text
    .replace(load, '(global.get $asyncio__position)')
    .replace(store, '(global.set $asyncio__position')
    .replace(begins, (set, data) => `${set} (global.set $asyncio__position (i32.load ${data}))`)
    .replace(ends, (set) => `${set} (i32.store (global.get $__asyncify_data) (global.get $asyncio__position))`)
    .replace(/\n \(global /, '\n (global $asyncio__position (mut i32) (i32.const 0))$&');
}

/** Replaces an import of the runtime's from "pass" by a function with this body. */
function tie(module, base, parameters, result, body) {
  const imported = functions(module).find((f) => f.module === 'pass' && f.base === base);
  module.removeFunction(imported.name);
  module.addFunction(imported.name, binaryen.createType(parameters), result, [], body);
}

/** Emscripten's abort() is a quiet exit(1) here. A trap it is instead: the loader then says in which task it happened.
 * */
function trapOnAbort(module) {
  const names = functions(module).map((f) => f.name),
    at = names.indexOf('abort');
  if (at < unitOf(names).end) return; // there is none, or it is the program's own
  module.removeFunction('abort');
  module.addFunction('abort', binaryen.none, binaryen.none, [], module.unreachable());
}

/** Checks every change of the stack pointer against the limits of the stack in use, but those at a switch. There
 * coro_asyncify.c sets pointer and limits through an import, which is tied here to the function that the pass makes for
 * the purpose. */
function checkStacks(module) {
  binaryen.setPassArgument('stack-check-handler', 'stack_overflow');
  module.runPasses(['stack-check']);
  const [top, bottom, pointer] = [0, 1, 2].map((i) => module.local.get(i, binaryen.i32));
  tie(
    module,
    'use_stack',
    [binaryen.i32, binaryen.i32, binaryen.i32],
    binaryen.none,
    module.block(null, [
      module.call('__set_stack_limits', [top, bottom], binaryen.none),
      module.global.set('__stack_pointer', pointer),
    ]),
  );
  module.removeExport('__set_stack_limits');
  // Until the first switch there is no limit; the pass would have made it 0.
  module.removeGlobal('__stack_base');
  module.addGlobal('__stack_base', binaryen.i32, true, module.i32.const(-1));
}

const FEATURES =
  binaryen.Features.MVP |
  binaryen.Features.MutableGlobals |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt |
  binaryen.Features.ReferenceTypes |
  binaryen.Features.CallIndirectOverlong |
  binaryen.Features.Multivalue;

function read(bytes) {
  try {
    return binaryen.readBinary(bytes);
  } catch (error) {
    // Binaryen throws what is no Error
    throw new BuildError(`this is no WebAssembly module, or not all of it: ${error.message ?? 'it cannot be read'}`);
  }
}

/** Uses a module, and lets go of it. */
function using(module, use) {
  try {
    module.setFeatures(FEATURES);
    return use(module);
  } finally {
    module.dispose();
  }
}

/** The custom sections of a module that the text form has no words for: [name, contents]. */
function customSections(bytes) {
  const view = new Uint8Array(bytes),
    sections = [];
  let at = 8;
  const number = () => {
    let value = 0,
      shift = 0,
      byte;
    do {
      byte = view[at++];
      value += (byte & 0x7f) * 2 ** shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  };
  while (at < view.length) {
    const id = view[at++],
      size = number(),
      end = at + size;
    if (id === 0) {
      const length = number(),
        name = new TextDecoder().decode(view.subarray(at, at + length));
      if (!/^(name|producers|target_features|linking|\.debug_.*|reloc\..*)$/.test(name))
        sections.push([name, view.slice(at + length, end)]);
    }
    at = end;
  }
  return sections;
}

/** A linked module (bytes) made suspendable (bytes). Throws BuildError for what cannot be. names: keep the functions'
 * names; small: rather small than fast; version: that of the package, which is written into the module and which the
 * loader compares with its own. */
export function makeSuspendable(bytes, /** @type {any} */ { names = false, small = false, version } = {}) {
  binaryen.setOptimizeLevel(small ? 2 : 3);
  binaryen.setShrinkLevel(small ? 1 : 0);
  // functions that may suspend look alike, one by one: that compresses better
  binaryen.setOneCallerInlineMaxSize(small ? 70 : -1);
  binaryen.setLowMemoryUnused(true); // Emscripten begins at 1024
  binaryen.setDebugInfo(true);
  const checked = using(read(bytes), (module) => {
    check(module);
    trapOnAbort(module);
    checkStacks(module);
    // the stack check types its calls of the handler wrongly (binaryen 132), which this does not record
    return module.emitBinary();
  });
  const text = using(read(checked), (module) => {
    suspend(module);
    return module.emitText();
  });
  binaryen.setDebugInfo(names);
  return using(binaryen.parseText(keepPositionInGlobal(text)), (module) => {
    module.optimize();
    // Functions stay beside their neighbours in the source: that compresses better than numbers by frequency.
    if (small) module.optimize(); // once more, for what has been inlined
    for (const [name, contents] of customSections(bytes)) module.addCustomSection(name, contents);
    if (version) module.addCustomSection('asyncio_version', new TextEncoder().encode(version));
    if (!module.validate()) throw new BuildError('Binaryen made an invalid module of it: please report this');
    return module.emitBinary();
  });
}

async function main([input, output, ...flags]) {
  if (!input || !output) throw new BuildError('usage: node pass.mjs linked.wasm out.wasm [--names]');
  await writeFile(output, makeSuspendable(await readFile(input), { names: flags.includes('--names') }));
}

if (process.argv[1] === import.meta.filename || process.argv[1] === new URL(import.meta.url).pathname)
  main(/** @type {any} */ (process.argv.slice(2))).catch((error) => {
    console.error(error instanceof BuildError ? `asyncio-wasm: ${error.message}` : error);
    process.exitCode = 1;
  });
