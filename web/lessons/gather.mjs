import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'gather',
  question: 'How do I wait for many and get every result?',
  text: [
    '`gather` makes a task of each coroutine, in the order given, and its results come in that order, whoever ' +
      'ends first. If one fails, its exception leaves the `await` at once. The others are not cancelled: they go ' +
      'on, and a second error is not heard.',
    'With `return_exceptions=True` it waits for all of them, and the errors are entries in the list of results.',
  ],
  programs: [
    {
      id: 'gather',
      title: 'Three jobs',
      ask: 'Job 3 is over first. In which order do the results come?',
      params: {
        one: seconds('job 1 takes', 3),
        two: seconds('job 2 takes', 2),
        three: seconds('job 3 takes', 1),
        fails: flag('job 2 fails', false),
        after: seconds('main stays for', 4),
      },
      make: {
        task: 'Let job 2 fail, and job 1 still get to its end, after main has heard of the failure.',
        check: ({ lines }) => inOrder(lines, 'main: one has failed', 'job 1: over', 'main: the end'),
        solution: { fails: true },
      },
    },
    {
      id: '24-gather-results-in-order',
      title: 'Results in order',
      ask:
        'A task that exists already, a finished future and three coroutines go into one `gather`, one of them ' +
        'twice. Who starts first, and how many results come out?',
    },
    {
      id: '25-gather-exceptions',
      title: 'When one fails',
      ask:
        'Of four jobs, two fail, after 2 and after 3 units. Which error does main see, and what do the other jobs ' +
        'do then?',
    },
    {
      id: '26-gather-cancelled-and-nested',
      title: 'Cancelled, and nested',
      ask:
        'Who is cancelled when a `gather` is, and who when one of its children is? What does `return_exceptions` ' +
        'change about that?',
    },
  ],
};
