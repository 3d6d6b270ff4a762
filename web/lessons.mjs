// The lessons: the guide's ten steps, and what lies beyond. Each asks one question, teaches one thing, and has
// programs. Data, and for each task a check.
//
// A program's id is the name of its files: ID.c, .py, .out and .wasm. The first program of a lesson is made for it and
// has parameters (web/lessons/); the others are tests of parity with CPython (tests/parity/). What stands between
// backquotes is code.
//
//   ask      what the reader is to think about before pressing Run
//   params   name -> {label, value, min, max, step, unit} for a number, {label, value: true or false} for a switch. The
//   program has
//            the same default: PARAM("name", value)
//   make     {task, check(run), solution}: the reader's task; run is {lines, time, params}; `solution` are parameters
//   that pass

const seconds = (label, value, more = {}) => ({ label, value, min: 0, max: 6, step: 0.5, unit: 's', ...more });
const number = (label, value, min, max) => ({ label, value, min, max, step: 1, unit: '' });
const flag = (label, value) => ({ label, value });

/// Whether lines are printed in this order, whatever stands between them.
function inOrder(lines, ...wanted) {
  let from = 0;
  return wanted.every((line) => {
    const at = lines.indexOf(line, from);
    from = at + 1;
    return at >= 0;
  });
}

