// What lessons are made of: kinds of parameters, and checks of what was printed.

/// A parameter that is a wait; `more` may say other limits.
export const seconds = (label, value, more = {}) => ({ label, value, min: 0, max: 6, step: 0.5, unit: 's', ...more });
export const number = (label, value, min, max) => ({ label, value, min, max, step: 1, unit: '' });
export const flag = (label, value) => ({ label, value });

/// Whether lines are printed in this order, whatever stands between them.
export function inOrder(lines, ...wanted) {
  let from = 0;
  return wanted.every((line) => {
    const at = lines.indexOf(line, from);
    from = at + 1;
    return at >= 0;
  });
}
