// The coroutines that a program exports.

import { textOf } from './texts.mjs';

/** name -> { start, result, signature }, the signature (of the class Signature) of those that have types. */
export function exportedCoroutines(exports, Signature) {
  return new Map(
    Object.entries(exports).flatMap(([key, start]) => {
      const [kind, result, name] = key.split(':');
      if (kind !== 'asyncio_export' && kind !== 'asyncio_typed') return [];
      return [[name, { start, result, signature: kind === 'asyncio_typed' ? new Signature(key) : undefined }]];
    }),
  );
}

export const notExported = (name) =>
  new TypeError(`this program exports no coroutine "${textOf(name)}" (ASYNCIO_EXPORT makes one of a C function)`);
