// The Worker: for each message { file, args, env, clock } it answers with the outcome.

import { run } from './run.mjs';

addEventListener('message', async ({ data }) => postMessage(await run(data)));
