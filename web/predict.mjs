// The reader's prediction: lines of output to be put in order. Pure; predict-view.mjs shows it.

const MOST = 8; // more lines than that are a chore

/// The lines to be ordered: all, or the first ones of many.
export function puzzle(lines) {
  return lines.slice(0, MOST);
}

/// The same lines in another order, always the same one, and never the right one if there is another.
export function shuffled(lines) {
  const order = lines.map((text, index) => ({ text, key: hash(text, index) })).sort((a, b) => a.key - b.key).map(({ text }) => text);
  if (order.every((text, index) => text === lines[index])) order.push(order.shift());
  return order;
}

function hash(text, seed) {
  let h = 2166136261 ^ seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h ^ (h >>> 15)) >>> 0;
}

/// For each line of the guess: whether it stands where it belongs. Lines of the same text are as good as each other.
export function verdicts(guess, lines) {
  return guess.map((text, index) => text === lines[index]);
}

export function moved(list, from, to) {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}
