import { number, seconds } from './parts.mjs';

export default {
  name: 'Timeouts',
  beyond: true,
  question: 'How do I stop waiting?',
  text: [
    'A timeout is a timer that cancels the task which is in its block. At the end of the block the ' +
      '`CancelledError` becomes a `TimeoutError`, if it was the timer’s own.',
    'So whoever runs inside may clean up first, and the block lasts until that is over. Work that does not wait ' +
      'cannot be interrupted at all.',
  ],
  programs: [
    {
      id: 'timeout',
      title: 'A slow download',
      ask:
        'Four parts of one second each, and a limit of 2.5 seconds. How many parts arrive, and after how long ' +
        'does main go on?',
      params: {
        limit: seconds('limit', 2.5),
        parts: number('parts', 4, 1, 6),
        part: seconds('each part takes', 1),
        cleanup: seconds('cleaning up takes', 0.5),
      },
      make: {
        task: 'With a limit of 3 s or less, let all of at least four parts arrive in time.',
        check: ({ lines, params }) => params.limit <= 3 && params.parts >= 4 && lines.includes('main: all is there'),
        solution: { limit: 3, parts: 4, part: 0.5 },
      },
    },
    {
      id: '38-wait-for',
      title: 'wait_for',
      ask:
        'Work of several lengths under `wait_for` with several limits. Who is cancelled, and when does `wait_for` ' +
        'itself return?',
    },
  ],
};
