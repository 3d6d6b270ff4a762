// Serves the site on this machine: `node web/tools/serve.mjs [port]`. Tests import `serve` instead.

import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const here = fileURLToPath(import.meta.url);
const site = join(dirname(here), '../../build/web');

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/// The page needs no more than this, so a page that embeds it need not allow more either.
const headers = {
  'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Allow-Origin': '*', // pages of other origins may use the element
  'Cache-Control': 'no-cache',
};

/// Starts a server for the files in `root`, on `port` or the next free one (0: any). `mounts` serves further folders:
/// {'/tests/': folder}. `sent` is told of each answer: its path, and how many bytes its body has on the way. Resolves
/// with {url, close()}.
export async function serve({ root = site, port = 8080, mounts = {}, sent = (_url, _status) => {} } = {}) {
  const folders = Object.entries({ ...mounts, '/': root }); // the root last, as every path begins with it
  const server = createServer(async (request, response) => {
    sent(request.url, await answer(folders, request, response).catch((error) => send(response, 500, error.message)));
  });
  await listen(server, port);
  return {
    url: `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

async function listen(server, port) {
  for (let next = port; ; next++) {
    try {
      await new Promise((done, failed) => server.once('error', failed).listen(next, '127.0.0.1', done));
      return;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || next - port >= 100) throw error;
    } finally {
      server.removeAllListeners('error');
    }
  }
}

/// Resolves with how many bytes the answer's body has.
async function answer(folders, request, response) {
  if (!['GET', 'HEAD'].includes(request.method)) return send(response, 405, 'Only GET and HEAD');
  const file = await locate(folders, request.url);
  const bytes = file && (await readFile(file).catch(() => null));
  if (!bytes) return send(response, 404, 'Not found');
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const tag = `W/"${hash}"`; // weak: it is for any encoding
  const common = { ...headers, ETag: tag, Vary: 'Accept-Encoding' };
  if (isKnown(tag, request.headers['if-none-match'] ?? '')) return end(response.writeHead(304, common));
  const [encoding, body] = await encode(tag, bytes, request.headers['accept-encoding'] ?? '');
  response.writeHead(200, {
    ...common,
    'Content-Type': types[extname(file)] ?? 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  return end(response, request.method === 'HEAD' ? '' : body);
}

/// Whether the browser has a file with this tag already.
const isKnown = (tag, known) =>
  known.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^(W\/)?/, 'W/') === tag);

function end(response, body = '') {
  response.end(body);
  return body.length;
}

/// As hosts of static files do: brotli for who takes it, or gzip. A file is compressed once.
const encoders = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: promisify(gzip),
};
const encoded = new Map(); // by encoding and tag: promises

async function encode(tag, bytes, accepted) {
  const offered = accepted
    .split(',')
    .filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
    .map((one) => one.split(';')[0].trim());
  const encoding = Object.keys(encoders).find((name) => offered.includes(name));
  if (!encoding || bytes.length < 200) return [undefined, bytes];
  const key = `${encoding} ${tag}`;
  if (!encoded.has(key)) encoded.set(key, encoders[encoding](bytes));
  return [encoding, await encoded.get(key)];
}

function send(response, status, text) {
  response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
  return end(response, `${text}\n`);
}

/// The file that a request's path names, or null: nothing outside of the folders, not through .. nor a symbolic link.
async function locate(folders, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null; // not a URL at all
  }
  if (path.includes('\0')) return null;
  const [prefix, folder] = folders.find(([start]) => path.startsWith(start));
  const inside = await realpath(folder).catch(() => null);
  const file = await realpath(
    join(folder, path.slice(prefix.length - 1), path.endsWith('/') ? 'index.html' : ''),
  ).catch(() => null);
  return inside && file?.startsWith(inside + sep) ? file : null;
}

if (argv[1] && resolve(argv[1]) === here) {
  const port = Number(argv[2] ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`not a port: ${argv[2]}`);
  const { url } = await serve({ port });
  console.log(`asyncio-wasm playground: ${url}`);
}
