import { inOrder, seconds } from './parts.mjs';

export default {
  name: 'The event loop',
  question: 'What does the event loop do all day?',
  text: [
    'The loop is a queue and a clock. In each turn it takes the callbacks that were ready when the turn began ' +
      'and runs them one after the other, each to its end. What becomes ready meanwhile has to wait for the next ' +
      'turn. When nothing is ready it sleeps until a timer is due or something arrives from outside.',
    '`asyncio.run` makes a loop, runs one coroutine in it until that ends, and closes it: before and after ' +
      'there is none.',
  ],
  programs: [
    {
      id: 'loop',
      title: 'Callbacks and timers',
      ask: 'Two timers, a callback for “soon”, and main, which lets the loop have a turn. Who speaks when?',
      params: { first: seconds('timer 1', 2), second: seconds('timer 2', 1), pause: seconds('main’s pause', 0) },
      make: {
        task: 'Let timer 1 go off before main’s pause is over, and timer 2 after it.',
        check: ({ lines }) => inOrder(lines, 'timer 1', 'main: after the pause', 'timer 2'),
        solution: { first: 0.5, second: 2, pause: 1 },
      },
    },
    {
      id: '05-loop-lifecycle',
      title: 'A loop’s life',
      ask: 'Which probes find a running loop? What comes of calling run inside of run?',
    },
    {
      id: '06-loop-callbacks-and-timers',
      title: 'Callbacks and timers',
      ask:
        'Timers are set for 3, 1, 2 and 4 units, two callbacks for now. Who comes when, and what is left over ' +
        'when the loop is stopped?',
    },
    {
      id: '07-loop-run-forever-and-stop',
      title: 'Stopping a loop',
      ask:
        'A callback stops the loop and schedules another. Does that one still run? And what does a loop do that ' +
        'was told to stop before it ran?',
    },
    {
      id: '08-loop-exception-handler',
      title: 'Errors nobody awaits',
      ask: 'A callback raises, and later a task that nobody awaits. Does the loop go on? Who is told, and when?',
    },
  ],
};
