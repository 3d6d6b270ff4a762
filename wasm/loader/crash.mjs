// What a crash was, in words that say what to do.

import { textOf } from './texts.mjs';

/** Thrown through the program's frames by the stack check. */
export class StackOverflow extends Error {}

/** Which task ran, and whether it was being suspended, as far as the program can be asked: its memory may be in any
 * state. */
function whereabouts(exports, runningName) {
  let who = 'the program',
    unwinding = false;
  try {
    exports.asyncio_crashed();
    who = runningName();
    unwinding = exports.asyncio_unwinding() !== 0;
  } catch {}
  return { who, unwinding };
}

/** error: what came out of the program; exports: its; runningName: () => who runs. */
export function describeCrash(error, exports, runningName) {
  const { who, unwinding } = whereabouts(exports, runningName);
  const because = (message) => new Error(message, { cause: error });
  if (error instanceof StackOverflow)
    return because(
      `stack overflow in ${who}: its C stack is used up (recursion without end, or large arrays; ` +
        'ASYNCIO_STACK_SIZE=bytes in the environment gives more)',
    );
  if (
    (error instanceof RangeError && /call stack/i.test(error.message)) ||
    (error?.name === 'InternalError' && /recursion/i.test(error.message))
  )
    return because(`stack overflow in ${who}: the engine's call stack is used up (recursion without end?)`);
  if (!(error instanceof WebAssembly.RuntimeError)) return error instanceof Error ? error : because(textOf(error));
  if (unwinding) return because(`${who} suspended from too deep a call stack: its frames do not fit into 512 KB`);
  if (/unreachable/i.test(error.message))
    return because(
      `the program trapped in ${who}: abort(), a failed assertion, or undefined behaviour (${error.message})`,
    );
  return because(`the program trapped in ${who}: ${error.message}`);
}

/** Takes all steps, and gives what some have thrown. */
export function errorsOf(steps) {
  return steps.flatMap((step) => {
    try {
      step();
      return [];
    } catch (error) {
      return [error];
    }
  });
}
