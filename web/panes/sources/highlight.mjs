// Source text -> lines of DOM nodes, coloured by Prism's grammars (the tokens only: no markup is parsed).

import { languages, tokenizeText } from '../../vendor/prism/index.js';
import '../../vendor/prism/languages/c.js';
import '../../vendor/prism/languages/python.js';
import { el } from '../dom.mjs';

/// An array with, for each line, the nodes that make it up.
export function highlight(text, language) {
  const lines = [[]];
  walk(tokenizeText(text, languages[language]), '', lines);
  return lines;
}

function walk(tokens, classes, lines) {
  for (const token of [tokens].flat()) {
    if (typeof token === 'string') place(token, classes, lines);
    else walk(token.content, `${classes} ${token.type} ${token.alias ?? ''}`.trim(), lines);
  }
}

/// A token may reach over several lines; each line gets its own piece.
function place(text, classes, lines) {
  text.split('\n').forEach((piece, index) => {
    if (index > 0) lines.push([]);
    if (piece !== '') lines.at(-1).push(classes ? el('span', { class: `token ${classes}` }, piece) : piece);
  });
}
