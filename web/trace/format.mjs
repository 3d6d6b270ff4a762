// Numbers as they are written everywhere on the page.

/// `count` with its noun: "1 task", "3 tasks".
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/// Seconds to the millisecond, which is the loop clock's own resolution: "0.100 s".
export function seconds(t) {
  return `${t.toFixed(3)} s`;
}

/// The same where space is short: "0.1 s".
export function shortSeconds(t) {
  return `${Number(t.toFixed(3))} s`;
}
