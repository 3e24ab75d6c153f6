/** Starts servers that others wrote: each in a directory of its own, on a free port of the loopback, and not as root. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The user and group "nobody" of Debian; servers of databases refuse to run as root. */
const NOBODY = 65_534;
const USER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

const MEMORY = '/dev/shm';
const ROOM_BYTES = 2 * 1_024 ** 3;

/** A server that runs. */
export interface ServerProcess {
  readonly url: string;
  /** Its main process. */
  readonly pid: number;
  /** Stops it and removes what it wrote. */
  stop(): Promise<void>;
}

/** How a server is started. */
export interface ServerCommand {
  readonly name: string;
  readonly directory: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly url: string;
  /** What it prints when it can be used; a port: it takes connections there. */
  readonly ready: RegExp | number;
  readonly stopSignal?: NodeJS.Signals;
}

/** Makes a directory that the server may write into: in memory where there is room, because each table is a file. */
export function createServerDirectory(name: string): string {
  const directory = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), `oxidite-${name}-`));
  if (USER.uid !== undefined) chownSync(directory, USER.uid, USER.gid);
  return directory;
}

/** Writes a file that the server may read. */
export function writeServerFile(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  if (USER.uid !== undefined) chownSync(file, USER.uid, USER.gid);
}

/** Finds a port that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Runs a program to its end. */
export async function runAsServer(directory: string, [program, ...args]: readonly [string, ...string[]]): Promise<void> {
  await promisify(execFile)(program, args, { ...USER, cwd: directory, env: toEnv(directory) });
}

/** Starts a server and waits until it is ready. */
export async function startServer({ name, directory, command: [program, ...args], url, ready, stopSignal = 'SIGTERM' }: ServerCommand): Promise<ServerProcess> {
  const child = spawn(program, args, { ...USER, cwd: directory, env: toEnv(directory), stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit');
  await waitUntilReady(child, name, ready);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      process.off('exit', kill);
      child.kill(stopSignal);
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function hasRoom(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize > ROOM_BYTES;
}

function waitUntilReady(child: ChildProcess, name: string, ready: RegExp | number): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      if (typeof ready !== 'number' && ready.test(output)) resolve();
    };
    if (typeof ready === 'number') void waitUntilAccepted(ready, () => child.exitCode === null && child.signalCode === null).then(resolve);
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${name} ended before it was ready:\n${output}`)));
  });
}

async function waitUntilAccepted(port: number, runs: () => boolean): Promise<void> {
  while (runs()) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => setImmediate(resolve, false));
    });
    if (accepted) return;
  }
}

function toEnv(directory: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: directory, TMPDIR: directory, LC_ALL: 'C' };
}
