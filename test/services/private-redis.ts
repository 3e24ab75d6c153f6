/** A Redis of its own for one suite, which may break it: on loopback, on a free port, keeping nothing, and always stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisProblem } from './redis.ts';
import { findFreePort } from './server-process.ts';

/** A server that a test can break. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Stops the process in the middle of whatever it does; its connections stay open. */
  freeze(): void;
  thaw(): void;
}

const isCi = process.env['CI'] === 'true';

/** Why there is no program to start; `undefined` when there is one. In CI its absence is an error. */
export const redisMissing: string | undefined = findRedisProblem();
if (redisMissing !== undefined && isCi) throw new Error(`${redisMissing}; install it`);

/** Starts a server, and returns when it takes connections. `settings` are those of redis-server: `['--databases', '2']`. */
export async function startPrivateRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const port = await findFreePort();
  const directory = mkdtempSync(join(tmpdir(), 'oxidite-redis-'));
  let child = await start(port, directory, settings);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    async restart() {
      await kill();
      child = await start(port, directory, settings);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function start(port: number, directory: string, settings: readonly string[]): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory, ...settings];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  while (!(await accepts(port))) if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}:\n${printed}`);
  return child;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().startsWith('+PONG') || answer.toString().startsWith('-NOAUTH'));
    });
    socket.once('error', () => setImmediate(resolve, false));
  });
}
