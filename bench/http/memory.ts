/**
 * What connections take: `npm run check:types && npm run bench -- http:memory [--starts 3] [--connections 10000] [--streams 1000]`.
 *
 * The resident memory of a server after its first answer, with idle keep-alive connections of one answered request each, and
 * with clients of server-sent events that have got one event. Garbage is collected before each look, so that what is
 * compared is what is kept. All servers are plain JavaScript, Oxidite as it is published. The servers in turn, medians.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layOutCompiledPackages } from './compiled-packages.ts';
import { median } from './median.ts';
import { FIRST_PORT, HOST, startServer, stopServer, waitUntilReady } from './server-process.ts';
import { toMarkdown } from './table.ts';

const SERVERS = ['node', 'oxidite', 'fastify'] as const;
const SETTLE_MS = 1_000;
const AT_ONCE = 100;
/** Files that a process has open besides its connections. */
const OTHER_FILES = 100;
const MEGABYTE = 1_048_576;
const KILOBYTE = 1_024;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    starts: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10000' },
    streams: { type: 'string', default: '1000' },
  },
});

/** What clients do, how many of them there are, and what their answer ends with when they have it. */
const SCENES = [
  { title: 'idle keep-alive connections', path: '/', clients: toClients(values.connections), ending: 'Hello, world!' },
  { title: 'clients of server-sent events', path: '/events', clients: toClients(values.streams), ending: '{"number":1}\n\n' },
] as const;
type Scene = (typeof SCENES)[number];

interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

interface Sample {
  readonly server: string;
  readonly scene: Scene;
  readonly idle: Memory;
  readonly busy: Memory;
}

let port = FIRST_PORT;
using packages = layOutCompiledPackages();
const samples: Sample[] = [];
for (let start = 0; start < Number(values.starts); start++) {
  for (const scene of SCENES) for (const server of SERVERS) samples.push(await measure(server, scene));
}
process.stdout.write(`${SCENES.map(toSceneTable).join('\n\n')}\n`);

async function measure(server: string, scene: Scene): Promise<Sample> {
  const origin = `http://${HOST}:${++port}`;
  process.stderr.write(`${server}: ${scene.clients} ${scene.title}\n`);
  const args = ['--expose-gc', '--import', join(packages.directory, 'memory/report.js'), join(packages.directory, `memory/${server}.js`)];
  const child = startServer([process.execPath, ...args], port, { env: { ...packages.env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const sockets: Socket[] = [];
  try {
    await waitUntilReady(child, server, origin);
    const idle = await report(child);
    while (sockets.length < scene.clients) {
      const count = Math.min(AT_ONCE, scene.clients - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: count }, () => open(scene)))));
    }
    const busy = await report(child);
    const lost = sockets.filter((socket) => socket.destroyed).length;
    if (lost > 0) throw new Error(`The server "${server}" closed ${lost} of ${scene.clients} connections.`);
    return { server, scene, idle, busy };
  } finally {
    for (const socket of sockets) socket.destroy();
    await stopServer(child);
  }
}

/** Lets the server come to rest, and asks what it takes. */
async function report(child: ChildProcess): Promise<Memory> {
  await new Promise((resolve) => {
    setTimeout(resolve, SETTLE_MS);
  });
  const answered = once(child, 'message');
  child.send('report');
  const [memory] = (await answered) as [Memory];
  return memory;
}

/** Opens a connection, sends one request, and waits for its answer, or for the first event. */
function open({ path, ending }: Scene): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port, host: HOST });
    socket.setEncoding('latin1');
    socket.once('error', reject);
    socket.once('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nhost: ${HOST}:${port}\r\n\r\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes(ending)) resolve(socket);
    });
  });
}

/** As many as the limit of open files allows. */
function toClients(option: string): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim(); // node raises the soft limit to this one by itself
  const possible = limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit) - OTHER_FILES;
  if (Number(option) > possible) process.stderr.write(`Only ${possible} connections instead of ${option}: the limit of open files is ${limit} (ulimit -Hn).\n`);
  return Math.min(Number(option), possible);
}

function toSceneTable(scene: Scene): string {
  const rows = SERVERS.map((server) => {
    const own = samples.filter((sample) => sample.server === server && sample.scene === scene);
    const middle = (pick: (sample: Sample) => number): number => median(own.map(pick));
    return [
      server,
      `${(middle(({ idle }) => idle.rss) / MEGABYTE).toFixed(1)} MiB`,
      `${(middle(({ busy }) => busy.rss) / MEGABYTE).toFixed(1)} MiB`,
      `${(middle(({ idle, busy }) => busy.rss - idle.rss) / scene.clients / KILOBYTE).toFixed(1)} KiB`,
      `${(middle(({ idle, busy }) => busy.heapUsed - idle.heapUsed) / scene.clients / KILOBYTE).toFixed(1)} KiB`,
    ];
  });
  return toMarkdown([[`${scene.clients} ${scene.title}`, 'RSS before', 'RSS with them', 'RSS each', 'JS heap each'], ...rows]);
}
