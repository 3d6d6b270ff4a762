import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'Cancellation',
  beyond: true,
  question: 'How does a task end before its time?',
  text: [
    '`cancel()` only asks. The next time the loop takes the task, `CancelledError` comes out of the `await` ' +
      'where it stands, and runs up the frames like any other error. On the way each of them may clean up, and ' +
      'even wait in doing so.',
    'Who takes the error and does not raise it again has not been cancelled: the task goes on, or returns a result.',
  ],
  programs: [
    {
      id: 'cancel',
      title: 'Cleaning up',
      ask:
        '`cancel()` is called after one second, and cleaning up takes two. When does main go on, and what does it ' +
        'hear?',
      params: {
        patience: seconds('main’s patience', 1),
        cleanup: seconds('cleaning up takes', 2),
        swallow: flag('swallow the error', false),
      },
      make: {
        task: 'Let the task be asked to stop, and yet not end cancelled.',
        check: ({ lines }) => inOrder(lines, 'worker: told to stop', 'cancelled: False'),
        solution: { swallow: true },
      },
    },
  ],
};
