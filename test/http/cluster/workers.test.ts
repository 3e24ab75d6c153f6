/** Workers as a user runs them: real processes, real signals, and requests that are counted. */
import { Agent, get } from 'node:http';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort, type RunningOxidite, startOxidite } from '../../cli/support/run-oxidite.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oxidite-workers-'));
  await mkdir(join(directory, 'app/routes'), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(directory, 'oxidite.config.ts'),
    `import { http } from '@oxidite/http';
     import { defineConfig } from 'oxidite';
     if (process.env.BROKEN !== undefined) throw new Error('broken on purpose');
     export default defineConfig({ plugins: [http({ workers: 2, limits: { keepAliveTimeoutMs: 1_000 } })] });`,
  );
  await writeFile(
    join(directory, 'app/routes/pid.ts'),
    `import { defineRoutes } from '@oxidite/http';
     export const routes = defineRoutes('/', (routes) => {
       routes.get('/', () => String(process.pid));
       routes.get('/slow', async () => { await new Promise((resolve) => setTimeout(resolve, 300)); return 'slow'; });
     });`,
  );
});
afterAll(() => rm(directory, { recursive: true }));

async function start(): Promise<{ oxidite: RunningOxidite; url: string }> {
  const port = await findFreePort();
  const oxidite = startOxidite(directory, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1', NODE_ENV: 'production' } });
  await oxidite.waitFor(/Listening on .*, 2 workers/);
  return { oxidite, url: `http://127.0.0.1:${port}` };
}

function ask(url: string, agent?: Agent): Promise<string> {
  return new Promise((done, fail) => {
    const request = get(url, { agent: agent ?? false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => done(text));
      response.on('error', fail);
    });
    request.on('error', fail);
  });
}

/** Asks on fresh connections until `count` different processes have answered. */
async function findWorkers(url: string, count: number): Promise<Set<string>> {
  const pids = new Set<string>();
  for (let attempt = 0; attempt < 200 && pids.size < count; attempt++) pids.add(await ask(url));
  return pids;
}

describe('workers', { timeout: 60_000 }, () => {
  it('share the port, and are replaced without losing a request on SIGHUP', async () => {
    const { oxidite, url } = await start();
    await using _ = oxidite;
    const before = await findWorkers(url, 2);
    expect(before.size).toBe(2);
    expect(before.has(String(oxidite.pid))).toBe(false);

    const failures: unknown[] = [];
    let answers = 0;
    const load = { isOn: true };
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const clients = Array.from({ length: 8 }, async () => {
      while (load.isOn) {
        await ask(url, agent).then(
          () => answers++,
          (error: unknown) => failures.push(error),
        );
      }
    });
    oxidite.kill('SIGHUP');
    await oxidite.waitFor(/the workers are reloaded/);
    load.isOn = false;
    await Promise.all(clients);
    agent.destroy();
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(100);
    const after = await findWorkers(url, 2);
    expect(after.size).toBe(2);
    expect([...after].filter((pid) => before.has(pid))).toEqual([]);
  });

  it('that are killed are replaced', async () => {
    const { oxidite, url } = await start();
    await using _ = oxidite;
    const [victim] = await findWorkers(url, 2);
    process.kill(Number(victim), 'SIGKILL');
    await oxidite.waitFor(/a worker ended; another one takes its place/);
    await expect.poll(async () => (await findWorkers(url, 2)).size, { timeout: 20_000 }).toBe(2);
    expect((await findWorkers(url, 2)).has(victim ?? '')).toBe(false);
  });

  it('finish their requests on SIGTERM', async () => {
    const { oxidite, url } = await start();
    await using _ = oxidite;
    await ask(url);
    const slow = ask(`${url}/slow`);
    await new Promise((resolve) => void setImmediate(resolve));
    await ask(url);
    oxidite.kill('SIGTERM');
    expect(await slow).toBe('slow');
    expect((await oxidite.ended).exitCode).toBe(0);
    await expect(ask(url)).rejects.toThrow();
  });

  it('end when the process that watches over them is killed', async () => {
    const { oxidite, url } = await start();
    await using _ = oxidite;
    const pids = await findWorkers(url, 2);
    oxidite.kill('SIGKILL');
    await oxidite.ended;
    await expect.poll(() => [...pids].filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });

  it('that do not start end the application with the reason', async () => {
    const port = await findFreePort();
    const blocker = startOxidite(directory, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1', NODE_ENV: 'production' } });
    await using _ = blocker;
    await blocker.waitFor(/Listening on/);
    const second = await startOxidite(directory, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1', NODE_ENV: 'production' } }).ended;
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/OXI_HTTP_PORT_IN_USE/);
    expect(second.stderr).toMatch(/OXI_HTTP_WORKER_START/);
  });
});

function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}
