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

/// A choice of one among few, drawn as one control: radio buttons with data-KEY. `options` are [value, text]; the first
/// one is chosen.
export function choice(name, legend, key, ...options) {
  return el(
    'fieldset',
    { class: `switch ${name}-switch` },
    el('legend', {}, legend),
    options.map(([value, text], index) =>
      el(
        'label',
        {},
        el('input', { type: 'radio', name, [`data-${key}`]: true, value, checked: index === 0 }),
        ` ${text}`,
      ),
    ),
  );
}

/// Text in which what stands between backquotes is code: a list of nodes.
export function prose(text) {
  return text.split('`').map((piece, index) => (index % 2 ? el('code', {}, piece) : piece));
}
