// Reads what each call means out of the manual, the public headers in src, for the page to show beside the code:
// name -> {python, text}: the asyncio call it stands for, and the first sentence on it. `build.mjs` writes it to
// calls.json.

/// The manual's entries: a comment, and the declarations below it up to an empty line or the next comment.
export function callsIn(header) {
  const calls = {};
  for (const [, comment, code] of header.matchAll(/\/\*((?:[^*]|\*(?!\/))*)\*\/\n((?:(?!\n\n|\/\*).)*)/gs)) {
    const entry = entryOf(comment);
    if (!entry) continue;
    for (const [, name] of code.matchAll(/(?:#define |[ *])(asyncio_[a-z]\w*)\(/g)) calls[name] ??= entry;
  }
  return calls;
}

/// "Queue.put: adds an item; waits while ..." in its parts. An entry of C's alone names no asyncio call; one that
/// begins a section is none.
function entryOf(comment) {
  const text = comment
    .replace(/\n *\*/g, '\n')
    .split(/\n\s*\n/)[0]
    .replace(/\s+/g, ' ')
    .replaceAll('`', '')
    .trim();
  if (/^-/.test(text)) return null;
  const [, python, rest] = /^((?:\([^)]*\)|[^:.(]|\.(?! ))+): (.*)$/.exec(text) ?? [null, '', text];
  return { python, text: /^.*?[.](?=\s|$)/.exec(rest)?.[0] ?? rest };
}
