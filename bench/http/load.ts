/**
 * The load client: 64 connections, one request at a time on each, over bare sockets.
 *
 * autocannon is not used: it needs a whole core for fewer answers per second than raw node:http gives on another, so all
 * fast servers would look alike. This client reads into one fixed buffer per connection, parses the first answer, and from
 * then on counts bytes: each server's answers to one request have one length. An answer of another length or status ends
 * the run with an error. Its own load is measured too, so that a run in which it was the limit can be told.
 *
 * Usage: node load.ts '{"port":3000,"method":"GET","path":"/","seconds":2,"warmUpSeconds":1}'; prints one line of JSON.
 */
import { connect, type Socket } from 'node:net';

/** What to do. */
export interface LoadOptions {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** What was measured. */
export interface LoadResult {
  /** Answers per second. */
  readonly rate: number;
  /** The share of the time in which this client kept its core busy, 0 to 1: above 0.95 the client is the limit. */
  readonly clientLoad: number;
}

const CONNECTIONS = 64;
const BUFFER_BYTES = 16_384;
const STATUS_LINE = Buffer.from('HTTP/1.1 200');

const options: LoadOptions = JSON.parse(process.argv[2] ?? '{}');
const request = toRequest(options);
const answerBytes = await measureAnswer();
let answers = 0;
let isStopped = false;
const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open()));
for (const socket of sockets) socket.write(request);

await sleep(options.warmUpSeconds);
const startAnswers = answers;
const startMs = performance.now();
const startCpu = process.cpuUsage();
await sleep(options.seconds);
const elapsedMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(startCpu);
const result: LoadResult = { rate: ((answers - startAnswers) / elapsedMs) * 1000, clientLoad: (user + system) / 1000 / elapsedMs };
isStopped = true;
for (const socket of sockets) socket.destroy();
process.stdout.write(`${JSON.stringify(result)}\n`);

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    const socket: Socket = connect({
      host: '127.0.0.1',
      port: options.port,
      noDelay: true,
      onread: {
        buffer,
        callback(bytes) {
          if (received === 0 && (buffer[9] !== STATUS_LINE[9] || buffer[11] !== STATUS_LINE[11]))
            fail(`an answer began with ${buffer.toString('latin1', 0, 12)}`);
          received += bytes;
          if (received < answerBytes) return true;
          if (received > answerBytes) fail(`an answer had ${received} bytes instead of ${answerBytes}`);
          received = 0;
          answers++;
          socket.write(request);
          return true;
        },
      },
    });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => {
      if (!isStopped) fail('a connection was closed');
    });
  });
}

/** Reads one answer in full and returns its length. */
function measureAnswer(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: options.port });
    let text = '';
    socket.setEncoding('latin1');
    socket.once('error', reject);
    socket.on('data', (chunk: string) => {
      text += chunk;
      const head = text.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head));
      const end = length === null ? (text.endsWith('0\r\n\r\n') ? text.length : -1) : head + 4 + Number(length[1]);
      if (end === -1 || text.length < end) return;
      socket.destroy();
      resolve(end);
    });
    socket.write(request);
  });
}

function toRequest({ method, path, body }: LoadOptions): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${options.port}`, 'accept: */*', 'user-agent: oxidite-bench'];
  if (body !== undefined) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

function fail(reason: string): never {
  process.stderr.write(`${options.method} ${options.path}: ${reason}\n`);
  process.exit(1);
}
