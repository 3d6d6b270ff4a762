// Promises that C awaits; the C side is in src/bridge/js.c.
//
// A promise is watched from when it is on its way into C, under a number, which is all that C gets. Whoever watches is
// used again for the next one, with its closures: waiting costs what then() costs.

export class Promises {
  #all = [undefined]; // by number
  #idle = [];
  #unsettled = 0;

  /** host: alive(), fulfill(number, value, last), reject(number, reason); last: nothing else is watched at the moment.
   * */
  constructor(host) {
    this.host = host;
  }

  /** The number for a promise; being cancelled in C aborts the controller. */
  watch(promise, controller) {
    const watched = this.#idle.pop() ?? this.#add();
    watched.controller = controller;
    this.#wait(watched, promise);
    return watched.number;
  }

  /** afterwards(call): has something called as soon as C is not in a call any more. */
  imports(afterwards) {
    return {
      abort: (number) => {
        const { controller } = this.#forget(this.#all[number]);
        if (controller) afterwards(() => controller.abort());
      },
      unclaimed: (number) => {
        this.#all[number].unclaimed = true;
      },
      claim: (number) => this.#tellAgain(this.#all[number]),
    };
  }

  #add(number = this.#all.length) {
    const watched = { number, controller: undefined, unclaimed: false, outcome: undefined, forgotten: false };
    watched.fulfilled = (value) => this.#fulfilled(watched, value);
    watched.rejected = (reason) => this.#rejected(watched, reason);
    return (this.#all[number] = watched);
  }

  /** C wants nothing of it any more. It may never be settled: so somebody else gets its number. */
  #forget(watched) {
    watched.forgotten = true;
    this.#unsettled--;
    this.#idle.push(this.#add(watched.number));
    return watched;
  }

  #wait({ fulfilled, rejected }, promise) {
    this.#unsettled++;
    promise.then(fulfilled, rejected);
  }

  #fulfilled(watched, value) {
    if (watched.forgotten) return;
    this.#unsettled--;
    if (!this.host.alive()) return;
    this.host.fulfill(watched.number, value, this.#unsettled === 0);
    if (watched.unclaimed) watched.outcome = Promise.resolve(value);
    else this.#release(watched);
  }

  #rejected(watched, reason) {
    if (watched.forgotten) return;
    this.#unsettled--;
    if (!this.host.alive()) return;
    this.host.reject(watched.number, reason);
    if (watched.unclaimed)
      watched.outcome = Promise.reject(reason); // which JavaScript hears of, as C does not listen
    else this.#release(watched);
  }

  /** C asks for one that it may have been told of before. */
  #tellAgain(watched) {
    if (!watched.unclaimed) return;
    watched.unclaimed = false;
    this.#wait(watched, watched.outcome);
    watched.outcome = undefined;
  }

  #release(watched) {
    watched.controller = undefined;
    this.#idle.push(watched);
  }
}
