/**
 * Oxidite on Bun beside h3 on Bun: `npm run bench -- http:bun [--starts 5] [--seconds 2] [--cases a,b]`. The programs are those
 * of the cases on Node; Bun comes from the runtimes of the tests (`npm ci --prefix test/runtimes`). Server and client run on
 * cores of their own; the two servers take turns. Where the client is the limit, the processor time of the server tells more.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commandOf } from '../../test/runtimes/support/runtimes.ts';
import { type BenchCase, CASES } from './cases.ts';
import { checkServer } from './check-server.ts';
import type { LoadOptions, LoadResult } from './load.ts';
import { median } from './median.ts';
import { FIRST_PORT, HOST, pinned, startServer, stopServer, waitUntilReady } from './server-process.ts';

const SERVERS = ['oxidite', 'h3'] as const;
const WARM_UP_SECONDS = 1;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { starts: { type: 'string', default: '5' }, seconds: { type: 'string', default: '2' }, cases: { type: 'string', default: 'a,b' } },
});
const cases = CASES.filter(({ name }) => values.cases.split(',').includes(name));
const measured = new Map<string, LoadResult[]>();
for (let start = 0; start < Number(values.starts); start++) {
  for (const [turn, server] of (start % 2 === 0 ? SERVERS : SERVERS.toReversed()).entries()) await runServer(server, FIRST_PORT + start * 2 + turn);
}
for (const { name, title } of cases) process.stdout.write(`${title}: ${describe(name)}\n`);

async function runServer(server: (typeof SERVERS)[number], port: number): Promise<void> {
  const origin = `http://${HOST}:${port}`;
  const child = startServer(pinned(0, [...commandOf('bun'), toPath(`servers/${server}.ts`)]), port);
  try {
    await waitUntilReady(child, server, origin);
    for (const one of cases) {
      await checkServer({ server, origin }, one);
      const key = `${server} ${one.name}`;
      measured.set(key, [...(measured.get(key) ?? []), measure(one, port, child.pid ?? 0)]);
    }
  } finally {
    await stopServer(child);
  }
}

function measure({ method, path, headers = {}, body, status }: BenchCase, port: number, serverPid: number): LoadResult {
  const times = { seconds: Number(values.seconds), warmUpSeconds: WARM_UP_SECONDS };
  const options: LoadOptions = { port, method, path, headers, status, serverPid, ...(body === undefined ? {} : { body }), ...times };
  const [command, ...args] = pinned(1, [process.execPath, toPath('load.ts'), JSON.stringify(options)]);
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}

function describe(name: string): string {
  const [own = [], others = []] = SERVERS.map((server) => measured.get(`${server} ${name}`) ?? []);
  const rates = [own, others].map((results) => median(results.map(({ rate }) => rate)));
  const times = [own, others].map((results) => median(results.map(({ serverMicros }) => serverMicros ?? 0)));
  const load = Math.max(...[...own, ...others].map(({ clientLoad }) => clientLoad));
  return [
    `oxidite ${Math.round(rates[0] ?? 0)}/s, h3 ${Math.round(rates[1] ?? 0)}/s, ratio ${ratio(rates[0], rates[1])}`,
    `server time ${times.map((time) => time.toFixed(2)).join(' and ')} us, ratio ${ratio(times[1], times[0])}`,
    `client at most ${Math.round(load * 100)} % busy`,
  ].join('; ');
}

function ratio(one = 0, other = 0): string {
  return other === 0 ? 'unknown' : (one / other).toFixed(3);
}

function toPath(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
