import { number, seconds } from './parts.mjs';

export default {
  name: 'Queues',
  beyond: true,
  question: 'How do tasks hand work to each other?',
  text: [
    'A queue joins those who make something to those who use it, each at their own pace. `get` waits while it ' +
      'is empty, `put` while it is full: so a queue with a limit holds back whoever is too fast.',
    '`join` waits until every item has been marked as done with `task_done`. The workers, who wait for ever ' +
      'more, are then cancelled.',
  ],
  programs: [
    {
      id: 'queue',
      title: 'Baker and seller',
      ask:
        'A bread takes one second to bake and two to sell, and the shelf has room for one. When does the baker ' +
        'have to wait?',
      params: {
        shelf: number('room on the shelf', 1, 1, 4),
        bake: seconds('baking takes', 1, { min: 0.5 }),
        sell: seconds('selling takes', 2),
        breads: number('breads', 4, 1, 6),
        sellers: number('sellers', 1, 1, 4),
      },
      make: {
        task: 'Sell four breads in 6 s, with a shelf for one and two seconds for each sale.',
        check: ({ time, params }) => params.shelf === 1 && params.sell === 2 && params.breads === 4 && time === 6,
        solution: { sellers: 2 },
      },
    },
    {
      id: '43-queue-producer-consumer',
      title: 'A pool of workers',
      ask: 'Five jobs of different lengths, three workers. Who takes which job, and who is idle last?',
    },
    {
      id: '54-pattern-worker-pipeline',
      title: 'A pipeline',
      ask: 'Several stages, joined by queues. How does the end of the work travel through them?',
    },
  ],
};
