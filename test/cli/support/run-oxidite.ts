/** Runs the real `oxidite` in a process of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

const BIN = resolve(import.meta.dirname, '../../../plugins/cli/bin/oxidite.js');

/** How a process ended. */
export interface OxiditeRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs. */
export interface RunningOxidite extends AsyncDisposable {
  readonly pid: number;
  readonly ended: Promise<OxiditeRun>;
  /** What it has printed so far. */
  readonly output: string;
  /** Resolves when the output since the last call matches; rejects when the process ends before. */
  waitFor(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Options of a run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Options for Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** Runs a command to its end. */
export function runOxidite(directory: string, args: readonly string[], options: RunOptions = {}): Promise<OxiditeRun> {
  return startOxidite(directory, args, options).ended;
}

/** Starts a command. */
export function startOxidite(directory: string, args: readonly string[], { env = {}, nodeOptions = [] }: RunOptions = {}): RunningOxidite {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [...nodeOptions, BIN, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let output = '';
  let read = 0;
  let check: () => void = () => undefined;
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    check();
  };
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString())).on('data', collect);
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString())).on('data', collect);
  const ended = new Promise<OxiditeRun>((done, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode) => done({ exitCode, stdout, stderr }));
  });
  return {
    pid: child.pid ?? -1,
    ended,
    get output() {
      return output;
    },
    waitFor: (pattern) =>
      new Promise((done, fail) => {
        check = () => {
          const match = pattern.exec(output.slice(read));
          if (match === null) return;
          read += match.index + match[0].length;
          check = () => undefined;
          done();
        };
        check();
        void ended.then(() => fail(new Error(`oxidite ended before ${String(pattern)} was printed:\n${output}`)));
      }),
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Finds a port on which nobody listens. */
export function findFreePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
