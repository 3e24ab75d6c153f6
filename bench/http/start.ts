/**
 * How long servers take to start: `npm run check:types && npm run bench -- http:start [--starts 15] [--only oxidite,fastify]`.
 *
 * From the spawn of the process to the whole of its first answer, in milliseconds; the servers in turn, medians. All of
 * them are plain JavaScript, Oxidite as it is published. Once with Node's compile cache, which the command `oxidite`
 * switches on by itself and other programs may, and once without it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layOutCompiledPackages } from './compiled-packages.ts';
import { median } from './median.ts';
import { FIRST_PORT, HOST } from './server-process.ts';
import { toMarkdown } from './table.ts';

const WARM_UPS = 2;
const POLL_MS = 1;
const TIMEOUT_MS = 20_000;
const ANSWER = 'Hello, world!';
const CACHES = ['compile cache', 'no compile cache'] as const;

/** What each server is started with, in the directory of the compiled packages. */
const COMMANDS: Readonly<Record<string, { readonly title: string; readonly args: readonly string[]; readonly directory: string }>> = {
  node: { title: 'node:http', args: ['node.js'], directory: 'start' },
  'oxidite-command': { title: 'oxidite start', args: ['../../node_modules/oxidite/bin/oxidite.js', 'start'], directory: 'start/application' },
  oxidite: { title: 'oxidite, without its command', args: ['oxidite.js'], directory: 'start' },
  fastify: { title: 'fastify', args: ['fastify.js'], directory: 'start' },
  nest: { title: 'nest on fastify', args: ['nest.js'], directory: 'start' },
  hono: { title: 'hono', args: ['hono.js'], directory: 'start' },
  express: { title: 'express', args: ['express.js'], directory: 'start' },
};

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { starts: { type: 'string', default: '15' }, only: { type: 'string', default: Object.keys(COMMANDS).join(',') } },
});
const servers = values.only.split(',');
const timesMs = new Map<string, number[]>();
let port = FIRST_PORT;

using packages = layOutCompiledPackages();
for (let start = -WARM_UPS; start < Number(values.starts); start++) {
  for (const cache of CACHES) {
    for (const server of servers) {
      const ms = await measureStart(server, cache);
      if (start >= 0) timesMs.set(`${server} ${cache}`, [...(timesMs.get(`${server} ${cache}`) ?? []), ms]); // the first ones find cold files and an empty cache
    }
  }
}
const rows = servers.map((server) => [COMMANDS[server]?.title ?? server, ...CACHES.map((cache) => toCell(timesMs.get(`${server} ${cache}`) ?? []))]);
process.stdout.write(`${toMarkdown([['ms to the first answer, median (least-most)', ...CACHES], ...rows])}\n`);

async function measureStart(server: string, cache: (typeof CACHES)[number]): Promise<number> {
  const command = COMMANDS[server];
  if (command === undefined) throw new Error(`--only names ${server}; known are ${Object.keys(COMMANDS).join(', ')}.`);
  const caching = cache === 'compile cache' ? { NODE_COMPILE_CACHE: join(packages.directory, 'compile-cache') } : { NODE_DISABLE_COMPILE_CACHE: '1' };
  const env = { ...process.env, ...packages.env, ...caching, PORT: String(++port), HOST, NODE_ENV: 'production' };
  const startMs = performance.now();
  const child = spawn(process.execPath, command.args, { cwd: join(packages.directory, command.directory), env, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  try {
    await firstAnswer(server, child, startMs + TIMEOUT_MS);
    return performance.now() - startMs;
  } catch (error) {
    process.stderr.write(output);
    throw error;
  } finally {
    await end(child);
  }
}

async function firstAnswer(server: string, child: ChildProcess, deadlineMs: number): Promise<void> {
  for (;;) {
    const answer = await tryAsk();
    if (answer?.endsWith(ANSWER)) return;
    if (answer !== undefined) throw new Error(`The server "${server}" answers ${answer}.`);
    if (child.exitCode !== null || performance.now() > deadlineMs) throw new Error(`The server "${server}" did not answer.`);
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
}

/** Returns the answer, or `undefined` when nobody listens yet. */
function tryAsk(): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: HOST, noDelay: true });
    socket.setEncoding('latin1');
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => socket.write(`GET / HTTP/1.1\r\nhost: ${HOST}:${port}\r\nconnection: close\r\n\r\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('end', () => resolve(text));
  });
}

/** On SIGTERM a process writes its compile cache. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function toCell(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`;
}
