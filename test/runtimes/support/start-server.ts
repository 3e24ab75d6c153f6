/** Starts a program that tells where it listens, as a process of its own. */
import { spawn } from 'node:child_process';
import type { StartedServer } from './target.ts';

const START_MS = 30_000;

/** What to start. */
export interface ServerProgram {
  readonly command: readonly [program: string, ...args: string[]];
  readonly directory: string;
  /** Told what the program writes, once it listens. */
  readonly onOutput?: (text: string) => void;
}

/** Starts a program, and resolves when it has written where it listens. @throws {Error} with what it wrote, when it does not. */
export async function startServer({ command, directory, onOutput }: ServerProgram): Promise<StartedServer> {
  const [program, ...args] = command;
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', NODE_ENV: 'production', NODE_OPTIONS: '--conditions=oxidite-source' };
  const child = spawn(program, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => fail('it took too long'), START_MS);
    const fail = (reason: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${program} does not listen (${reason}):\n${text}`));
    };
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      onOutput?.(chunk.toString());
      const found = /listening on (http:\S+)/i.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => fail(`it exited with ${code}`));
  });
  const signal = (): void => void child.kill('SIGTERM');
  const stop = (): Promise<number | null> => {
    signal();
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    return exited.finally(() => clearTimeout(timer));
  };
  return { url, port: Number(new URL(url).port), exited, signal, stop };
}
