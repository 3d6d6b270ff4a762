import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'Tasks',
  question: 'What does create_task change?',
  text: [
    '`create_task` hands a coroutine to the loop and returns at once. The new task is ready, but takes its ' +
      'first step only when the current one suspends. From then on both are under way, and awaiting the task just ' +
      'waits for the end of work that goes on anyway.',
    'A task can be cancelled: `CancelledError` is raised at the `await` where it stands. It may clean up, and ' +
      'even `await` in doing so, and should pass the error on.',
  ],
  programs: [
    {
      id: 'tasks',
      title: 'Breakfast',
      ask:
        'Tea takes 3 seconds, toast 2. main awaits the tea first. Which line comes first, and when does main ' +
        'learn that the toast is ready?',
      params: {
        tea: seconds('tea takes', 3),
        toast: seconds('toast takes', 2),
        tea_first: flag('await the tea first', true),
      },
      make: {
        task: 'Let main have its toast before the tea is ready.',
        check: ({ lines }) => inOrder(lines, 'main: has toast', 'tea: ready'),
        solution: { tea: 3, toast: 2, tea_first: false },
      },
    },
    {
      id: '17-task-runs-concurrently',
      title: 'Two tasks at once',
      ask:
        'The same two fetches as in step 5, now as tasks. When does each start, and how many units does the whole ' +
        'take?',
    },
    {
      id: '18-task-await-order',
      title: 'The order of awaits',
      ask:
        'The middle one of three tasks is awaited first. Does that change when the work is done, or only what ' +
        'main hears first?',
    },
    {
      id: '19-task-lifecycle',
      title: 'A task’s life',
      ask:
        'A task is asked for its result before it is done. And who comes first at its end: its done callbacks, or ' +
        'main that awaits it?',
    },
    {
      id: '20-task-cancel-and-cleanup',
      title: 'Cancel and clean up',
      ask:
        '`cancel()` returns. Is the task over at that moment? What does it still get to do? And a task cancelled ' +
        'before it began?',
    },
    {
      id: '21-task-cancel-requests',
      title: 'Asked to cancel, twice',
      ask:
        'A task is asked to be cancelled twice before it gets to run. How many `CancelledError` does it see, and ' +
        'what is `cancelling()` then?',
    },
    {
      id: '22-task-weak-reference',
      title: 'Who keeps a task alive',
      ask:
        'Nobody holds on to a waiting task. Python may collect it, for its loop refers to tasks only weakly. Here ' +
        'the loop keeps it: what does that change in the output?',
    },
    {
      id: '23-task-left-over-at-exit',
      title: 'Left over at the end',
      ask: 'main returns while a ticker still ticks. What becomes of the ticker, and when does run return?',
    },
  ],
};
