import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'Still sequential',
  question: 'Why is naive async code still sequential?',
  text: [
    '`async` and `await` by themselves add no concurrency. A task does one thing at a time, and an `await` ' +
      'says: go on here only when that is over. Two coroutine objects awaited one after the other run one after ' +
      'the other, however early they were made.',
    'What helps is to have a second task under way before you wait for the first.',
  ],
  programs: [
    {
      id: 'sequential',
      title: 'Two fetches',
      ask: 'Both coroutine objects are made before the first `await`. Does fetch 2 begin before fetch 1 ends?',
      params: {
        one: seconds('fetch 1 takes', 2),
        two: seconds('fetch 2 takes', 1),
        task: flag('fetch 2 is a task', false),
      },
      against: { text: 'fetch 2 as a task', params: { task: true } },
      make: {
        task: 'Let fetch 2 end first, and the whole take no longer than fetch 1 alone.',
        check: ({ lines, time, params }) => inOrder(lines, 'fetch 2: ends', 'fetch 1: ends') && time === params.one,
        solution: { one: 2, two: 1, task: true },
      },
    },
    {
      id: '15-naive-await-is-sequential',
      title: 'Made first, awaited later',
      ask: 'Both coroutine objects exist before the first `await`. Do they take 2 units together, or 3?',
    },
    {
      id: '16-naive-loop-and-inline-tasks',
      title: 'Three spellings',
      ask: 'The same three waits (3, 1 and 2 units), spelled in three ways. Which of them takes 3 units in all?',
    },
  ],
};
