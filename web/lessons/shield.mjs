import { flag, seconds } from './parts.mjs';

export default {
  name: 'shield',
  beyond: true,
  question: 'What if a part must not be cut off?',
  text: [
    'Who is cancelled cancels what it awaits. `shield` stands in between: the `await` ends with ' +
      '`CancelledError` all the same, but what was awaited goes on.',
    'It goes on alone. Somebody has to wait for it, or it is cancelled with all the rest when main returns.',
  ],
  programs: [
    {
      id: 'shield',
      title: 'Saving',
      ask: 'A request that waits for a save is cancelled after one second. Is the save complete in the end?',
      params: {
        save: seconds('saving takes', 3),
        patience: seconds('main’s patience', 1),
        shielded: flag('shielded', true),
        waits: flag('main waits for the save', true),
      },
      against: { text: 'without the shield', params: { shielded: false } },
      make: {
        task: 'Shield the save, and let it be cut off nevertheless.',
        check: ({ lines, params }) => params.shielded && lines.includes('save: cut off'),
        solution: { shielded: true, waits: false },
      },
    },
  ],
};
