// The reader's prediction: lines of output to be put in order, or the times at which they are printed. Pure;
// predict-view.mjs shows it. A line is {text, t}: what is printed, and when on the loop's clock.

const MOST = 8; // more lines than that are a chore
const SAME = 0.0005; // seconds: the loop's clock is shown to the millisecond

/// The lines to be predicted: all, or the first ones of many.
export function puzzle(lines) {
  return lines.slice(0, MOST);
}

/// The same lines in another order, always the same one, and never the right one if there is another.
export function shuffled(lines) {
  const order = lines
    .map((line, index) => ({ line, key: hash(line.text, index) }))
    .sort((a, b) => a.key - b.key)
    .map(({ line }) => line);
  if (order.every(({ text }, index) => text === lines[index].text)) order.push(order.shift());
  return order;
}

function hash(text, seed) {
  let h = 2166136261 ^ seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h ^ (h >>> 15)) >>> 0;
}

/// For each line of the guess: whether it stands where it belongs. Lines of the same text are as good as each other.
export function verdicts(guess, lines) {
  return guess.map(({ text }, index) => text === lines[index]?.text);
}

/// Whether the times are worth asking for: not all lines are printed at once.
export function hasTimes(lines) {
  return lines.some(({ t }) => Math.abs(t - lines[0].t) > SAME);
}

/// For each line of the guess, whose `said` is the reader's time in seconds or undefined: whether a line of that text
/// is printed then. Each printed line counts once.
export function timeVerdicts(guess, lines) {
  const left = [...lines];
  return guess.map(({ text, said }) => {
    const at = left.findIndex((line) => line.text === text && Math.abs(line.t - said) <= SAME);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

export function moved(list, from, to) {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}
