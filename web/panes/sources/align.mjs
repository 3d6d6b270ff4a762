// Which lines of a C program and of its Python twin correspond. Both say the same in the same order, mostly, so the
// best alignment of their lines by the words that they share finds it: as a diff does, but with lines that are only
// alike. Pure.

/// [[lines of C], [lines of Python]] counted from 1, and for each line the other language's lines, or none.
export function align(c, python) {
  const a = c.split('\n').map(wordsOf);
  const b = python.split('\n').map(wordsOf);
  const pairs = best(a, b);
  const toPython = a.map(() => []);
  const toC = b.map(() => []);
  for (const [i, j] of pairs) {
    toPython[i].push(j + 1);
    toC[j].push(i + 1);
  }
  return { toPython: (line) => toPython[line - 1] ?? [], toC: (line) => toC[line - 1] ?? [] };
}

const SMALL = new Set([
  'static',
  'void',
  'struct',
  'const',
  'char',
  'long',
  'int',
  'double',
  'return',
  'null',
  'if',
  'async',
  'self',
  'args',
  'arg',
  'asyncio',
  'coro',
  'f',
  'n',
  'def',
  'print',
  'import',
  'from',
  'include',
  'h',
  'ld',
  'd',
  's',
  'g',
  'stdio',
  'of',
  'the',
]);

/// C's words in Python's: prefixes off, what is called differently renamed, types and such left out.
function wordsOf(line) {
  const text = line
    .replace(/\/\*.*?\*\//g, '')
    .replace(/#include.*/, '')
    .replaceAll('asyncio_', '')
    .replaceAll('ASYNCIO_', '')
    .replaceAll('\\n', '')
    .replace(/\b(printf|puts)\(/g, 'print(')
    .replaceAll('main_', 'main')
    .replace(/_ERROR\b/g, 'Error')
    .replace(/_/g, ' ');
  const calls = /\bprint\(/.test(text) ? ['§print'] : [];
  const words = text.match(/[A-Za-z]+|\d+(\.\d+)?/g) ?? [];
  return new Set([...calls, ...words.map((word) => word.toLowerCase()).filter((word) => !SMALL.has(word))]);
}

/// How much two lines have in common, from 0 to 1; too little is nothing.
function likeness(x, y) {
  if (!x.size || !y.size) return 0;
  let common = 0;
  for (const word of x) if (y.has(word)) common++;
  const score = (2 * common) / (x.size + y.size);
  return score < 0.4 ? 0 : score;
}

/// The pairs (i, j), both growing, with the greatest sum of likeness.
function best(a, b) {
  const width = b.length + 1;
  const score = new Float64Array((a.length + 1) * width);
  const like = a.map((x) => b.map((y) => likeness(x, y)));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const pair = like[i][j] ? like[i][j] + score[(i + 1) * width + j + 1] : 0;
      score[i * width + j] = Math.max(pair, score[(i + 1) * width + j], score[i * width + j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const here = score[i * width + j];
    if (like[i][j] && here === like[i][j] + score[(i + 1) * width + j + 1]) pairs.push([i++, j++]);
    else if (here === score[(i + 1) * width + j]) i++;
    else j++;
  }
  return pairs;
}
