import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'TaskGroup',
  question: 'What if one of many tasks fails?',
  text: [
    'A `TaskGroup` owns its tasks: its block ends when all of them have ended, so none outlives it. When one ' +
      'fails, the others are cancelled and waited for. All real errors then leave the block together, as one ' +
      '`ExceptionGroup`, so none is lost.',
    'Results are read from the task objects afterwards. Tasks of the group may add tasks to it.',
  ],
  programs: [
    {
      id: 'taskgroup',
      title: 'One bad task',
      ask:
        'One of three tasks fails after 2 seconds. What becomes of the quick one and of the slow one? When is the ' +
        'block over?',
      params: {
        quick: seconds('quick takes', 1),
        slow: seconds('slow takes', 3),
        bad: seconds('bad fails after', 2),
        with_bad: flag('there is a bad one', true),
      },
      make: {
        task: 'One fails, and yet the other two finish.',
        check: ({ lines }) =>
          inOrder(lines, 'quick: finished', 'bad: raises') && inOrder(lines, 'slow: finished', 'bad: raises'),
        solution: { bad: 4 },
      },
    },
    {
      id: '27-taskgroup-basic',
      title: 'A block that waits',
      ask: 'A task of the group adds another to it after 1.5 units, which takes 2.5. When is the block over?',
    },
    {
      id: '28-taskgroup-errors',
      title: 'When one fails',
      ask:
        'One task fails after 2 units. Who is cancelled, who had finished before, and what if cleaning up fails ' +
        'too?',
    },
    {
      id: '29-taskgroup-nested-and-cancelled',
      title: 'Groups within groups',
      ask:
        'An inner group fails. What does the outer one see of it? And what comes out if somebody cancels the ' +
        'block while it waits?',
    },
  ],
};
