// Measures against V8's promises, Emscripten's fibers, CPython and, where it is installed, Go: node
// tests/bench/bench.mjs [text...]
//
// Prints a table and writes build/bench.json. With texts, only rows whose names contain one of them are measured and
// nothing is written. Every row's two sides are measured in the same rounds, turn and turn about; what counts is the
// median.

import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, here, out, root } from './build.mjs';
import { budgetOf, goalOf, met } from './goals.mjs';
import { jspiRounds } from './jspi.mjs';
import { firstVisit } from './page.mjs';
import { Player } from './players.mjs';
import { byPlace, median, row, sum, table } from './rows.mjs';

const ROUNDS = 41;
const ROUND_MS = 5; // shorter than the time slice that a busy machine gives a process: most rounds are not interrupted
const PARKED = 100_000,
  PARKED_WITH_ARRAY = 1000; // each of the latter keeps a stack of 64 KB
const FRESH_PROCESSES = 15;

const execute = promisify(execFile);
const runner = join(root, 'build/wasm/cli/run.mjs');
const wanted = process.argv.slice(2);

const players = {
  'wasm': () => new Player('wasm', process.execPath, [runner, join(out, 'scenarios.wasm')]),
  'promises': () => new Player('wasm', process.execPath, [runner, join(out, 'promises.wasm')]),
  'threads': () => new Player('wasm', process.execPath, [runner, join(out, 'threads.wasm')]),
  'native': () => new Player('native', join(out, 'scenarios'), []),
  'native threads': () => new Player('native', join(out, 'threads'), []),
  'V8': () => new Player('V8', process.execPath, ['--expose-gc', join(here, 'peers.mjs')]),
  'fibers': () =>
    new Player('fibers', process.execPath, [
      '--no-experimental-fetch',
      join(here, 'fibers.mjs'),
      join(out, 'fibers.cjs'),
    ]),
  'CPython': () => new Player('CPython', 'python3', [join(here, 'peers.py')]),
  'Go': () => new Player('Go', join(out, 'peers-go'), []),
  'JavaScript': () => new Player('JavaScript', process.execPath, [join(here, 'api.mjs')]),
  ...Object.fromEntries(
    ['p-limit', 'p-queue', 'async-mutex'].map((name) => [
      name,
      () => new Player(name, process.execPath, [join(here, 'api-peers.mjs'), name]),
    ]),
  ),
};

/** The peers' names in the rows' names, where it is not their own. */
const V8_ROWS = {
  switch_1: 'await_null',
  switch_1000: 'await_null',
  spawn_await: 'async_call',
  gather_10000: 'promise_all',
  promise_roundtrip: 'native',
  promise_future: 'native',
  promises_100: 'promise_all',
  promises_10000: 'promise_all',
  depth_10: 'await_null',
  depth_50: 'await_null',
  timer_set_cancel: 'settimeout',
  to_thread: 'worker_message',
};

