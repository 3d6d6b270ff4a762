// Where what a program prints goes, and its trace.

import { byLines } from './text-streams.mjs';

/** Standard output (1) and error (2), as text. */
export class Output {
  #decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  #sinks;

  constructor({ stdout, stderr }) {
    this.#sinks = {
      1: stdout ?? byLines((line) => console.log(line)),
      2: stderr ?? byLines((line) => console.error(line)),
    };
  }

  write(fd, bytes) {
    this.deliver(fd, this.#decoders[fd].decode(bytes, { stream: true }));
  }

  deliver(fd, text) {
    if (text) this.#sinks[fd](text);
  }

  /** The program is over: what is left of a character or a line is all there is. */
  end() {
    try {
      this.#end(1);
    } finally {
      this.#end(2);
    }
  }

  #end(fd) {
    this.deliver(fd, this.#decoders[fd].decode());
    this.#sinks[fd].end?.();
  }
}

/** A trace, as text or event by event. */
export class TraceOutput {
  #rest = '';
  #event;
  #text;

  constructor({ trace, traceText }) {
    this.#event = trace;
    this.#text = traceText;
  }

  get wanted() {
    return Boolean(this.#event || this.#text);
  }

  /** By its ending the program knows the format. */
  get name() {
    return this.#text?.name ?? 'events.jsonl';
  }

  write(text) {
    if (this.#text) return this.#text.write(text);
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#event(JSON.parse(line));
  }

  close() {
    this.#text?.close();
  }
}
