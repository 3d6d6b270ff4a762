// The starter project of `asyncio-wasm new`: its files as texts.

const PROGRAM = `#include <asyncio.h>
#include <stdio.h>

static void *fetch(void *arg)
{
    long n = (long)arg;
    printf("fetch %ld: start\\n", n);
    if (asyncio_sleep(n * 0.5) < 0)
        return NULL; /* cancelled: returning passes the exception on */
    printf("fetch %ld: end\\n", n);
    return arg;
}

static void *main_(void *arg)
{
    asyncio_task *a = asyncio_create_task(fetch, (void *)1);
    asyncio_task *b = asyncio_create_task(fetch, (void *)2);
    long first = (long)asyncio_await(a), second = (long)asyncio_await(b);
    printf("got %ld and %ld\\n", first, second);
    return arg;
}

int main(void)
{
    return asyncio_run(main_, NULL);
}
`;

const NODE = `import { run } from './program.mjs';

process.exitCode = await run({ args: process.argv.slice(1) });
`;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>asyncio-wasm</title>
<pre id="output" role="log"></pre>
<script type="module">
  import { run } from './program.mjs';

  const output = document.querySelector('#output');
  await run({ stdout: (text) => output.append(text), stderr: (text) => output.append(text) });
</script>
`;

const README = `# A program on asyncio-wasm

\`program.c\` is compiled to \`program.wasm\`; \`program.mjs\` loads it, in Node (\`main.mjs\`) and in the page
(\`index.html\`).

    npm install
    npm start        # builds it and runs it in Node
    npm run page     # builds it and serves the page

Compiling needs Emscripten (\`emcc\`). The API's manual is \`node_modules/asyncio-wasm/include/asyncio.h\`.
`;

export function starter({ name, version }) {
  return {
    'program.c': PROGRAM,
    'main.mjs': NODE,
    'index.html': PAGE,
    'README.md': README,
    '.gitignore': 'node_modules\n*.wasm\nprogram.mjs\nprogram.d\nprogram.command\n',
    'package.json': `${JSON.stringify(
      {
        name,
        private: true,
        type: 'module',
        scripts: {
          build: 'asyncio-wasm build -o program.mjs program.c',
          start: 'npm run --silent build && node main.mjs',
          page: 'npm run --silent build && vite',
        },
        dependencies: { 'asyncio-wasm': `^${version}` },
        devDependencies: { vite: '^8.0.0' },
      },
      null,
      2,
    )}\n`,
  };
}
