// The library, the examples, the unit tests and those of the package with several versions of Emscripten: the one that
// is installed here, and those of newer Debians, each in a chroot of its own below build/chroots.
//
//   node tests/versions/emscripten.mjs [suite...]      all of them, or "here", "trixie", "sid"
//
// It needs root, for debootstrap and chroot. A chroot is made once, in two minutes, and keeps what is compiled in it.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from '../groups/support.mjs';

const SUITES = ['here', 'trixie', 'sid'];
const MIRROR = 'http://deb.debian.org/debian';
const PACKAGES = ['emscripten', 'make', 'cmake', 'pkg-config'];
/** What is taken along: the project's own files, and the package as it was packed here, with the library in it. */
const SOURCES = ['src', 'web', 'wasm', 'tests', 'Makefile', 'package.json', 'package-lock.json'];
const HOME = '/asyncio-wasm'; // the project, inside

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const TARBALL = `build/asyncio-wasm-${version}.tgz`;

/** What is run with each version. Browsers and native builds are left out: Emscripten has no part in them. */
const TESTS =
  process.env.TESTS ??
  'make wasm && { node tests/run.mjs wasm examples node; first=$?; node tests/run.mjs package tool && exit $first; }';

function quietly(what, file, args) {
  console.log(`  ${what}`);
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return;
  throw new Error(
    `${what}: ${file} ended with status ${status}\n${`${stdout}${stderr}`.split('\n').slice(-20).join('\n')}`,
  );
}

/** A Debian with Emscripten. */
function makeChroot(suite, folder) {
  const stamp = join(folder, '.asyncio-wasm-packages');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === PACKAGES.join()) return;
  if (!existsSync(join(folder, 'etc/debian_version'))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    quietly(`debootstrap ${suite}`, 'debootstrap', ['--variant=minbase', suite, folder, MIRROR]);
  }
  const install = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '--no-install-recommends'];
  quietly(`apt-get install ${PACKAGES.join(' ')}, in ${suite}`, 'chroot', [folder, ...install, ...PACKAGES]);
  writeFileSync(stamp, PACKAGES.join());
}

/** The sources as they are now, with their times, so that only what has changed is compiled again. */
function copySources(folder) {
  for (const name of SOURCES) {
    rmSync(join(folder, name), { recursive: true, force: true });
    cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  mkdirSync(join(folder, 'build'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  cpSync(join(root, TARBALL), join(folder, TARBALL), { preserveTimestamps: true });
}

/** npm is taken from here, as it is: Debian's brings some four hundred packages. So is what it has downloaded. */
function npm() {
  const modules = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  if (!existsSync(join(modules, 'npm/bin/npm-cli.js')))
    throw new Error(`npm is not in ${modules}, where it says it is`);
  return { npm: join(modules, 'npm'), cache };
}

/** Runs a command in it. What is mounted is so in a namespace of its own, and goes with the command however that ends:
 * nothing that is here can be removed with the chroot. */
function inside(folder, command) {
  const from = npm(),
    mounts = { [join(root, 'node_modules')]: `${HOME}/node_modules`, [from.npm]: '/usr/local/lib/node_modules/npm' };
  mounts[from.cache] = '/root/.npm';
  for (const to of Object.values(mounts)) mkdirSync(join(folder, to), { recursive: true });
  for (const name of ['npm', 'npx'])
    writeFileSync(
      join(folder, 'usr/local/bin', name),
      `#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/${name}-cli.js "$@"\n`,
      { mode: 0o755 },
    );
  const script = [
    'set -e',
    ...Object.entries(mounts).map(([here, to]) => `mount --bind '${here}' '${join(folder, to)}'`),
    `mount -t proc proc '${folder}/proc'`,
    `exec chroot '${folder}' /bin/bash -c "$1"`,
  ].join('\n');
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: '/root', LANG: 'C.UTF-8' };
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
  return execute('unshare', [...namespaces, '/bin/bash', '-c', script, 'bash', `cd ${HOME} && { ${command}; }`], {
    env: { ...env, npm_config_offline: 'true' },
  });
}

/** Runs a command and shows what it prints; gives its exit status and that. */
function execute(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      process.stdout.write(text);
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout }));
  });
}

/** How commands are run with the Emscripten of this suite. */
function prepare(suite) {
  if (suite === 'here') return (command) => execute('/bin/bash', ['-c', command], { cwd: root });
  const folder = join(build, 'chroots', suite);
  makeChroot(suite, folder);
  copySources(join(folder, HOME));
  return (command) => inside(folder, command);
}

/** What the runner said in the end, of each of its calls. */
function count(text) {
  const lines = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)];
  return [1, 2].map((column) => lines.reduce((sum, line) => sum + Number(line[column]), 0));
}

async function test(suite) {
  console.log(`Emscripten of ${suite}:`);
  const run = prepare(suite),
    began = Date.now();
  const emscripten = (await run('emcc --version')).stdout.match(/\d+\.\d+\.\d+/)?.[0] ?? 'of an unknown version';
  const { status, stdout } = await run(TESTS);
  const [passed, failed] = count(stdout),
    broken = status !== 0 && failed === 0;
  const summary = `Emscripten ${emscripten} (${suite}): ${passed} passed, ${failed + broken} failed`;
  return { passed, failed: failed + broken, summary: `${summary} (${Math.round((Date.now() - began) / 1000)} s)` };
}

const suites = process.argv.slice(2).length ? process.argv.slice(2) : SUITES;
const unknown = suites.filter((suite) => !SUITES.includes(suite));
try {
  if (unknown.length) throw new Error(`there is no ${unknown.join(', ')}: ${SUITES.join(', ')}`);
  if (process.getuid() !== 0 && suites.some((suite) => suite !== 'here'))
    throw new Error('chroots need root: run it as root');
  const results = [];
  for (const suite of suites) results.push(await test(suite));
  for (const { summary } of results) console.log(summary);
  const sum = (key) => results.reduce((all, one) => all + one[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') || !sum('passed') ? 1 : 0;
} catch (error) {
  console.error(`asyncio-wasm: ${error.message}`);
  process.exitCode = 1;
}
