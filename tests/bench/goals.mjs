// What the project has set itself: the most that a row may reach, as a ratio to its peer or as a value.

export const goals = {
  switch_1000_vs_await_null: { ratio: 1.0 },
  switch_1000_vs_fibers: { ratio: 0.15 },
  switch_1000_vs_cpython: { ratio: 0.05 },
  spawn_await_vs_cpython: { ratio: 0.1 },
  timer_set_cancel_vs_cpython: { ratio: 0.1 },
  parked_task_bytes: { value: 400 },
  runtime_brotli_bytes: { value: 30 * 1024 },
  first_line_ms: { value: 15 },
  promise_roundtrip_vs_native: { ratio: 3 },
  switch_1000_vs_jspi: { ratio: 1 },
  promise_roundtrip_vs_jspi: { ratio: 1 },
  promises_10000_vs_jspi: { ratio: 1 },
  page_first_lesson_bytes: { value: 100 * 1024 },
  package_javascript_brotli_bytes: { value: 45 * 1024 },
  // Budgets of the package's parts, as they are on the disk: some 10 % above what they have.
  package_files_wasm_bytes: { value: 560_000 },
  package_files_include_bytes: { value: 160_000 },
  package_files_src_bytes: { value: 750_000 },
  package_files_lib_bytes: { value: 1_800_000 },
  package_files_examples_bytes: { value: 370_000 },
  package_files_play_bytes: { value: 7_300_000 },
};

/** undefined where there is no goal. */
export function met({ name, ours, ratio }) {
  const goal = goals[name];
  if (!goal) return undefined;
  return goal.ratio !== undefined ? ratio <= goal.ratio : ours <= goal.value;
}

export const goalText = ({ name }) =>
  goals[name]?.ratio !== undefined ? `≤ ${goals[name].ratio.toFixed(2)}×` : goals[name] ? `≤ ${goals[name].value}` : '';