const scenarios = [
  { name: 'switch_1', sides: ['wasm', 'V8', 'fibers', 'CPython', 'native'] },
  { name: 'switch_1000', sides: ['wasm', 'V8', 'fibers', 'CPython', 'native'] },
  { name: 'depth_1', sides: ['wasm', 'fibers', 'CPython', 'native'] },
  { name: 'depth_10', sides: ['wasm', 'V8', 'fibers', 'CPython', 'native'] },
  { name: 'depth_50', sides: ['wasm', 'V8', 'fibers', 'CPython', 'native'] },
  { name: 'spawn_await', sides: ['wasm', 'V8', 'CPython', 'native'] },
  { name: 'gather_10000', sides: ['wasm', 'V8', 'CPython', 'native'] },
  { name: 'lock_handover', sides: ['wasm', 'CPython', 'native'] },
  { name: 'event_wake_1000', sides: ['wasm', 'CPython', 'native'] },
  { name: 'queue_roundtrip', sides: ['wasm', 'CPython', 'Go', 'native'] },
  { name: 'condition_turns', sides: ['wasm', 'CPython', 'native'] },
  { name: 'wait_for', sides: ['wasm', 'CPython', 'native'] },
  { name: 'timeout', sides: ['wasm', 'CPython', 'native'] },
  { name: 'contextvar_set_get_reset', sides: ['wasm', 'CPython', 'native'] },
  { name: 'timer_set_cancel', sides: ['wasm', 'V8', 'CPython', 'native'] },
  { name: 'to_thread', sides: ['threads', 'V8', 'CPython', 'native threads'] },
  { name: 'promise_roundtrip', sides: ['promises', 'V8'] },
  { name: 'promise_future', sides: ['promises', 'V8'] },
  { name: 'promises_100', sides: ['promises', 'V8'] },
  { name: 'promises_10000', sides: ['promises', 'V8'] },
  { name: 'js_semaphore', sides: ['JavaScript', 'p-limit', 'p-queue'] },
  { name: 'js_lock', sides: ['JavaScript', 'async-mutex'] },
  { name: 'js_tasks', sides: ['JavaScript', 'p-queue'] },
];

const wants = (name) => !wanted.length || wanted.some((text) => name.includes(text));

// ---- time per operation ----

/** The rows that a scenario yields: [name, ours, peer]. */
function rowsOf({ name, sides }) {
  const [ours, ...others] = sides;
  const peers = others.filter((side) => !side.startsWith('native')),
    native = others.find((side) => side.startsWith('native'));
  const rows = peers.map((peer) => [
    `${name}_vs_${(peer === 'V8' && V8_ROWS[name]) || peer.toLowerCase()}`,
    ours,
    peer,
  ]);
  if (native) rows.push([`native_${name}_vs_cpython`, native, 'CPython']);
  if (others.includes('Go')) rows.push([`native_${name}_vs_go`, native, 'Go']);
  return rows.filter(([row]) => wants(row));
}

/** Forwards and backwards in turn, so that whatever slows the machine down hits all sides alike. */
async function measure({ name, sides }, running) {
  const times = Object.fromEntries(sides.map((side) => [side, []]));
  for (const side of sides) await running[side].round(name, ROUND_MS);
  for (let round = 0; round < ROUNDS; round++)
    for (const side of round % 2 ? [...sides].reverse() : sides)
      times[side].push(await running[side].round(name, ROUND_MS));
  return Object.fromEntries(sides.map((side) => [side, median(times[side])]));
}

async function timeRows(missing) {
  const running = {},
    rows = [];
  try {
    for (const { name, sides } of scenarios) {
      const scenario = { name, sides: sides.filter((side) => !missing.includes(side)) };
      const named = rowsOf(scenario);
      if (!named.length) continue;
      for (const side of scenario.sides) running[side] ??= players[side]();
      const times = await measure(scenario, running);
      for (const [name, ours, peer] of named) rows.push(row(name, 'ns', times[ours], peer, times[peer]));
    }
  } finally {
    for (const player of Object.values(running)) player.stop();
  }
  return rows;
}

/** In Chromium: our suspension against the engine's. */
async function jspiRows() {
  const measured = await jspiRounds((scenario) => wants(`${scenario}_vs_jspi`));
  if (!measured) console.error('this Chromium has no JSPI: no rows on it');
  return Object.entries(measured ?? {}).map(([name, { ours, jspi }]) =>
    row(`${name}_vs_jspi`, 'ns', median(ours), 'JSPI', median(jspi)),
  );
}

// ---- what grows ----

const FEW = 1000,
  MANY = 1_000_000, // of what is small,
  MANY_TASKS = 100_000, // that have waited: natively each has a stack of its own,
  SEARCHED = 10_000; // and of callbacks that are looked for among all the others
const WARM_ROUNDS = 30,
  FEW_ROUNDS = 11;

