// Runs programs and says how they ended, as verdict.mjs wants to hear it. In Node and in browsers.

/** One run of a program, on this thread. Who calls brings the loader's load(), wherever that comes from. */
export async function outcomeOf(load, module, { args, env = {}, clock = 'virtual' }) {
  const outcome = { status: undefined, crash: undefined, stdout: '', stderr: '' };
  try {
    const program = await load(module, {
      args,
      env,
      clock,
      stdout: (text) => (outcome.stdout += text),
      stderr: (text) => (outcome.stderr += text),
    });
    outcome.status = await program.run();
  } catch (error) {
    outcome.crash = error.message;
  }
  return outcome;
}

/** A thread that runs programs one by one, and is replaced when one of them never ends. */
export class Runner {
  #start;
  #worker;
  #finish; // takes the outcome of the program that runs

  /**
   * @param start  (heard, failed) => a worker with postMessage() and terminate(): it answers each message with an
   * outcome,
   *               which is to be given to heard(); what goes wrong with itself, as text, to failed()
   */
  constructor(start) {
    this.#start = start;
  }

  #fail(outcome) {
    this.stop();
    this.#finish({ status: undefined, stdout: '', stderr: '', ...outcome });
  }

  /** @returns the outcome of a run: { file, args, env, clock }; after `limit` seconds it is { timedOut } */
  run(job, limit) {
    this.#worker ??= this.#start(
      (outcome) => this.#finish(outcome),
      (text) => this.#fail({ crash: `the host failed: ${text}` }),
    );
    const outcome = new Promise((resolve) => (this.#finish = resolve));
    const timer = setTimeout(() => this.#fail({ timedOut: limit }), limit * 1000);
    this.#worker.postMessage(job);
    return outcome.finally(() => clearTimeout(timer));
  }

  stop() {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
