// Other orders: what a program may print when the timing is another. Each seed is a run that a real machine might make;
// the first one that prints something else is shown, from where it parts from the exact order. Pure but for `run`.

const SEEDS = 30;

/// `run(seed)` resolves with the events of that run, or null. Answers {seed, events, parts}: the first seed whose
/// printed lines are others, and how many events both runs have in common; null if all of them print the same.
export async function findOther(events, run, seeds = SEEDS) {
  const printed = asText(events);
  for (let seed = 1; seed <= seeds; seed++) {
    const other = await run(seed);
    if (other === null) return null;
    if (asText(other) !== printed) return { seed, events: other, parts: common(events, other) };
  }
  return null;
}

export const TRIED = SEEDS;

/// The lines that a trace has printed, as {text, t}.
export const linesOf = (events) => events.filter(({ ev }) => ev === 'print');

const asText = (events) => JSON.stringify(linesOf(events).map(({ text }) => text));

/// How many events at the beginning are the same: what happens, to whom; not when.
export function common(a, b) {
  const same = (x, y) =>
    JSON.stringify({ ...x, t: 0, when: 0, sleep: 0 }) === JSON.stringify({ ...y, t: 0, when: 0, sleep: 0 });
  let count = 0;
  while (count < a.length && count < b.length && same(a[count], b[count])) count++;
  return count;
}

/// The first lines in which two outputs differ, counted from 1.
export function firstDifference(before, after) {
  const index = before.findIndex((line, at) => line !== after[at]);
  const at = index < 0 ? before.length : index;
  return { line: at + 1, before: before[at] ?? null, after: after[at] ?? null };
}
