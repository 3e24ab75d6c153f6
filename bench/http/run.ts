/**
 * HTTP servers side by side: `npm run bench -- http [--starts 7] [--seconds 3] [--only node,oxidite] [--cases a,b,c,d]`.
 *
 * A Node server process falls, by luck of its start, into one of several speeds and stays there, so each server is started
 * several times, in turn with the others and in another order each round; medians over the starts are compared. The server
 * runs on core 0, the load client on core 1 (`taskset`, where there is one). Before it is measured, a server must answer
 * its cases correctly, and refuse what is not valid. Case d has programs of its own: its middleware must not slow down the
 * other cases.
 */
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchCase, CASES, SERVERS } from './cases.ts';
import { checkServer } from './check-server.ts';
import type { LoadOptions, LoadResult } from './load.ts';
import { FIRST_PORT, HOST, pinned, startServer, stopServer, waitUntilReady } from './server-process.ts';
import { type Measurement, toNextBestTable, toTable, toTimeTable } from './table.ts';

const PORTS = 2_000;
const WARM_UP_SECONDS = 2;
/** The load average above which other programs disturb the rates. */
const BUSY_LOAD = 0.5;

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
const names = select(
  '--cases',
  values.cases,
  CASES.map(({ name }) => name),
);
const cases = CASES.filter(({ name }) => names.includes(name));
const starts = Number(values.starts);
const measurements: Measurement[] = [];
let processes = 0;

const [load = 0] = loadavg();
if (load > BUSY_LOAD) process.stderr.write(`The machine is busy (load average ${load.toFixed(1)}): only the processor time per answer tells something.\n`);

for (let start = 0; start < starts; start++) {
  for (const server of rotate(servers, start)) {
    process.stderr.write(`start ${start + 1} of ${starts}: ${server}\n`);
    for (const folder of ['servers', 'api'] as const) {
      const own = cases.filter((one) => one.folder === folder);
      if (own.length > 0) measurements.push(...(await runServer(server, folder, own)));
    }
  }
}
const tables = [toTable, toNextBestTable, toTimeTable].map((format) => format(measurements, servers, cases));
process.stdout.write(`${tables.join('\n\n')}\n`);

async function runServer(server: string, folder: BenchCase['folder'], own: readonly BenchCase[]): Promise<Measurement[]> {
  const port = FIRST_PORT + (processes++ % PORTS);
  const origin = `http://${HOST}:${port}`;
  const child = startServer(pinned(0, [process.execPath, toPath(`${folder}/${server}.ts`)]), port);
  try {
    await waitUntilReady(child, server, origin);
    for (const one of CASES.filter((known) => known.folder === folder)) await checkServer({ server, origin }, one);
    return own.map((one) => ({ server, case: one.name, ...measure(one, { port, serverPid: child.pid ?? 0 }) }));
  } finally {
    await stopServer(child);
  }
}

function measure({ method, path, headers = {}, body, status }: BenchCase, target: Pick<LoadOptions, 'port' | 'serverPid'>): LoadResult {
  const times = { seconds: Number(values.seconds), warmUpSeconds: WARM_UP_SECONDS };
  const options: LoadOptions = { ...target, method, path, headers, status, ...(body === undefined ? {} : { body }), ...times };
  const [command, ...args] = pinned(1, [process.execPath, toPath('load.ts'), JSON.stringify(options)]);
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}

function toPath(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
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
