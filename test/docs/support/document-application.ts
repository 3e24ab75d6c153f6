/** The application a document builds: its files in a directory of their own, and the real `oxidite` to run it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';

const BIN = resolve(import.meta.dirname, '../../../plugins/cli/bin/oxidite.js');

/** A running or stopped application. */
export interface DocumentApplication extends AsyncDisposable {
  readonly directory: string;
  /** Begins with the files of an example, without what running it has left there. */
  copy(source: string): void;
  write(path: string, text: string): void;
  /** Runs `curl …` or `npx oxidite …` and returns what it prints. */
  run(command: string): Promise<string>;
}

/** Creates an empty application; `services` are variables that say where servers are. */
export function createDocumentApplication(services: NodeJS.ProcessEnv = {}): DocumentApplication {
  const directory = mkdtempSync(resolve(import.meta.dirname, '..', 'application-'));
  writeFileSync(join(directory, 'package.json'), '{ "name": "documented", "type": "module", "private": true }\n');
  const env = { ...process.env, ...services, NODE_ENV: 'development', JWT_SECRET: 'a secret for the documentation, long enough' };
  let server: { readonly child: ChildProcess; readonly port: number } | undefined;
  let stopping = Promise.resolve();

  async function stop(): Promise<void> {
    const child = server?.child;
    server = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exited = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await exited;
  }

  async function start(): Promise<number> {
    const port = await findFreePort();
    const child = spawn(process.execPath, [BIN, 'start'], {
      cwd: directory,
      env: { ...env, PORT: String(port), HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = { child, port };
    let printed = '';
    await new Promise<void>((ready, reject) => {
      const read = (chunk: Buffer): void => {
        printed += chunk.toString();
        if (printed.includes(`:${port}`)) ready();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => reject(new Error(`oxidite start ended with ${code}:\n${printed}`)));
    });
    return port;
  }

  return {
    directory,
    copy(source) {
      cpSync(source, directory, { recursive: true, filter: (path) => !/node_modules|\.oxidite|\.db(-\w+)?$/.test(relative(source, path)) });
    },
    write(path, text) {
      stopping = stop();
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    async run(command) {
      await stopping;
      if (command.startsWith('curl ')) return request(command, server?.port ?? (await start()));
      if (!command.startsWith('npx oxidite ')) throw new Error(`The documentation runs a command that is not known here: ${command}`);
      const words = splitWords(command).slice(2);
      const { stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { cwd: directory, env, encoding: 'utf8' });
      return stdout + stderr;
    },
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function request(command: string, port: number): Promise<string> {
  const words = splitWords(command).slice(1);
  const headers = new Headers();
  let method: string | undefined;
  let body: string | undefined;
  let address = '';
  let showHead = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-X') method = words[++index];
    else if (word === '-H') headers.append(...splitHeader(words[++index] ?? ''));
    else if (word === '-d') body = words[++index];
    else if (word === '-i') showHead = true;
    else if (word !== '-s') address = word;
  }
  const url = new URL(address.replace(/^(?:http:\/\/)?localhost:3000/, `http://127.0.0.1:${port}`));
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const head = showHead ? `HTTP/1.1 ${response.status} ${response.statusText}\n` : '';
  return head + (await response.text());
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function splitWords(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function findFreePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
