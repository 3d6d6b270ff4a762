// Standard input and output, as JavaScript has them: functions of text, and consoles.

/** The console makes a line of whatever it is told: text is collected until the line is whole. */
export function byLines(tell) {
  let rest = '';
  const sink = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(tell);
  };
  sink.end = () => rest && sink('\n');
  return sink;
}

/** Standard input: text, bytes, or a function that fills an array and returns how much; nothing otherwise. */
export function reader(stdin) {
  if (typeof stdin === 'function') return stdin;
  let rest = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : (stdin ?? new Uint8Array());
  return (into) => {
    const part = rest.subarray(0, into.length);
    into.set(part);
    rest = rest.subarray(part.length);
    return part.length;
  };
}
