// The example of guest mode, as the README of its users would have them run it: a poll() loop that drives asyncio's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from '../groups/support.mjs';

test("a poll() loop of the program's own drives the tasks and completes their futures", async () => {
  const env = {
    MAKEFLAGS: '',
    MAKELEVEL: '',
    MFLAGS: '',
    ASYNCIO_CLOCK: '',
    ASYNCIO_TRACE: '',
    ASYNCIO_TIME_LIMIT: '60',
  };
  const { status, stdout, stderr } = await execute(
    'make',
    ['--no-print-directory', 'run-native', 'FILE=tests/unit/programs/guest.c'],
    { env, limit: 120 },
  );
  assert.deepEqual(
    { status, stdout, stderr },
    {
      status: 0,
      stderr: '',
      stdout:
        'read line 1\nread line 2\nread line 3\nand slept meanwhile\nmain has ended: done\ntick ends: CancelledError\n',
    },
  );
});