/** The scenarios of growth.c, by how many of their kind there are to be. */
const GROWTH = {
  [MANY]: [
    ...['ready_queue', 'timers_fired', 'timers_cancelled', 'callbacks_run', 'shields_ended', 'shields_cancelled'],
    ...['context_variables', 'handles_kept', 'exceptions_chained', 'gather', 'group_ended'],
  ],
  [MANY_TASKS]: [
    ...['lock', 'semaphore', 'event', 'condition', 'barrier', 'queue'].flatMap((of) => [
      `${of}_woken`,
      `${of}_cancelled`,
    ]),
    ...['future_woken', 'sleep_cancelled', 'shield_wait_for_cancelled', 'wait_cancelled', 'group_cancelled'],
    ...['generators', 'works_cancelled', 'all_tasks_and_pstree'],
  ],
  [SEARCHED]: ['callbacks_removed'],
};

/** An operation among many of its kind against one among a thousand; natively and in WebAssembly. */
async function growthRows() {
  const sides = {
    growth: () => new Player('wasm', process.execPath, [runner, join(out, 'growth.wasm')]),
    native_growth: () => new Player('native', join(out, 'growth'), []),
  };
  const rows = [];
  for (const [many, names] of Object.entries(GROWTH))
    for (const name of names)
      for (const [side, start] of Object.entries(sides)) {
        if (!wants(`${side}_${name}`)) continue;
        const player = start(),
          few = [];
        for (let i = 0; i < WARM_ROUNDS; i++) await player.play(name, FEW);
        for (let i = 0; i < FEW_ROUNDS; i++) few.push(await player.play(name, FEW));
        await player.play(name, many); // so that memory is there: a thousand have it, too
        rows.push(row(`${side}_${name}`, 'ns', await once(player, name, many), 'a thousand', median(few)));
      }
  return rows;
}

/** A million tasks that are parked: how much memory there is then, and how long it takes until it is so. */
async function parkedRows() {
  if (!wants('parked_million')) return [];
  const player = new Player('wasm', process.execPath, [runner, join(out, 'growth.wasm')]);
  const began = Date.now(),
    bytes = await once(player, 'parked_megabytes', MANY);
  return [row('parked_million_mb', 'MB', bytes), row('parked_million_s', 's', (Date.now() - began) / 1000)];
}

// ---- memory, size, start ----

/** What one fresh player says: nothing of an earlier round is in the pools. */
async function once(player, scenario, count) {
  try {
    return await player.play(scenario, count);
  } finally {
    player.stop();
  }
}

async function memoryRows() {
  const fresh = () => new Player('wasm', process.execPath, [runner, join(out, 'memory.wasm')]);
  const inMalloc = (name, count) => once(fresh(), name, count),
    rows = [];
  if (wants('parked_task_bytes')) {
    const ours = await inMalloc('parked_task_bytes', PARKED);
    rows.push(row('parked_task_bytes', 'bytes', ours));
    rows.push(
      row('parked_task_bytes_vs_v8', 'bytes', ours, 'V8', await once(players.V8(), 'parked_task_bytes', PARKED)),
    );
    rows.push(
      row(
        'parked_task_bytes_vs_cpython',
        'bytes',
        ours,
        'CPython',
        await once(players.CPython(), 'parked_task_bytes', PARKED),
      ),
    );
  }
  if (wants('parked_task_page_bytes'))
    rows.push(row('parked_task_page_bytes', 'bytes', await inMalloc('parked_task_page_bytes', PARKED)));
  if (wants('parked_array_task_bytes'))
    rows.push(row('parked_array_task_bytes', 'bytes', await inMalloc('parked_array_task_bytes', PARKED_WITH_ARRAY)));
  return rows;
}

const compressed = {
  raw: (bytes) => bytes.length,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }).length,
  brotli: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length,
};

