import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'await',
  question: 'What happens at an await?',
  text: [
    'If what you `await` is a coroutine, it runs right there, inside the same task; the loop gets a turn only ' +
      'if something in it suspends. If it is a task or a future that is not done, your task is suspended until it ' +
      'is, and the others run. If it is done already, the value is there at once, without a switch.',
    'Results travel up the chain of awaits as through ordinary calls, and so do exceptions: each frame on the ' +
      'way may clean up.',
  ],
  programs: [
    {
      id: 'await',
      title: 'Who gets a turn',
      ask: 'main awaits load, load awaits read_row, and only read_row sleeps. When does the other task get its turn?',
      params: { suspends: flag('read_row sleeps', true), delay: seconds('for', 1) },
      against: { text: 'an await that does not suspend', params: { suspends: false } },
      make: {
        task: 'Keep the other task from running until main has loaded its row.',
        check: ({ lines }) => inOrder(lines, 'main: loaded', 'other: gets its turn'),
        solution: { suspends: false },
      },
    },
    {
      id: '12-await-chain',
      title: 'A chain of awaits',
      ask:
        'main awaits load, which awaits read_row, which fails for a negative key. Which frames print something ' +
        'while the error passes through?',
    },
    {
      id: '13-await-awaitables',
      title: 'What can be awaited',
      ask:
        'A task and a future are awaited twice each. Do they wait twice? And how many turns does a countdown from ' +
        '3 take?',
    },
    {
      id: '14-await-errors',
      title: 'Errors on their way',
      ask:
        'An error passes through three coroutines, each with a `finally`. Who prints when? And what do two tasks ' +
        'get that await the same failed one?',
    },
  ],
};
