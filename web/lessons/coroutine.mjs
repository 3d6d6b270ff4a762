import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'Coroutines',
  question: 'When does a coroutine run?',
  text: [
    'Calling an async function runs nothing: it makes a coroutine object, a body that has not begun. It begins ' +
      'when somebody awaits it, and then it runs inside the task that does, much like a call.',
    'In C a coroutine is an ordinary function, and `asyncio_coro` makes the object. Any plain function that it ' +
      'calls may suspend too.',
  ],
  programs: [
    {
      id: 'coroutine',
      title: 'Made, then awaited',
      ask: 'The coroutine object is made at once and awaited a second later. When does it say hello?',
      params: { task: flag('make it a task', false), pause: seconds('pause before the await', 1) },
      make: {
        task: 'Let it say hello before main awaits it.',
        check: ({ lines }) => inOrder(lines, 'greet: hello, reader', 'main: awaiting it'),
        solution: { task: true, pause: 1 },
      },
    },
    {
      id: '09-coroutine-hello',
      title: 'The smallest program',
      ask: 'One line comes out. How many tasks does that take, and how many turns of the loop?',
    },
    {
      id: '10-coroutine-states',
      title: 'A coroutine’s life',
      ask: 'What can be said of a coroutine object before, during and after it runs? And if nobody ever awaits it?',
    },
    {
      id: '11-coroutine-driven-by-hand',
      title: 'Driven by hand',
      ask:
        'Without a loop, `send` runs a coroutine to its next suspension. What comes out of `send`, and where does ' +
        'the return value arrive?',
    },
  ],
};
