// The parameters of a program: numbers and switches that its reader may change without compiling anew. In the source
// each stands as PARAM("name", value); the reader sees the value alone. Pure.

/// Each place in a source, C or Python, where a parameter stands: name, value.
export const PARAM = /PARAM\("(\w+)", ([\w.-]+)\)/g;

/// name -> value, as the program has them by itself.
export function defaults({ params = {} }) {
  return Object.fromEntries(Object.entries(params).map(([name, { value }]) => [name, value]));
}

/// All values that a parameter may have.
export function ranges({ value, min, max, step }) {
  if (typeof value === 'boolean') return [false, true];
  return Array.from({ length: Math.round((max - min) / step) + 1 }, (_, n) => min + n * step);
}

/// A value that the parameter may have: what comes from outside (a link) may be anything.
export function sane(param, value) {
  if (typeof param.value === 'boolean') return typeof value === 'boolean' ? value : param.value;
  const number = Number(value);
  if (value === null || !Number.isFinite(number)) return param.value;
  const steps = Math.round((number - param.min) / param.step);
  return Math.min(param.max, Math.max(param.min, param.min + steps * param.step));
}

/// What the program's getenv answers.
export function environment(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(Number(value))]));
}

/// The source as the reader is to see it: the text without the macros, and where in it the values are:
/// [{line, from, to, name}], lines counted from 1, columns from 0.
export function withValues(source, values, language) {
  const places = [];
  const text = source
    .split('\n')
    .map((line, index) => {
      let shift = 0;
      return line.replace(PARAM, (all, name, given, at) => {
        const shown = literal(values[name] ?? JSON.parse(given.toLowerCase()), language);
        places.push({ line: index + 1, from: at + shift, to: at + shift + shown.length, name });
        shift += shown.length - all.length;
        return shown;
      });
    })
    .join('\n');
  return { text, places };
}

function literal(value, language) {
  if (typeof value !== 'boolean') return String(value);
  return language === 'python' ? { true: 'True', false: 'False' }[value] : String(value);
}
