import { flag, seconds } from './parts.mjs';

export default {
  name: 'Pitfalls',
  beyond: true,
  question: 'What goes wrong most often?',
  text: [
    'A call that blocks, like `time.sleep`, stops the whole loop: nobody else gets a turn, and no timer fires ' +
      'until it returns. In a task that is never awaited, work is begun, and its end is nobody’s business. And ' +
      'when main returns, whoever is not yet done is cancelled.',
    'All of these run without a warning, and look right as long as nothing else is going on.',
  ],
  programs: [
    {
      id: 'pitfalls',
      title: 'The silent heart',
      ask: 'A heart is to beat every second, while a job blocks for 2.5 seconds. When do the beats come?',
      params: {
        blocking: flag('the job blocks', true),
        length: seconds('for', 2.5),
        forgotten: flag('make it a task and forget it', false),
        waits: flag('main waits for the heart', true),
      },
      against: { text: 'a job that does not block', params: { blocking: false } },
      make: {
        task: 'Lose the job’s last line: let the program end before it.',
        check: ({ lines }) =>
          lines.includes('job: begins') && !lines.includes('job: ends') && lines.includes('main: the end'),
        solution: { blocking: false, forgotten: true, length: 6 },
      },
    },
  ],
};
