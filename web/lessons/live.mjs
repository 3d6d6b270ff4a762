import { number, seconds } from './parts.mjs';

export default {
  name: 'Real time',
  beyond: true,
  question: 'What if it is the world that one waits for?',
  text: [
    'Timers are only one of the things that a loop waits for. A click, an answer from a server, a file: in the ' +
      'browser each of these is a promise, and a task can await it like anything else.',
    'When they come is up to the world. So this program runs on the real clock, and its lanes grow while you ' +
      'watch. Stop is Ctrl+C: once lets it clean up, twice does not wait.',
  ],
  programs: [
    {
      id: 'live',
      title: 'Clicks, a file, and a clock that ticks',
      live: true,
      clicks: true,
      ask: 'Run it, and click. Which lane wakes at a click, and what does the loop do in between?',
      params: {
        clicks: number('clicks', 3, 1, 6),
        pause: seconds('from tick to tick', 0.5, { min: 0.5 }),
        patience: seconds('patience', 10, { min: 1, max: 20 }),
      },
      make: {
        task: 'Let its patience end after two clicks: it is to ask for more than you give.',
        check: ({ lines }) => lines.includes('click 2') && lines.includes('main: no more clicks'),
        solution: { patience: 2 },
      },
    },
  ],
};
