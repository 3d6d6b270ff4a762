import { flag, number } from './parts.mjs';

export default {
  name: 'Locks, events',
  question: 'Why lock at all with only one thread?',
  text: [
    'Between two awaits nobody can interfere, so much code needs no lock. But an `await` in the midst of a read ' +
      'and a write lets every other task in, and updates get lost. A lock admits one task at a time, a semaphore ' +
      'several; an event holds everyone back until it is set.',
    'All of them serve who came first. Releasing and setting do not switch: who is woken runs in a later turn.',
  ],
  programs: [
    {
      id: 'lock',
      title: 'Three deposits',
      ask: 'Three tasks read the balance, wait, and write it back plus one. What is the balance in the end?',
      params: {
        tasks: number('tasks', 3, 1, 5),
        locked: flag('with a lock', false),
        wait: flag('wait between reading and writing', true),
      },
      against: { text: 'with a lock', params: { locked: true } },
      make: {
        task: 'Without a lock, and with at least three tasks, let no deposit be lost.',
        check: ({ lines, params }) =>
          !params.locked && params.tasks >= 3 && lines.at(-1) === `balance: ${params.tasks} of ${params.tasks}`,
        solution: { tasks: 3, locked: false, wait: false },
      },
    },
    {
      id: '33-lock',
      title: 'Lock',
      ask:
        'Four tasks each add one to a counter, with a wait between reading and writing. What is the sum without a ' +
        'lock? And with it, in how many units?',
    },
    {
      id: '34-semaphore',
      title: 'Semaphore',
      ask: 'Five jobs, and room for two at a time. In which order do they get in?',
    },
    {
      id: '35-event',
      title: 'Event',
      ask: 'An event is set and cleared again at once. Does the task that waited for it still go on?',
    },
  ],
};
