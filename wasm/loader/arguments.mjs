// Several arguments for one C function (ASYNCIO_EXPORT_ASYNC): what it takes, and how they get into its memory.

import { bytesOf } from './bytes.mjs';
import { kindOf } from './glue.mjs';

const encoder = new TextEncoder();

/** What a kind of parameter takes: `is` it such a value; `what` it is to be; `put` it into the eight bytes at `at`.
 * Texts and bytes stand behind the arguments, where `add` puts them. */
const KINDS = {
  double: { is: isNumber, what: 'a number', put: ({ view, at }, x) => view.setFloat64(at, Number(x), true) },
  float: { is: isNumber, what: 'a number', put: ({ view, at }, x) => view.setFloat32(at, Number(x), true) },
  integer: { is: isNumber, what: 'a number', put: ({ view, at }, x) => view.setInt32(at, Number(x), true) },
  bool: { is: isNumber, what: 'true or false', put: ({ view, at }, x) => view.setInt32(at, Number(Boolean(x)), true) },
  large: {
    is: (x) => typeof x === 'bigint' || Number.isInteger(x),
    what: 'a BigInt or a whole number',
    put: ({ view, at }, x) => view.setBigInt64(at, BigInt.asIntN(64, BigInt(x)), true),
  },
  text: {
    is: (x) => typeof x === 'string' || isNone(x),
    what: 'a string or null',
    put: ({ view, at, add }, x) => view.setUint32(at, isNone(x) ? 0 : add(encoder.encode(x)), true),
  },
  bytes: {
    is: (x) => isNone(x) || bytesOf(x) !== undefined,
    what: 'an ArrayBuffer, a view of one, or a string',
    put({ view, at, add }, x) {
      const bytes = isNone(x) ? new Uint8Array() : bytesOf(x);
      view.setUint32(at, add(bytes), true);
      view.setUint32(at + 4, bytes.length, true);
    },
  },
  value: {
    is: () => true,
    what: 'anything',
    put: ({ at, refer }, x) => isNone(x) || refer(at, x),
  },
};

const SLOT = 8; // bytes that each argument has, and the result

function isNumber(x) {
  return typeof x === 'number' || typeof x === 'boolean';
}

const isNone = (x) => x === null || x === undefined;

/** Of numbers, which one: they have their places in memory here. */
function exactKindOf(type) {
  const kind = kindOf(type);
  if (kind !== 'number') return kind;
  if (/\*/.test(type)) return 'integer';
  if (/\b(double|float)\b/.test(type)) return /\bdouble\b/.test(type) ? 'double' : 'float';
  if (/^(_Bool|bool)$/.test(type)) return 'bool';
  return /64_t\b|\blong long\b|\bu?intmax_t\b/.test(type) ? 'large' : 'integer';
}

/** What a function takes and brings, as the name of its export says it: "asyncio_typed:number:area:double width,double
 * height,". */
export class Signature {
  constructor(key) {
    const [, result, name, list] = key.split(':');
    this.name = name;
    this.result = result === 'number' ? 'double' : result;
    this.parameters = list
      .split(',')
      .filter(Boolean)
      .map((text) => {
        const [, type, parameter] = /^(.*?)\s*(\w+)$/.exec(text);
        return { type, name: parameter, ...KINDS[exactKindOf(type)] };
      });
  }

  toString() {
    const list = this.parameters.map(({ type, name }) => `${type}${/\*$/.test(type) ? '' : ' '}${name}`);
    return `${this.name}(${list.join(', ')})`;
  }

  /** A copy of the list; throws TypeError for what it does not take. */
  check(given) {
    if (!Array.isArray(given)) throw new TypeError(`${this} takes its arguments as an array`);
    const list = [...given]; // whose members may be other ones at each look
    if (list.length !== this.parameters.length)
      throw new TypeError(
        `${this} takes ${this.parameters.length} argument${this.parameters.length === 1 ? '' : 's'}, not ` +
          `${list.length}`,
      );
    this.parameters.forEach(({ name, is, what }, i) => {
      if (!is(list[i]))
        throw new TypeError(
          `${this}: ${name} is to be ${what}, not ` +
            `${list[i] === null ? 'null' : Array.isArray(list[i]) ? 'an array' : typeof list[i]}`,
        );
    });
    return list;
  }

  /** Puts checked arguments into memory, which the call then owns, with room for the result. 0 if there is none.
   * handle(value) gives the address of what refers to a value. */
  place(list, { exports, handle }) {
    const extras = [],
      fixed = (this.parameters.length + 1) * SLOT;
    let length = fixed;
    const add = (bytes) => {
      extras.push({ bytes, offset: length });
      length += bytes.length + 1; // a zero behind
      return extras.at(-1).offset;
    };
    const scratch = new DataView(new ArrayBuffer(fixed)),
      pointers = [],
      values = []; // which are handed over when nothing can fail any more
    this.parameters.forEach(({ put }, i) => {
      const at = i * SLOT;
      put(
        {
          view: scratch,
          at,
          refer: (place, value) => values.push([place, value]),
          add: (bytes) => {
            pointers.push(at);
            return add(bytes);
          },
        },
        list[i],
      );
    });
    const base = exports.asyncio_allocate(length);
    if (!base) return 0;
    for (const at of pointers) scratch.setUint32(at, scratch.getUint32(at, true) + base, true);
    for (const [at, value] of values) scratch.setUint32(at, handle(value), true);
    const memory = new Uint8Array(exports.memory.buffer, base, length).fill(0);
    memory.set(new Uint8Array(scratch.buffer));
    for (const { bytes, offset } of extras) memory.set(bytes, offset);
    return base;
  }
}
