// Other orders: the button that looks for a timing under which the program prints something else.

import { TRIED, findOther, firstDifference } from '../trace/orders.mjs';

/// Looks for a seed under which the workbench's program prints something else, and shows that run from where it parts
/// from the one that is shown. In such a run the same button leads back to the exact order.
export async function otherOrder(workbench) {
  if (workbench.seed) {
    workbench.seed = 0;
    return workbench.run();
  }
  const { program, values, events, lines, scout } = workbench;
  workbench.tell('Looking for another order …');
  const other = await findOther(events, async (seed) => {
    const { how, events: found } = await workbench.traceOf(scout, { values, seed });
    return how === 'exit' && workbench.program === program && workbench.values === values ? found : null;
  });
  if (workbench.program !== program || workbench.events !== events) return undefined;
  if (!other) return workbench.tell(`Under ${TRIED} other timings it prints the same.`);
  workbench.seed = other.seed;
  const outcome = await workbench.run({ at: other.parts });
  if (workbench.seed !== other.seed) return outcome;
  const { line, before, after } = firstDifference(lines, workbench.lines);
  workbench.tell(
    `Seed ${other.seed}, another timing: line ${line} is “${after ?? ''}”, and was “${before ?? ''}”. ` +
      `The runs part at step ${other.parts}.`,
  );
  return outcome;
}
