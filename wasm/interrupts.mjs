// Ctrl+C for a program that runs in a Worker: whoever owns the Worker passes it on, and ends the Worker if nothing hears it.

/** So many may be on their way unheard, as natively (src/interrupts.c). */
const PATIENCE = 2;

export class Interrupts {
  #unheard = 0;
  #send;
  #force;

  /** send() has the Worker call program.interrupt(), and then heard(); force() ends it. */
  constructor({ send, force }) {
    this.#send = send;
    this.#force = force;
  }

  press() {
    if (this.#unheard === PATIENCE) return this.#force();
    this.#unheard++;
    return this.#send();
  }

  heard() {
    this.#unheard--;
  }
}
