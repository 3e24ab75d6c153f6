/**
 * HTTP servers side by side: `npm run bench -- http [--starts 7] [--seconds 3] [--only node,oxidite] [--cases a,b,c]`.
 *
 * A Node server process falls, by luck of its start, into one of several speeds and stays there, so each server is started
 * several times, in turn with the others and in another order each round; medians over the starts are compared. The server
 * runs on core 0, the load client on core 1 (`taskset`, where there is one). Before it is measured, a server must answer
 * every case correctly, and refuse a body that is not valid.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type BenchCase, CASES, SERVERS } from './cases.ts';
import type { LoadOptions, LoadResult } from './load.ts';
import { type Measurement, toTable } from './table.ts';

const HOST = '127.0.0.1';
const FIRST_PORT = 41_000;
const START_TIMEOUT_MS = 10_000;
const WARM_UP_SECONDS = 1;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    starts: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: SERVERS.join(',') },
    cases: { type: 'string', default: CASES.map(({ name }) => name).join(',') },
  },
});
const servers = select('--only', values.only, SERVERS);
const cases = select(
  '--cases',
  values.cases,
  CASES.map(({ name }) => name),
).flatMap((name) => CASES.filter((one) => one.name === name));
const starts = Number(values.starts);
const canPin = availableParallelism() > 1 && hasTaskset();
const measurements: Measurement[] = [];

for (let start = 0; start < starts; start++) {
  for (const [index, server] of rotate(servers, start).entries()) {
    const port = FIRST_PORT + start * servers.length + index;
    process.stderr.write(`start ${start + 1} of ${starts}: ${server}\n`);
    const child = startServer(server, port);
    try {
      await waitUntilReady(port, child, server);
      for (const one of CASES) await check(server, one, port);
      for (const one of cases) measurements.push({ server, case: one.name, ...measure(one, port) });
    } finally {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  }
}
process.stdout.write(`${toTable(measurements, servers, cases)}\n`);

function startServer(server: string, port: number): ChildProcess {
  const file = new URL(`servers/${server}.ts`, import.meta.url).pathname;
  const [command, ...args] = pinned(0, [process.execPath, file]);
  const env = { ...process.env, PORT: String(port), HOST, NODE_ENV: 'production' };
  return spawn(command ?? '', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function waitUntilReady(port: number, child: ChildProcess, server: string): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server "${server}" ended with code ${child.exitCode} before it answered.`);
    const isReady = await fetch(`http://${HOST}:${port}/`).then(
      (response) => response.text().then(() => true),
      () => false,
    );
    if (isReady) return;
    if (performance.now() > deadlineMs) throw new Error(`The server "${server}" did not answer within ${START_TIMEOUT_MS} ms.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

async function check(server: string, { name, method, path, body, expected, refused }: BenchCase, port: number): Promise<void> {
  const ask = (sent: string | undefined): Promise<Response> =>
    fetch(`http://${HOST}:${port}${path}`, { method, ...(sent === undefined ? {} : { body: sent, headers: { 'content-type': 'application/json' } }) });
  const response = await ask(body);
  const answer = typeof expected === 'string' ? await response.text() : await response.json();
  if (response.status !== 200 || !isDeepStrictEqual(answer, expected)) {
    throw new Error(
      `The server "${server}" answers case ${name} with ${response.status} ${JSON.stringify(answer)} instead of 200 ${JSON.stringify(expected)}.`,
    );
  }
  if (refused === undefined) return;
  const refusal = await ask(refused.body);
  await refusal.arrayBuffer();
  if (refusal.status < 400 || refusal.status > 499) throw new Error(`The server "${server}" answers an invalid body of case ${name} with ${refusal.status}.`);
}

function measure({ method, path, body }: BenchCase, port: number): LoadResult {
  const options: LoadOptions = { port, method, path, ...(body === undefined ? {} : { body }), seconds: Number(values.seconds), warmUpSeconds: WARM_UP_SECONDS };
  const [command, ...args] = pinned(1, [process.execPath, new URL('load.ts', import.meta.url).pathname, JSON.stringify(options)]);
  return JSON.parse(execFileSync(command ?? '', args, { encoding: 'utf8' }));
}

function pinned(core: number, command: readonly string[]): readonly string[] {
  return canPin ? ['taskset', '-c', String(core), ...command] : command;
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function rotate<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function select<Name extends string>(option: string, list: string, known: readonly Name[]): Name[] {
  const wrong = list.split(',').filter((name) => !known.some((one) => one === name));
  if (wrong.length > 0) throw new Error(`${option} names ${wrong.join(', ')}; known are ${known.join(', ')}.`);
  return known.filter((name) => list.split(',').includes(name));
}
