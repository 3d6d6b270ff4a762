// What can be made; the list in src/bridge/js_tasks.c.

export const LOCK = 0,
  SEMAPHORE = 1,
  BOUNDED_SEMAPHORE = 2,
  EVENT = 3,
  CONDITION = 4,
  BARRIER = 5,
  QUEUE = 6,
  LIFO_QUEUE = 7,
  PRIORITY_QUEUE = 8,
  TASK_GROUP = 9,
  TIMEOUT = 10,
  TIMEOUT_AT = 11,
  FUTURE = 12;
