/** A MongoDB of the tests of its own for one suite, which may break it; see `mongodb.ts` for what it is. It keeps nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { MONGODB_PROGRAM, MONGODB_READY } from './mongodb.ts';
import { findFreePort } from './server-process.ts';

/** A server that a test can break. */
export interface MongodbServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with nothing in it. */
  restart(): Promise<void>;
  /** Stops the process in the middle of whatever it does; its connections stay open. */
  freeze(): void;
  thaw(): void;
}

/** Who may use it; everybody when it is left out. */
export interface MongodbUser {
  readonly name: string;
  readonly password: string;
}

/** Starts a server, and returns when it takes connections. Its `url` has no password. One that is alone is no replica set. */
export async function startPrivateMongodb(user?: MongodbUser, { isAlone = false }: { readonly isAlone?: boolean } = {}): Promise<MongodbServer> {
  const port = await findFreePort();
  let child = await start(port, user, isAlone);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    url: `mongodb://127.0.0.1:${port}/${isAlone ? '' : '?replicaSet=rs0'}`,
    kill,
    async restart() {
      await kill();
      child = await start(port, user, isAlone);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: kill,
  };
}

async function start(port: number, user: MongodbUser | undefined, isAlone: boolean): Promise<ChildProcess> {
  const login = user === undefined ? [] : [user.name, user.password];
  const child = spawn(process.execPath, [MONGODB_PROGRAM, ...(isAlone ? ['--alone'] : []), String(port), ...login], { stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (MONGODB_READY.test(printed)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the MongoDB of the tests ended with ${code}:\n${printed}`)));
  });
  return child;
}
