import { flag, inOrder, number, seconds } from './parts.mjs';

export default {
  name: 'Ctrl+C',
  beyond: true,
  question: 'What does Ctrl+C do to an event loop?',
  text: [
    'The first Ctrl+C is a request: it cancels the main task. If that then really ends cancelled, `run` raises ' +
      '`KeyboardInterrupt`. If main takes the error and goes on, so does the program.',
    'The second one does not ask: `KeyboardInterrupt` is raised at once, and what is left over is cancelled on ' +
      'the way out.',
  ],
  programs: [
    {
      id: 'interrupt',
      title: 'Once, or twice',
      ask:
        'Ctrl+C comes after one second, while main sleeps. What does main still get to do, and what comes out of ' +
        '`run`?',
      params: {
        presses: number('presses', 1, 0, 3),
        first: seconds('the first after', 1),
        apart: seconds('the next after another', 1),
        cleanup: seconds('cleaning up takes', 2),
        reraise: flag('raise the error again', true),
      },
      make: {
        task: 'Press it once, and let the program end as if nothing had happened.',
        check: ({ lines }) =>
          inOrder(lines, '(Ctrl+C)', 'main: clean', 'main: returns') && !lines.includes('KeyboardInterrupt'),
        solution: { reraise: false },
      },
    },
  ],
};
