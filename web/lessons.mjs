// The ten steps of the guide: what each asks, what it teaches, and its programs. Data only.
//
// A program's id is the name of its files: programs/ID.c, .py, .out and .wasm (tests/parity/). `ask` is what the reader is
// to think about before pressing Run. What stands between backquotes is code.

export const lessons = [
  {
    name: 'When to use it',
    question: 'When is asyncio worth it?',
    text: [
      'A program that talks to a network or a disk spends most of its time waiting. asyncio lets one thread wait for many things at once: the waits overlap. Computing does not, for there is still only one thread.',
      'So it pays where waiting dominates and gains nothing for pure calculation. And one call that blocks the thread holds up everybody.',
    ],
    programs: [
      { id: '01-when-blocking-sync', title: 'Plain blocking code', ask: 'Two fetches wait 1 and 2 units, without asyncio. How many units does the whole take? Can anything overlap?' },
      { id: '02-when-waits-overlap', title: 'Waits that overlap', ask: 'Three requests wait 3, 1 and 2 units. In which order do the replies come, and how many units go by in all?' },
      { id: '03-when-cpu-bound', title: 'Computing does not overlap', ask: 'Two jobs only compute. Do their chunks take turns? What does `sleep(0)` after each chunk change?' },
      { id: '04-when-blocking-call-freezes-loop', title: 'A blocking call', ask: 'The jobs use `time.sleep`, not `asyncio.sleep`. How often does the heartbeat beat meanwhile, and when does main learn that job 1 is over?' },
    ],
  },
  {
    name: 'The event loop',
    question: 'What does the event loop do all day?',
    text: [
      'The loop is a queue and a clock. In each turn it takes the callbacks that were ready when the turn began and runs them one after the other, each to its end. What becomes ready meanwhile has to wait for the next turn. When nothing is ready it sleeps until a timer is due or something arrives from outside.',
      '`asyncio.run` makes a loop, runs one coroutine in it until that ends, and closes it: before and after there is none.',
    ],
    programs: [
      { id: '05-loop-lifecycle', title: 'A loop’s life', ask: 'Which probes find a running loop? What comes of calling run inside of run?' },
      { id: '06-loop-callbacks-and-timers', title: 'Callbacks and timers', ask: 'Timers are set for 3, 1, 2 and 4 units, two callbacks for now. Who comes when, and what is left over when the loop is stopped?' },
      { id: '08-loop-exception-handler', title: 'Errors nobody awaits', ask: 'A callback raises, and later a task that nobody awaits. Does the loop go on? Who is told, and when?' },
    ],
  },
  {
    name: 'Coroutines',
    question: 'When does a coroutine run?',
    text: [
      'Calling an async function runs nothing: it makes a coroutine object, a body that has not begun. It begins when somebody awaits it, and then it runs inside the task that does, much like a call.',
      'In C a coroutine is an ordinary function, and `asyncio_coro` makes the object. Any plain function that it calls may suspend too.',
    ],
    programs: [
      { id: '09-coroutine-hello', title: 'The smallest program', ask: 'One line comes out. How many tasks does that take, and how many turns of the loop?' },
    ],
  },
  {
    name: 'await',
    question: 'What happens at an await?',
    text: [
      'If what you `await` is a coroutine, it runs right there, inside the same task; the loop gets a turn only if something in it suspends. If it is a task or a future that is not done, your task is suspended until it is, and the others run. If it is done already, the value is there at once, without a switch.',
      'Results travel up the chain of awaits as through ordinary calls, and so do exceptions: each frame on the way may clean up.',
    ],
    programs: [
      { id: '12-await-chain', title: 'A chain of awaits', ask: 'main awaits load, which awaits read_row, which fails for a negative key. Which frames print something while the error passes through?' },
      { id: '13-await-awaitables', title: 'What can be awaited', ask: 'A task and a future are awaited twice each. Do they wait twice? And how many turns does a countdown from 3 take?' },
    ],
  },
  {
    name: 'Still sequential',
    question: 'Why is naive async code still sequential?',
    text: [
      '`async` and `await` by themselves add no concurrency. A task does one thing at a time, and an `await` says: go on here only when that is over. Two coroutine objects awaited one after the other run one after the other, however early they were made.',
      'What helps is to have a second task under way before you wait for the first.',
    ],
    programs: [
      { id: '15-naive-await-is-sequential', title: 'Made first, awaited later', ask: 'Both coroutine objects exist before the first `await`. Do they take 2 units together, or 3?' },
      { id: '16-naive-loop-and-inline-tasks', title: 'Three spellings', ask: 'The same three waits (3, 1 and 2 units), spelled in three ways. Which of them takes 3 units in all?' },
    ],
  },
  {
    name: 'Tasks',
    question: 'What does create_task change?',
    text: [
      '`create_task` hands a coroutine to the loop and returns at once. The new task is ready, but takes its first step only when the current one suspends. From then on both are under way, and awaiting the task just waits for the end of work that goes on anyway.',
      'A task can be cancelled: `CancelledError` is raised at the `await` where it stands. It may clean up, and even `await` in doing so, and should pass the error on.',
    ],
    programs: [
      { id: '17-task-runs-concurrently', title: 'Two tasks at once', ask: 'The same two fetches as in step 5, now as tasks. When does each start, and how many units does the whole take?' },
      { id: '18-task-await-order', title: 'The order of awaits', ask: 'The middle one of three tasks is awaited first. Does that change when the work is done, or only what main hears first?' },
      { id: '19-task-lifecycle', title: 'A task’s life', ask: 'A task is asked for its result before it is done. And who comes first at its end: its done callbacks, or main that awaits it?' },
      { id: '20-task-cancel-and-cleanup', title: 'Cancel and clean up', ask: '`cancel()` returns. Is the task over at that moment? What does it still get to do? And a task cancelled before it began?' },
      { id: '22-task-weak-reference', title: 'Who keeps a task alive', ask: 'Nobody holds on to a waiting task. Python may collect it, for its loop refers to tasks only weakly. Here the loop keeps it: what does that change in the output?' },
      { id: '23-task-left-over-at-exit', title: 'Left over at the end', ask: 'main returns while a ticker still ticks. What becomes of the ticker, and when does run return?' },
    ],
  },
  {
    name: 'gather',
    question: 'How do I wait for many and get every result?',
    text: [
      '`gather` makes a task of each coroutine, in the order given, and its results come in that order, whoever ends first. If one fails, its exception leaves the `await` at once. The others are not cancelled: they go on, and a second error is not heard.',
      'With `return_exceptions=True` it waits for all of them, and the errors are entries in the list of results.',
    ],
    programs: [
      { id: '24-gather-results-in-order', title: 'Results in order', ask: 'A task that exists already, a finished future and three coroutines go into one `gather`, one of them twice. Who starts first, and how many results come out?' },
      { id: '25-gather-exceptions', title: 'When one fails', ask: 'Of four jobs, two fail, after 2 and after 3 units. Which error does main see, and what do the other jobs do then?' },
    ],
  },
  {
    name: 'TaskGroup',
    question: 'What if one of many tasks fails?',
    text: [
      'A `TaskGroup` owns its tasks: its block ends when all of them have ended, so none outlives it. When one fails, the others are cancelled and waited for. All real errors then leave the block together, as one `ExceptionGroup`, so none is lost.',
      'Results are read from the task objects afterwards. Tasks of the group may add tasks to it.',
    ],
    programs: [
      { id: '27-taskgroup-basic', title: 'A block that waits', ask: 'A task of the group adds another to it after 1.5 units, which takes 2.5. When is the block over?' },
      { id: '28-taskgroup-errors', title: 'When one fails', ask: 'One task fails after 2 units. Who is cancelled, who had finished before, and what if cleaning up fails too?' },
    ],
  },
  {
    name: 'Futures',
    question: 'How does a value reach someone who waits for it?',
    text: [
      'A future is the place for a result that is not there yet. Who awaits it is suspended. Who sets the result only schedules the waiters and goes on: they run in a later turn, in the order in which they came.',
      'A task is a future too, whose result is set when its coroutine ends. And futures are what joins callback code, timers and, here, JavaScript’s promises to `await`.',
    ],
    programs: [
      { id: '30-future-result', title: 'One value, three waiters', ask: 'main and two consumers wait for the same future. Who hears of the value first? Does the producer’s own line come before that?' },
      { id: '32-future-bridges-callback-code', title: 'Callbacks become awaits', ask: 'A reader is cancelled while its device is still busy. What becomes of the value that arrives too late?' },
    ],
  },
  {
    name: 'Locks, events',
    question: 'Why lock at all with only one thread?',
    text: [
      'Between two awaits nobody can interfere, so much code needs no lock. But an `await` in the midst of a read and a write lets every other task in, and updates get lost. A lock admits one task at a time, a semaphore several; an event holds everyone back until it is set.',
      'All of them serve who came first. Releasing and setting do not switch: who is woken runs in a later turn.',
    ],
    programs: [
      { id: '33-lock', title: 'Lock', ask: 'Four tasks each add one to a counter, with a wait between reading and writing. What is the sum without a lock? And with it, in how many units?' },
      { id: '34-semaphore', title: 'Semaphore', ask: 'Five jobs, and room for two at a time. In which order do they get in?' },
      { id: '35-event', title: 'Event', ask: 'An event is set and cleared again at once. Does the task that waited for it still go on?' },
    ],
  },
];

/// Every program with what belongs to it: {id, title, ask, step, lesson}, in order.
export const programs = lessons.flatMap((lesson, index) =>
  lesson.programs.map((program) => ({ ...program, step: index + 1, lesson })));
