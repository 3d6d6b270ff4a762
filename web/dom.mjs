// Building DOM nodes. Text only ever goes in as text nodes, so nothing a program prints or names can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/// An HTML element. `props` are attributes, except `on` ({type: listener}); null and false are left out.
export function el(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/// The same for SVG.
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/// Text in which what stands between backquotes is code: a list of nodes.
export function prose(text) {
  return text.split('`').map((piece, index) => (index % 2 ? el('code', {}, piece) : piece));
}