export const lessons = [
  {
    name: 'When to use it',
    question: 'When is asyncio worth it?',
    text: [
      'A program that talks to a network or a disk spends most of its time waiting. asyncio lets one thread wait for many things at once: the waits overlap. Computing does not, for there is still only one thread.',
      'So it pays where waiting dominates and gains nothing for pure calculation. And one call that blocks the thread holds up everybody.',
    ],
    programs: [
      {
        id: 'waits',
        title: 'Two requests',
        ask: 'Two requests wait 3 and 1 seconds, at the same time. In which order do the four lines come, and when is all over?',
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
        ask: 'Two fetches wait 1 and 2 units, without asyncio. How many units does the whole take? Can anything overlap?',
      },
      {
        id: '02-when-waits-overlap',
        title: 'Waits that overlap',
        ask: 'Three requests wait 3, 1 and 2 units. In which order do the replies come, and how many units go by in all?',
      },
      {
        id: '03-when-cpu-bound',
        title: 'Computing does not overlap',
        ask: 'Two jobs only compute. Do their chunks take turns? What does `sleep(0)` after each chunk change?',
      },
      {
        id: '04-when-blocking-call-freezes-loop',
        title: 'A blocking call',
        ask: 'The jobs use `time.sleep`, not `asyncio.sleep`. How often does the heartbeat beat meanwhile, and when does main learn that job 1 is over?',
      },
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
      {
        id: 'loop',
        title: 'Callbacks and timers',
        ask: 'Two timers, a callback for “soon”, and main, which lets the loop have a turn. Who speaks when?',
        params: { first: seconds('timer 1', 2), second: seconds('timer 2', 1), pause: seconds('main’s pause', 0) },
        make: {
          task: 'Let timer 1 go off before main’s pause is over, and timer 2 after it.',
          check: ({ lines }) => inOrder(lines, 'timer 1', 'main: after the pause', 'timer 2'),
          solution: { first: 0.5, second: 2, pause: 1 },
        },
      },
      {
        id: '05-loop-lifecycle',
        title: 'A loop’s life',
        ask: 'Which probes find a running loop? What comes of calling run inside of run?',
      },
      {
        id: '06-loop-callbacks-and-timers',
        title: 'Callbacks and timers',
        ask: 'Timers are set for 3, 1, 2 and 4 units, two callbacks for now. Who comes when, and what is left over when the loop is stopped?',
      },
      {
        id: '07-loop-run-forever-and-stop',
        title: 'Stopping a loop',
        ask: 'A callback stops the loop and schedules another. Does that one still run? And what does a loop do that was told to stop before it ran?',
      },
      {
        id: '08-loop-exception-handler',
        title: 'Errors nobody awaits',
        ask: 'A callback raises, and later a task that nobody awaits. Does the loop go on? Who is told, and when?',
      },
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
      {
        id: 'coroutine',
        title: 'Made, then awaited',
        ask: 'The coroutine object is made at once and awaited a second later. When does it say hello?',
        params: { task: flag('make it a task', false), pause: seconds('pause before the await', 1) },
        make: {
          task: 'Let it say hello before main awaits it.',
          check: ({ lines }) => inOrder(lines, 'greet: hello, reader', 'main: awaiting it'),
          solution: { task: true, pause: 1 },
        },
      },
      {
        id: '09-coroutine-hello',
        title: 'The smallest program',
        ask: 'One line comes out. How many tasks does that take, and how many turns of the loop?',
      },
      {
        id: '10-coroutine-states',
        title: 'A coroutine’s life',
        ask: 'What can be said of a coroutine object before, during and after it runs? And if nobody ever awaits it?',
      },
      {
        id: '11-coroutine-driven-by-hand',
        title: 'Driven by hand',
        ask: 'Without a loop, `send` runs a coroutine to its next suspension. What comes out of `send`, and where does the return value arrive?',
      },
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
      {
        id: 'await',
        title: 'Who gets a turn',
        ask: 'main awaits load, load awaits read_row, and only read_row sleeps. When does the other task get its turn?',
        params: { suspends: flag('read_row sleeps', true), delay: seconds('for', 1) },
        against: { text: 'an await that does not suspend', params: { suspends: false } },
        make: {
          task: 'Keep the other task from running until main has loaded its row.',
          check: ({ lines }) => inOrder(lines, 'main: loaded', 'other: gets its turn'),
          solution: { suspends: false },
        },
      },
      {
        id: '12-await-chain',
        title: 'A chain of awaits',
        ask: 'main awaits load, which awaits read_row, which fails for a negative key. Which frames print something while the error passes through?',
      },
      {
        id: '13-await-awaitables',
        title: 'What can be awaited',
        ask: 'A task and a future are awaited twice each. Do they wait twice? And how many turns does a countdown from 3 take?',
      },
      {
        id: '14-await-errors',
        title: 'Errors on their way',
        ask: 'An error passes through three coroutines, each with a `finally`. Who prints when? And what do two tasks get that await the same failed one?',
      },
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
      {
        id: 'sequential',
        title: 'Two fetches',
        ask: 'Both coroutine objects are made before the first `await`. Does fetch 2 begin before fetch 1 ends?',
        params: {
          one: seconds('fetch 1 takes', 2),
          two: seconds('fetch 2 takes', 1),
          task: flag('fetch 2 is a task', false),
        },
        against: { text: 'fetch 2 as a task', params: { task: true } },
        make: {
          task: 'Let fetch 2 end first, and the whole take no longer than fetch 1 alone.',
          check: ({ lines, time, params }) => inOrder(lines, 'fetch 2: ends', 'fetch 1: ends') && time === params.one,
          solution: { one: 2, two: 1, task: true },
        },
      },
      {
        id: '15-naive-await-is-sequential',
        title: 'Made first, awaited later',
        ask: 'Both coroutine objects exist before the first `await`. Do they take 2 units together, or 3?',
      },
      {
        id: '16-naive-loop-and-inline-tasks',
        title: 'Three spellings',
        ask: 'The same three waits (3, 1 and 2 units), spelled in three ways. Which of them takes 3 units in all?',
      },
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
      {
        id: 'tasks',
        title: 'Breakfast',
        ask: 'Tea takes 3 seconds, toast 2. main awaits the tea first. Which line comes first, and when does main learn that the toast is ready?',
        params: {
          tea: seconds('tea takes', 3),
          toast: seconds('toast takes', 2),
          tea_first: flag('await the tea first', true),
        },
        make: {
          task: 'Let main have its toast before the tea is ready.',
          check: ({ lines }) => inOrder(lines, 'main: has toast', 'tea: ready'),
          solution: { tea: 3, toast: 2, tea_first: false },
        },
      },
      {
        id: '17-task-runs-concurrently',
        title: 'Two tasks at once',
        ask: 'The same two fetches as in step 5, now as tasks. When does each start, and how many units does the whole take?',
      },
      {
        id: '18-task-await-order',
        title: 'The order of awaits',
        ask: 'The middle one of three tasks is awaited first. Does that change when the work is done, or only what main hears first?',
      },
      {
        id: '19-task-lifecycle',
        title: 'A task’s life',
        ask: 'A task is asked for its result before it is done. And who comes first at its end: its done callbacks, or main that awaits it?',
      },
      {
        id: '20-task-cancel-and-cleanup',
        title: 'Cancel and clean up',
        ask: '`cancel()` returns. Is the task over at that moment? What does it still get to do? And a task cancelled before it began?',
      },
      {
        id: '21-task-cancel-requests',
        title: 'Asked to cancel, twice',
        ask: 'A task is asked to be cancelled twice before it gets to run. How many `CancelledError` does it see, and what is `cancelling()` then?',
      },
      {
        id: '22-task-weak-reference',
        title: 'Who keeps a task alive',
        ask: 'Nobody holds on to a waiting task. Python may collect it, for its loop refers to tasks only weakly. Here the loop keeps it: what does that change in the output?',
      },
      {
        id: '23-task-left-over-at-exit',
        title: 'Left over at the end',
        ask: 'main returns while a ticker still ticks. What becomes of the ticker, and when does run return?',
      },
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
      {
        id: 'gather',
        title: 'Three jobs',
        ask: 'Job 3 is over first. In which order do the results come?',
        params: {
          one: seconds('job 1 takes', 3),
          two: seconds('job 2 takes', 2),
          three: seconds('job 3 takes', 1),
          fails: flag('job 2 fails', false),
          after: seconds('main stays for', 4),
        },
        make: {
          task: 'Let job 2 fail, and job 1 still get to its end, after main has heard of the failure.',
          check: ({ lines }) => inOrder(lines, 'main: one has failed', 'job 1: over', 'main: the end'),
          solution: { fails: true },
        },
      },
      {
        id: '24-gather-results-in-order',
        title: 'Results in order',
        ask: 'A task that exists already, a finished future and three coroutines go into one `gather`, one of them twice. Who starts first, and how many results come out?',
      },
      {
        id: '25-gather-exceptions',
        title: 'When one fails',
        ask: 'Of four jobs, two fail, after 2 and after 3 units. Which error does main see, and what do the other jobs do then?',
      },
      {
        id: '26-gather-cancelled-and-nested',
        title: 'Cancelled, and nested',
        ask: 'Who is cancelled when a `gather` is, and who when one of its children is? What does `return_exceptions` change about that?',
      },
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
      {
        id: 'taskgroup',
        title: 'One bad task',
        ask: 'One of three tasks fails after 2 seconds. What becomes of the quick one and of the slow one? When is the block over?',
        params: {
          quick: seconds('quick takes', 1),
          slow: seconds('slow takes', 3),
          bad: seconds('bad fails after', 2),
          with_bad: flag('there is a bad one', true),
        },
        make: {
          task: 'One fails, and yet the other two finish.',
          check: ({ lines }) =>
            inOrder(lines, 'quick: finished', 'bad: raises') && inOrder(lines, 'slow: finished', 'bad: raises'),
          solution: { bad: 4 },
        },
      },
      {
        id: '27-taskgroup-basic',
        title: 'A block that waits',
        ask: 'A task of the group adds another to it after 1.5 units, which takes 2.5. When is the block over?',
      },
      {
        id: '28-taskgroup-errors',
        title: 'When one fails',
        ask: 'One task fails after 2 units. Who is cancelled, who had finished before, and what if cleaning up fails too?',
      },
      {
        id: '29-taskgroup-nested-and-cancelled',
        title: 'Groups within groups',
        ask: 'An inner group fails. What does the outer one see of it? And what comes out if somebody cancels the block while it waits?',
      },
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
      {
        id: 'future',
        title: 'A box for a value',
        ask: 'Two readers wait for a value that main sets after a second. Does main say “the value is set” before or after they have it?',
        params: {
          readers: number('readers', 2, 1, 4),
          delay: seconds('main sets it after', 1),
          early: flag('set it at once', false),
        },
        make: {
          task: 'Let three readers get 7.',
          check: ({ lines }) => lines.filter((line) => line.endsWith('got 7')).length === 3,
          solution: { readers: 3, early: true },
        },
      },
      {
        id: '30-future-result',
        title: 'One value, three waiters',
        ask: 'main and two consumers wait for the same future. Who hears of the value first? Does the producer’s own line come before that?',
      },
      {
        id: '31-future-callbacks-and-cancel',
        title: 'Who hears of the end',
        ask: 'Three callbacks and a waiter share one future; one callback is removed and one raises. Who still hears of the end, in which order?',
      },
      {
        id: '32-future-bridges-callback-code',
        title: 'Callbacks become awaits',
        ask: 'A reader is cancelled while its device is still busy. What becomes of the value that arrives too late?',
      },
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
        ask: 'Four tasks each add one to a counter, with a wait between reading and writing. What is the sum without a lock? And with it, in how many units?',
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
  },
  {
    name: 'Cancellation',
    beyond: true,
    question: 'How does a task end before its time?',
    text: [
      '`cancel()` only asks. The next time the loop takes the task, `CancelledError` comes out of the `await` where it stands, and runs up the frames like any other error. On the way each of them may clean up, and even wait in doing so.',
      'Who takes the error and does not raise it again has not been cancelled: the task goes on, or returns a result.',
    ],
    programs: [
      {
        id: 'cancel',
        title: 'Cleaning up',
        ask: '`cancel()` is called after one second, and cleaning up takes two. When does main go on, and what does it hear?',
        params: {
          patience: seconds('main’s patience', 1),
          cleanup: seconds('cleaning up takes', 2),
          swallow: flag('swallow the error', false),
        },
        make: {
          task: 'Let the task be asked to stop, and yet not end cancelled.',
          check: ({ lines }) => inOrder(lines, 'worker: told to stop', 'cancelled: False'),
          solution: { swallow: true },
        },
      },
    ],
  },
  {
    name: 'Timeouts',
    beyond: true,
    question: 'How do I stop waiting?',
    text: [
      'A timeout is a timer that cancels the task which is in its block. At the end of the block the `CancelledError` becomes a `TimeoutError`, if it was the timer’s own.',
      'So whoever runs inside may clean up first, and the block lasts until that is over. Work that does not wait cannot be interrupted at all.',
    ],
    programs: [
      {
        id: 'timeout',
        title: 'A slow download',
        ask: 'Four parts of one second each, and a limit of 2.5 seconds. How many parts arrive, and after how long does main go on?',
        params: {
          limit: seconds('limit', 2.5),
          parts: number('parts', 4, 1, 6),
          part: seconds('each part takes', 1),
          cleanup: seconds('cleaning up takes', 0.5),
        },
        make: {
          task: 'With a limit of 3 s or less, let all of at least four parts arrive in time.',
          check: ({ lines, params }) => params.limit <= 3 && params.parts >= 4 && lines.includes('main: all is there'),
          solution: { limit: 3, parts: 4, part: 0.5 },
        },
      },
      {
        id: '38-wait-for',
        title: 'wait_for',
        ask: 'Work of several lengths under `wait_for` with several limits. Who is cancelled, and when does `wait_for` itself return?',
      },
    ],
  },
  {
    name: 'shield',
    beyond: true,
    question: 'What if a part must not be cut off?',
    text: [
      'Who is cancelled cancels what it awaits. `shield` stands in between: the `await` ends with `CancelledError` all the same, but what was awaited goes on.',
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
  },
  {
    name: 'Queues',
    beyond: true,
    question: 'How do tasks hand work to each other?',
    text: [
      'A queue joins those who make something to those who use it, each at their own pace. `get` waits while it is empty, `put` while it is full: so a queue with a limit holds back whoever is too fast.',
      '`join` waits until every item has been marked as done with `task_done`. The workers, who wait for ever more, are then cancelled.',
    ],
    programs: [
      {
        id: 'queue',
        title: 'Baker and seller',
        ask: 'A bread takes one second to bake and two to sell, and the shelf has room for one. When does the baker have to wait?',
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
  },
  {
    name: 'Ctrl+C',
    beyond: true,
    question: 'What does Ctrl+C do to an event loop?',
    text: [
      'The first Ctrl+C is a request: it cancels the main task. If that then really ends cancelled, `run` raises `KeyboardInterrupt`. If main takes the error and goes on, so does the program.',
      'The second one does not ask: `KeyboardInterrupt` is raised at once, and what is left over is cancelled on the way out.',
    ],
    programs: [
      {
        id: 'interrupt',
        title: 'Once, or twice',
        ask: 'Ctrl+C comes after one second, while main sleeps. What does main still get to do, and what comes out of `run`?',
        params: {
          presses: number('presses', 1, 0, 3),
          first: seconds('the first after', 1),
          apart: seconds('the next after another', 1),
          cleanup: seconds('cleaning up takes', 2),
          reraise: flag('raise the error again', true),
        },
        make: {
          task: 'Press it once, and let the program end as if nothing had happened.',
          check: ({ lines }) =>
            inOrder(lines, '(Ctrl+C)', 'main: clean', 'main: returns') && !lines.includes('KeyboardInterrupt'),
          solution: { reraise: false },
        },
      },
    ],
  },
  {
    name: 'Real time',
    beyond: true,
    question: 'What if it is the world that one waits for?',
    text: [
      'Timers are only one of the things that a loop waits for. A click, an answer from a server, a file: in the browser each of these is a promise, and a task can await it like anything else.',
      'When they come is up to the world. So this program runs on the real clock, and its lanes grow while you watch. Stop is Ctrl+C: once lets it clean up, twice does not wait.',
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
  },
  {
    name: 'Pitfalls',
    beyond: true,
    question: 'What goes wrong most often?',
    text: [
      'A call that blocks, like `time.sleep`, stops the whole loop: nobody else gets a turn, and no timer fires until it returns. In a task that is never awaited, work is begun, and its end is nobody’s business. And when main returns, whoever is not yet done is cancelled.',
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
  },
];

/// Every program with what belongs to it: {id, title, ask, step, lesson}, in order.
export const programs = lessons.flatMap((lesson, index) =>
  lesson.programs.map((program) => ({ ...program, step: index + 1, lesson })),
);
