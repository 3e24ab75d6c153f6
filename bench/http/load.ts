/**
 * The load client: 64 connections, one request at a time on each, over bare sockets.
 *
 * autocannon is not used: it needs a whole core for fewer answers per second than raw node:http gives on another, so all
 * fast servers would look alike. This client reads into one fixed buffer per connection, parses the first answer, and from
 * then on counts bytes: each server's answers to one request have one length. An answer of another length or status ends
 * the run with an error. Its own load is measured too, so that a run in which it was the limit can be told.
 *
 * Usage: node load.ts '{"port":3000,"method":"GET","path":"/","status":200,"serverPid":1,"seconds":2,"warmUpSeconds":1}'; prints one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** What to do. */
export interface LoadOptions {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of every answer. */
  readonly status: number;
  /** The process whose time is measured. */
  readonly serverPid: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** What was measured. */
export interface LoadResult {
  /** Answers per second. */
  readonly rate: number;
  /** The share of the time in which this client kept its core busy, 0 to 1: above 0.95 the client is the limit. */
  readonly clientLoad: number;
  /** Processor time that the server spent on one answer, in microseconds, all its threads; `null` where the system does not tell (only Linux does). */
  readonly serverMicros: number | null;
}

const CONNECTIONS = 64;
const BUFFER_BYTES = 16_384;

const options: LoadOptions = JSON.parse(process.argv[2] ?? '{}');
/** Of a status two digits are compared, the first and the last: those that tell 200, 201, 401, 422 and 500 apart. */
const statusLine = Buffer.from(`HTTP/1.1 ${options.status}`);
const [firstDigit, lastDigit] = [statusLine[9], statusLine[11]];
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
const startServerMicros = readServerMicros();
await sleep(options.seconds);
const elapsedMs = performance.now() - startMs;
const answered = answers - startAnswers;
const { user, system } = process.cpuUsage(startCpu);
const serverMicros = (readServerMicros() - startServerMicros) / answered;
const result: LoadResult = {
  rate: (answered / elapsedMs) * 1000,
  clientLoad: (user + system) / 1000 / elapsedMs,
  serverMicros: Number.isNaN(serverMicros) ? null : serverMicros,
};
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
          if (received === 0 && (buffer[9] !== firstDigit || buffer[11] !== lastDigit)) fail(`an answer began with ${buffer.toString('latin1', 0, 12)}`);
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

function toRequest({ port, method, path, headers = {}, body }: LoadOptions): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, 'accept: */*', 'user-agent: oxidite-bench'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

/** Returns the processor time of the server so far, or not a number. Source: proc_pid_stat(5), fields 14 and 15, in 1/100 s. */
function readServerMicros(): number {
  try {
    const stat = readFileSync(`/proc/${options.serverPid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name of the program may have blanks; field 3 follows it
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
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
