/** The real `oxidite`, in processes of its own: what only the process as a whole can show. */
import { describe, expect, it } from 'vitest';
import { findFreePort, runOxidite, startOxidite } from './support/run-oxidite.ts';
import { COMMANDS, configSource, createApp } from './support/test-app.ts';

const WEB = `
import { createServer } from 'node:http';
import { defineConfig, definePlugin } from 'oxidite';
import { text } from './app/text.ts';
const web = definePlugin({ name: 'web', version: '1.0.0', setup(kernel) {
  const server = createServer((request, response) => {
    if (request.url === '/crash') setImmediate(() => Promise.reject(new Error('from nowhere')));
    response.end(text + ' ' + process.pid);
  });
  kernel.tap('kernel:ready', () => new Promise((resolve, reject) => server.once('error', reject).listen(Number(kernel.env.PORT), '127.0.0.1', resolve)));
  kernel.tap('kernel:shutdown', () => new Promise((resolve) => { server.close(resolve); server.closeIdleConnections(); }));
  kernel.tap('cli:banner', (lines) => [...lines, 'Listening']);
} });
export default defineConfig({ plugins: [web()] });
`;

async function fetchText(port: number, path = '/'): Promise<{ text: string; pid: number }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  const [text = '', pid] = (await response.text()).split(' ');
  return { text, pid: Number(pid) };
}

