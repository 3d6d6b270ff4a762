// JavaScript values that C holds: numbers there, places in a table here.

/** Values behind numbers; 0 is undefined. */
export class Values {
  #values = [undefined];
  #free = [];

  /** As C is to see it: undefined and null are no values. */
  keep(value) {
    return value === undefined || value === null ? 0 : this.put(value);
  }

  /** A place even for undefined and null, for what comes back as what it was. */
  put(value) {
    const at = this.#free.pop() ?? this.#values.length;
    this.#values[at] = value;
    return at;
  }

  get(at) {
    return this.#values[at];
  }

  take(at) {
    const value = this.#values[at];
    this.release(at);
    return value;
  }

  release(at) {
    if (!at) return;
    this.#values[at] = undefined;
    this.#free.push(at);
  }

  /** How many are kept. */
  get size() {
    return this.#values.length - 1 - this.#free.length;
  }

  /** The program is over: what is left would be kept by whoever still knows the program. */
  clear() {
    this.#values = [undefined];
    this.#free = [];
  }
}
