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

  imports() {
    return {
      abort: (number) => this.#all[number].controller?.abort(),
      unclaimed: (number) => {
        this.#all[number].unclaimed = true;
      },
      claim: (number) => this.#tellAgain(this.#all[number]),
    };
  }

  #add() {
    const watched = { number: this.#all.length, controller: undefined, unclaimed: false, outcome: undefined };
    watched.fulfilled = (value) => this.#fulfilled(watched, value);
    watched.rejected = (reason) => this.#rejected(watched, reason);
    this.#all.push(watched);
    return watched;
  }

  #wait({ fulfilled, rejected }, promise) {
    this.#unsettled++;
    promise.then(fulfilled, rejected);
  }

  #fulfilled(watched, value) {
    this.#unsettled--;
    if (!this.host.alive()) return;
    this.host.fulfill(watched.number, value, this.#unsettled === 0);
    if (watched.unclaimed) watched.outcome = Promise.resolve(value);
    else this.#release(watched);
  }

  #rejected(watched, reason) {
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
