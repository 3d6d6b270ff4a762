import { flag, inOrder, seconds } from './parts.mjs';

export default {
  name: 'When to use it',
  question: 'When is asyncio worth it?',
  text: [
    'A program that talks to a network or a disk spends most of its time waiting. asyncio lets one thread wait ' +
      'for many things at once: the waits overlap. Computing does not, for there is still only one thread.',
    'So it pays where waiting dominates and gains nothing for pure calculation. And one call that blocks the ' +
      'thread holds up everybody.',
  ],
  programs: [
    {
      id: 'waits',
      title: 'Two requests',
      ask:
        'Two requests wait 3 and 1 seconds, at the same time. In which order do the four lines come, and when is ' +
        'all over?',
      params: { a: seconds('a waits', 3), b: seconds('b waits', 1), together: flag('both at once', true) },
      against: { text: 'one after the other', params: { together: false } },
      make: {
        task: 'Make it take exactly 5 s, with b answered before a is.',
        check: ({ lines, time }) => time === 5 && inOrder(lines, 'b: answered', 'a: answered'),
        solution: { a: 5, b: 1, together: true },
      },
    },
    {
      id: '01-when-blocking-sync',
      title: 'Plain blocking code',
      ask:
        'Two fetches wait 1 and 2 units, without asyncio. How many units does the whole take? Can anything ' +
        'overlap?',
    },
    {
      id: '02-when-waits-overlap',
      title: 'Waits that overlap',
      ask:
        'Three requests wait 3, 1 and 2 units. In which order do the replies come, and how many units go by in ' +
        'all?',
    },
    {
      id: '03-when-cpu-bound',
      title: 'Computing does not overlap',
      ask: 'Two jobs only compute. Do their chunks take turns? What does `sleep(0)` after each chunk change?',
    },
    {
      id: '04-when-blocking-call-freezes-loop',
      title: 'A blocking call',
      ask:
        'The jobs use `time.sleep`, not `asyncio.sleep`. How often does the heartbeat beat meanwhile, and when ' +
        'does main learn that job 1 is over?',
    },
  ],
};