/** Resolves when no process has this id any more. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the oxidite process', () => {
  it.each(['--version', '-v'])('answers %s before it imports anything', async (flag) => {
    const spy = `data:text/javascript,process.on('exit',()=>process.stderr.write(Object.keys(process.getBuiltinModule('module')._cache).join()))`;
    const { exitCode, stdout, stderr } = await runOxidite('/', [flag], { nodeOptions: ['--import', spy] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '0.1.0\n' });
    expect(stderr.split(',').map((file) => file.replace(/.*\/plugins\/cli\//, ''))).toEqual(['bin/oxidite.js', 'package.json']);
  });

  it('says so when Node is too old', async () => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.1'}})`;
    const { exitCode, stdout, stderr } = await runOxidite('/', ['start'], { nodeOptions: ['--import', older] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^Oxidite needs Node 22\.18 or newer, but this is Node 20\.19\.1\. Install a newer one [^\n]*\n$/);
  });

  it('lists the commands without importing the kernel, oclif or a plugin', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS) });
    const first = await runOxidite(app.root, ['--help']);
    const spy = `data:text/javascript,process.getBuiltinModule('module').registerHooks({load(u,c,n){process.stderr.write(u+'\\n');return n(u,c)}})`;
    const second = await runOxidite(app.root, ['--help'], { nodeOptions: ['--import', spy] });
    expect(second.stdout).toBe(first.stdout);
    expect(second.stdout).toContain('shop:greet');
    expect(second.stderr).not.toMatch(/\/kernel\/|oclif|plugin-sdk|oxidite\.config/);
  });

  it('prints one document and nothing else under --json', async () => {
    const noisy = COMMANDS.replace('output.line', `console.log('past the output'); process.stdout.write('and past the console'); output.line`);
    await using app = await createApp({ 'oxidite.config.ts': configSource(noisy) });
    const { exitCode, stdout, stderr } = await runOxidite(app.root, ['shop', 'greet', 'Ada', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { name: 'Ada' } });
    expect(stderr).toContain('past the output');
  });

  it('shows the help of a command, and exits with 2 for a wrong flag', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS) });
    const help = await runOxidite(app.root, ['shop:greet', '--help']);
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/USAGE\s+\$ oxidite shop:greet NAME/) });
    expect(await runOxidite(app.root, ['shop:greet', 'Ada', '--lout'])).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('Did you mean "--loud"?'),
    });
  });

  it('names the file and the line of a syntax error in the configuration', async () => {
    await using app = await createApp({ 'oxidite.config.ts': 'export default {\n  plugins: ;\n};\n' });
    const { exitCode, stderr } = await runOxidite(app.root, ['plugins:list']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/oxidite\.config\.ts/);
    expect(stderr).toMatch(/plugins: ;|line 2/);
  });

  it('serves until Ctrl-C, and then exits with 0', async () => {
    await using app = await createApp({ 'oxidite.config.ts': WEB, 'app/text.ts': `export const text = 'one';` });
    const port = await findFreePort();
    await using oxidite = startOxidite(app.root, ['start'], { env: { PORT: String(port) } });
    await oxidite.waitFor(/Listening/);
    expect((await fetchText(port)).text).toBe('one');
    oxidite.kill('SIGINT');
    expect(await oxidite.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('stops and exits with 1 on a rejection that nobody handled', async () => {
    await using app = await createApp({ 'oxidite.config.ts': WEB, 'app/text.ts': `export const text = 'one';` });
    const port = await findFreePort();
    await using oxidite = startOxidite(app.root, ['start'], { env: { PORT: String(port) } });
    await oxidite.waitFor(/Listening/);
    await fetchText(port, '/crash');
    expect(await oxidite.ended).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^Error: from nowhere\n {4}at .*oxidite\.config\.ts/) });
  });
});

describe('oxidite dev', () => {
  it('replaces what it serves by each version that boots, and ends on Ctrl-C', async () => {
    await using app = await createApp({ 'oxidite.config.ts': WEB, 'app/text.ts': `export const text = 'one';` });
    const port = await findFreePort();
    await using oxidite = startOxidite(app.root, ['dev'], { env: { PORT: String(port) } });
    await oxidite.waitFor(/ready in \d+ ms\n {2}Listening\n/);
    const first = await fetchText(port);
    expect(first.text).toBe('one');

    await app.write('app/text.ts', `export const text = 'two';`);
    await oxidite.waitFor(/Restarted in \d+ ms \(app\/text\.ts\)\n/);
    const second = await fetchText(port);
    expect(second.text).toBe('two');
    await untilGone(first.pid);

    await app.write('app/text.ts', `export const text = ;`);
    await oxidite.waitFor(/app\/text\.ts:1\n[\s\S]*The former version goes on serving; waiting for a change\.\n/);
    expect(await fetchText(port)).toEqual(second);

    await app.write('app/text.ts', `export const text = 'three';`);
    await oxidite.waitFor(/Restarted in /);
    const third = await fetchText(port);
    expect(third.text).toBe('three');

    oxidite.kill('SIGINT');
    expect((await oxidite.ended).exitCode).toBe(0);
    await untilGone(third.pid);
  });

  it('lets the former version serve again when the new one cannot start', async () => {
    await using app = await createApp({ 'oxidite.config.ts': WEB, 'app/text.ts': `export const text = 'one';` });
    const port = await findFreePort();
    await using oxidite = startOxidite(app.root, ['dev'], { env: { PORT: String(port) } });
    await oxidite.waitFor(/Listening/);
    const first = await fetchText(port);
    await app.write(
      'oxidite.config.ts',
      WEB.replace('() => new Promise((resolve, reject)', `() => { throw new Error('the port is taken'); }); void (() => new Promise((resolve, reject)`),
    );
    await oxidite.waitFor(/the port is taken[\s\S]*The former version goes on serving; waiting for a change\.\n/);
    expect(await fetchText(port)).toEqual(first);
    await app.write('oxidite.config.ts', WEB);
    await oxidite.waitFor(/Restarted in /);
    await untilGone(first.pid);
  });

  it('leaves no process behind when it is killed', async () => {
    await using app = await createApp({ 'oxidite.config.ts': WEB, 'app/text.ts': `export const text = 'one';` });
    const port = await findFreePort();
    await using oxidite = startOxidite(app.root, ['dev'], { env: { PORT: String(port) } });
    await oxidite.waitFor(/Listening/);
    const { pid } = await fetchText(port);
    oxidite.kill('SIGKILL');
    await untilGone(pid);
    await expect(fetchText(port)).rejects.toThrow('fetch failed');
  });

  it('says at once that there is no application', async () => {
    expect(await runOxidite('/', ['dev', '--json'])).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('"OXI_CONFIG_NOT_FOUND"') });
  });
});
