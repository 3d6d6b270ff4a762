// The lessons in their order: the guide's ten steps, and what lies beyond. Each asks one question, teaches one thing,
// and has programs. README.md tells what a lesson's file says.

import awaiting from './await.mjs';
import cancel from './cancel.mjs';
import coroutine from './coroutine.mjs';
import future from './future.mjs';
import gather from './gather.mjs';
import interrupt from './interrupt.mjs';
import live from './live.mjs';
import lock from './lock.mjs';
import loop from './loop.mjs';
import pitfalls from './pitfalls.mjs';
import queue from './queue.mjs';
import sequential from './sequential.mjs';
import shield from './shield.mjs';
import taskgroup from './taskgroup.mjs';
import tasks from './tasks.mjs';
import timeout from './timeout.mjs';
import waits from './waits.mjs';

export const lessons = [
  waits,
  loop,
  coroutine,
  awaiting,
  sequential,
  tasks,
  gather,
  taskgroup,
  future,
  lock,
  cancel,
  timeout,
  shield,
  queue,
  interrupt,
  live,
  pitfalls,
];

/// Every program with what belongs to it: {id, title, ask, step, lesson}, in order.
export const programs = lessons.flatMap((lesson, index) =>
  lesson.programs.map((program) => ({ ...program, step: index + 1, lesson })),
);
