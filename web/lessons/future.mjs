import { flag, number, seconds } from './parts.mjs';

export default {
  name: 'Futures',
  question: 'How does a value reach someone who waits for it?',
  text: [
    'A future is the place for a result that is not there yet. Who awaits it is suspended. Who sets the result ' +
      'only schedules the waiters and goes on: they run in a later turn, in the order in which they came.',
    'A task is a future too, whose result is set when its coroutine ends. And futures are what joins callback ' +
      'code, timers and, here, JavaScript’s promises to `await`.',
  ],
  programs: [
    {
      id: 'future',
      title: 'A box for a value',
      ask:
        'Two readers wait for a value that main sets after a second. Does main say “the value is set” before or ' +
        'after they have it?',
      params: {
        readers: number('readers', 2, 1, 4),
        delay: seconds('main sets it after', 1),
        early: flag('set it at once', false),
      },
      make: {
        task: 'Let three readers get 7.',
        check: ({ lines }) => lines.filter((line) => line.endsWith('got 7')).length === 3,
        solution: { readers: 3, early: true },
      },
    },
    {
      id: '30-future-result',
      title: 'One value, three waiters',
      ask:
        'main and two consumers wait for the same future. Who hears of the value first? Does the producer’s own ' +
        'line come before that?',
    },
    {
      id: '31-future-callbacks-and-cancel',
      title: 'Who hears of the end',
      ask:
        'Three callbacks and a waiter share one future; one callback is removed and one raises. Who still hears ' +
        'of the end, in which order?',
    },
    {
      id: '32-future-bridges-callback-code',
      title: 'Callbacks become awaits',
      ask: 'A reader is cancelled while its device is still busy. What becomes of the value that arrives too late?',
    },
  ],
};