/** What a visitor of a page loads: for the first lesson, and for the JavaScript API. */
async function loadedRows() {
  const rows = [];
  if (wants('page_first_lesson_bytes'))
    rows.push(row('page_first_lesson_bytes', 'bytes', sum((await firstVisit()).map(([, bytes]) => bytes))));
  if (wants('package_javascript_brotli_bytes')) {
    const files = ['web.mjs', 'asyncio.wasm'].map((name) => readFileSync(join(root, 'build/package/wasm', name)));
    rows.push(row('package_javascript_brotli_bytes', 'bytes', sum(files.map(compressed.brotli))));
  }
  return rows;
}

/** Every file of the package, with its budget and its place's (goals.mjs). */
function packageRows() {
  if (!wants('package_files')) return [];
  const folder = join(root, 'build/package'),
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const sizes = entries
    .map((file) => ({ file, stat: statSync(join(folder, file)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ file, stat }) => ({ file, size: stat.size, budget: budgetOf(file) }));
  const isOver = ({ size, budget }) => !(size <= budget),
    digits = (number) => String(number ?? 'none').padStart(9);
  const lines = sizes.map(
    (one) => `${digits(one.size)}  ${digits(one.budget)}  ${one.file}${isOver(one) ? '  OVER BUDGET' : ''}`,
  );
  console.log(`    bytes     budget\n${lines.join('\n')}\n`);
  const over = row('package_files_over_budget', 'files', sizes.filter(isOver).length);
  return [
    over,
    ...Object.entries(byPlace(sizes)).map(([place, of]) =>
      row(`package_files_${place}_bytes`, 'bytes', sum(of.map(({ size }) => size))),
    ),
  ];
}

function sizeRows() {
  const parts = ['program', 'bridge', 'arguments', 'driver', 'glue', 'wasi', 'errors'].map((name) => `loader/${name}`);
  const loader = ['asyncio', ...parts].map((name) => readFileSync(join(root, `build/wasm/${name}.mjs`)));
  const measured = {
    runtime: readFileSync(join(out, 'empty.wasm')),
    everything: readFileSync(join(out, 'everything.wasm')),
    loader: Buffer.concat(loader),
  };
  return Object.entries(measured)
    .flatMap(([what, bytes]) =>
      Object.entries(compressed).map(([how, size]) => row(`${what}_${how}_bytes`, 'bytes', size(bytes))),
    )
    .filter(({ name }) => wants(name));
}

async function firstLineRows() {
  if (!wants('first_line_ms')) return [];
  const ours = [],
    peers = [];
  for (let i = 0; i < FRESH_PROCESSES; i++) {
    ours.push(
      Number((await execute(process.execPath, [join(here, 'first-line.mjs'), join(out, 'first.wasm')])).stdout),
    );
    peers.push(Number((await execute('python3', [join(here, 'first-line.py')])).stdout));
  }
  return [
    row('first_line_ms', 'ms', median(ours)),
    row('first_line_ms_vs_cpython', 'ms', median(ours), 'CPython', median(peers)),
  ];
}

try {
  const began = Date.now(),
    { functions, missing } = await build();
  const rows = [
    ...(await timeRows(missing)),
    ...(await jspiRows()),
    ...(await memoryRows()),
    ...(await growthRows()),
    ...(await parkedRows()),
    ...sizeRows(),
    ...packageRows(),
    ...(await loadedRows()),
    ...(await firstLineRows()),
  ];
  console.log(table(rows));
  console.log(
    `\nns: per operation, median of ${ROUNDS} rounds; runtime: an empty main() under asyncio_run; ` +
      `everything: the same with all ${functions} functions of asyncio.h; ` +
      `goals: ${rows.filter((r) => met(r)).length} of ${rows.filter((r) => goalOf(r.name)).length} met; ` +
      `${((Date.now() - began) / 1000).toFixed(0)} s`,
  );
  if (!wanted.length) writeFileSync(join(root, 'build/bench.json'), `${JSON.stringify(rows, null, 2)}\n`);
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
