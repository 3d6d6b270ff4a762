// The little of WASI that a program without files needs: its output and input, arguments, environment, clocks, the end.
// Paths cannot be opened: the C library then says so, with errno.

const SUCCESS = 0,
  BADF = 8,
  INVAL = 28,
  NOSYS = 52,
  SPIPE = 70;
const CHARACTER_DEVICE = 2;

/** Thrown through the program's frames when it calls exit(): the only way out of them. */
export class Exit {
  constructor(status) {
    this.status = status;
  }
}

/** options: args, env, read(Uint8Array) → count, write(fd, Uint8Array); memory() gives the current Memory. */
export function wasi({ args, env, read, write }, memory) {
  const view = () => new DataView(memory().buffer);
  const bytes = (at, length) => new Uint8Array(memory().buffer, at, length);
  const encoder = new TextEncoder();

  function strings(list) {
    const encoded = list.map((text) => encoder.encode(`${text}\0`));
    return {
      sizes(count, size) {
        view().setUint32(count, encoded.length, true);
        view().setUint32(
          size,
          encoded.reduce((sum, { length }) => sum + length, 0),
          true,
        );
        return SUCCESS;
      },
      get(pointers, at) {
        for (const text of encoded) {
          view().setUint32(pointers, at, true);
          bytes(at, text.length).set(text);
          pointers += 4;
          at += text.length;
        }
        return SUCCESS;
      },
    };
  }

  function* vectors(at, count) {
    for (let i = 0; i < count; i++)
      yield bytes(view().getUint32(at + 8 * i, true), view().getUint32(at + 8 * i + 4, true));
  }

  function nanoseconds(clock) {
    const milliseconds = clock === 0 ? Date.now() : performance.now();
    return BigInt(Math.round(milliseconds * 1e6));
  }

  const arguments_ = strings(args),
    environment = strings(Object.entries(env).map(([name, value]) => `${name}=${value}`));

  return {
    args_sizes_get: arguments_.sizes,
    args_get: arguments_.get,
    environ_sizes_get: environment.sizes,
    environ_get: environment.get,
    clock_time_get(clock, precision, at) {
      view().setBigUint64(at, nanoseconds(clock), true);
      return SUCCESS;
    },
    clock_res_get(clock, at) {
      view().setBigUint64(at, 1000n, true);
      return SUCCESS;
    },
    fd_write(fd, at, count, written) {
      if (fd !== 1 && fd !== 2) return BADF;
      let total = 0;
      for (const part of vectors(at, count)) {
        write(fd, part);
        total += part.length;
      }
      view().setUint32(written, total, true);
      return SUCCESS;
    },
    fd_read(fd, at, count, got) {
      if (fd !== 0) return BADF;
      let total = 0;
      for (const part of vectors(at, count)) {
        const length = part.length ? +read(part) : 0;
        total += length;
        if (length < part.length) break;
      }
      view().setUint32(got, total, true);
      return SUCCESS;
    },
    fd_fdstat_get(fd, at) {
      if (fd > 2) return BADF;
      bytes(at, 24).fill(0);
      view().setUint8(at, CHARACTER_DEVICE);
      return SUCCESS;
    },
    fd_close: () => SUCCESS,
    fd_seek: () => SPIPE,
    random_get(at, length) {
      if (length > 65536) return INVAL;
      crypto.getRandomValues(bytes(at, length));
      return SUCCESS;
    },
    proc_exit(status) {
      throw new Exit(status);
    },
    unsupported: () => NOSYS,
  };
}
