// How a run went, in a sentence.

import { plural, seconds } from '../trace/format.mjs';

const INTERRUPTED = 130; // the exit status that stands for KeyboardInterrupt

/// The sentence, and whether that is bad news. `outcome` is the runner's, `model` the run's trace.
export function verdict(outcome, model) {
  const time = seconds(model.stateAt(model.length).time);
  const after = ` after ${time} on the loop’s clock, in ${plural(model.length, 'step')}`;
  const more = outcome.dropped ? `. It went on for ${plural(outcome.dropped, 'step')} more, too many to show.` : '.';
  switch (outcome.how) {
    case 'exit':
      if (outcome.status === INTERRUPTED) return [`Ended by Ctrl+C${after}${more}`, true];
      return outcome.status === 0
        ? [`Ended${after}${more}`]
        : [`Ended with exit status ${outcome.status}${after}${more}`, true];
    case 'hung': {
      const shown =
        model.length < outcome.limit ? 'what it did until then' : `the first ${plural(model.length, 'step')}`;
      return [
        `It did not come back within ${plural(outcome.seconds, 'second')}, so it was ended. What is shown is ${shown}.`,
        true,
      ];
    }
    case 'interrupted':
      return ['It computes without giving way to the loop, so it did not hear Ctrl+C, and was ended.', true];
    default:
      return [`It broke off: ${outcome.message}`, true];
  }
}
