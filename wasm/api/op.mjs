// What a generator may ask for; the list in src/bridge/js_tasks.c. Constants, as bundlers put the numbers in their
// places.

export const RETURN = 0,
  RAISE = 1,
  SLEEP = 2,
  AWAIT = 3,
  PROMISE = 4,
  WAIT_OUTSIDE = 5,
  ENTER = 6,
  EXIT = 7,
  EVENT_WAIT = 8,
  CONDITION_WAIT = 9,
  BARRIER_WAIT = 10,
  BARRIER_RESET = 11,
  QUEUE_PUT = 12,
  QUEUE_GET = 13,
  QUEUE_JOIN = 14,
  WAIT = 15,
  NEXT = 16,
  WAIT_FOR = 17;
