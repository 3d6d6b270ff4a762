const encoder = new TextEncoder();

/** The bytes of a string, a buffer or a view of one; undefined for what has none. */
export function bytesOf(x) {
  if (typeof x === 'string') return encoder.encode(x);
  if (x instanceof ArrayBuffer) return new Uint8Array(x);
  return ArrayBuffer.isView(x) ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength) : undefined;
}
