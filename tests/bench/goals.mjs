// What the project has set itself: the most that a row may reach, as a ratio to its peer or as a value.

export const goals = {
  switch_1000_vs_await_null: { ratio: 1.0 },
  switch_1000_vs_fibers: { ratio: 0.15 },
  switch_1000_vs_cpython: { ratio: 0.05 },
  spawn_await_vs_cpython: { ratio: 0.1 },
  timer_set_cancel_vs_cpython: { ratio: 0.1 },
  parked_task_bytes: { value: 400 },
  parked_million_mb: { value: 400 },
  runtime_brotli_bytes: { value: 30 * 1024 },
  first_line_ms: { value: 15 },
  promise_roundtrip_vs_native: { ratio: 3 },
  switch_1000_vs_jspi: { ratio: 1 },
  // of one task that awaits one promise after another there is a row, and no goal: the engine has no loop to run in
  // between
  promises_10000_vs_jspi: { ratio: 1 },
  page_first_lesson_bytes: { value: 100 * 1024 },
  package_javascript_brotli_bytes: { value: 45 * 1024 },
  package_files_over_budget: { value: 0 },
  // Budgets of the package's parts, as they are on the disk: some 10 % above what they have.
  package_files_wasm_bytes: { value: 660_000 },
  package_files_include_bytes: { value: 160_000 },
  package_files_src_bytes: { value: 750_000 },
  package_files_lib_bytes: { value: 1_800_000 },
  package_files_examples_bytes: { value: 370_000 },
  package_files_play_bytes: { value: 6_900_000 },
};

/** The most that a file of the package may have, by the first pattern that fits its path: some tenth above what the
 * largest has. One that none fits has no business in the package. */
/** @type {[RegExp, number][]} */
const fileBudgets = [
  [/^(LICENSE|README\.md|package\.json)$/, 8_000],
  [/^(include|src)\/[\w/]+\.[ch]$/, 32_000],
  [/^lib\/wasm32-emscripten\/libasyncio(-small)?\.a$/, 920_000],
  [/^lib\/(cmake|pkgconfig)\/|^lib\/wasm32-emscripten\/emscripten-version$/, 3_000],
  [/^examples\/[\w-]+\.(c|py|out|c\.out)$/, 14_000],
  [/^wasm\/web\.mjs$/, 57_000],
  [/^wasm\/web\.mjs\.map$/, 105_000],
  [/^wasm\/node\.mjs$/, 125_000],
  [/^wasm\/asyncio\.wasm$/, 91_000],
  [/^wasm\/asyncio-tools\.wasm$/, 103_000],
  [/^wasm\/[\w-]+\.(mjs|d\.mts)$/, 25_000],
  [/^play\/chunk-\w+\.mjs$/, 125_000],
  [/^play\/element-parts-\w+\.mjs$|^play\/calls\.json$/, 40_000],
  [/^play\/programs\/[\w-]+\.wasm$/, 165_000],
  [/^play\/programs\/[\w-]+\.(c|py|out|c\.out|functions\.mjs)$/, 14_000],
  [/^play\/asyncio\/[\w-]+\.mjs$/, 16_000],
  [/^play\/vendor\//, 4_000],
  [/^play\/[\w-]+\.(mjs|css|html|svg|json)$/, 13_000],
];

/** undefined for a file that there should not be. */
export const budgetOf = (file) => fileBudgets.find(([pattern]) => pattern.test(file))?.[1];

/** What an operation among many of its kind may take, as a ratio to one among a thousand. */
const growth = { ratio: 3 };

/** undefined where there is none. */
export const goalOf = (name) => (/^(native_)?growth_/.test(name) ? growth : goals[name]);

/** undefined where there is no goal. */
export function met({ name, ours, ratio }) {
  const goal = goalOf(name);
  if (!goal) return undefined;
  return goal.ratio !== undefined ? ratio <= goal.ratio : ours <= goal.value;
}

export const goalText = ({ name }) => {
  const goal = goalOf(name);
  return goal?.ratio !== undefined ? `≤ ${goal.ratio.toFixed(2)}×` : goal ? `≤ ${goal.value}` : '';
};
