// Ctrl+C for a program that runs in a Worker: whoever owns the Worker passes it on, and ends the Worker if nothing
// hears it.

export class Interrupts {
  #unheard = 0;
  #patience;
  #send;
  #force;

  /** send() has the Worker call program.interrupt(), and then heard(); force() ends it. patience: so many may be on
   * their way unheard; two as natively (src/core/interrupts.c). */
  constructor({ send, force, patience = 2 }) {
    this.#patience = patience;
    this.#send = send;
    this.#force = force;
  }

  press() {
    if (this.#unheard === this.#patience) return this.#force();
    this.#unheard++;
    return this.#send();
  }

  heard() {
    this.#unheard--;
  }
}
