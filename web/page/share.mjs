// What the reader sees, as the hash of a link: a program's id, and after a tilde the rest as JSON, gzipped, in
// base64url. No server knows of it.
//
//   {id, params, at, axis, clock, seed, pin}: parameters that differ from the program's own, the position in the trace,
//   the axis, the clock, the seed of another order, and {params, seed} of a run that is pinned beside this one
//
// What comes out of a link may be anything: whoever uses it checks it (../run/choices.mjs).

export async function encode({ id, ...rest }) {
  const worth = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (!Object.keys(worth).length) return `#${id}`;
  const bytes = await through(new CompressionStream('gzip'), new TextEncoder().encode(JSON.stringify(worth)));
  return `#${id}~${toBase64url(bytes)}`;
}

/// {id, ...}; of a rest that cannot be read there is {broken: true} instead.
export async function decode(hash) {
  const [id, rest] = hash.replace(/^#/, '').split('~');
  if (rest === undefined) return { id };
  try {
    const bytes = await through(new DecompressionStream('gzip'), fromBase64url(rest));
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return value && typeof value === 'object' ? { ...value, id } : { id, broken: true };
  } catch {
    return { id, broken: true };
  }
}

const MOST = 100_000; // bytes: a small link can unpack to very much

async function through(stream, bytes) {
  const writer = stream.writable.getWriter();
  writer.write(bytes).catch(() => {}); // the reading end tells
  writer.close().catch(() => {});
  const parts = [];
  let length = 0;
  for (const reader = stream.readable.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > MOST) throw new Error('too long');
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
