import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { main } from '../../plugins/cli/src/main.ts';
import { COMMANDS, configSource, createApp, type TestApp } from './support/test-app.ts';
import { createTestHost, type TestHost } from './support/test-host.ts';

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly host: TestHost;
}

async function run(app: Pick<TestApp, 'root'>, commandLine: string, env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const host = createTestHost({ argv: commandLine.split(' ').filter((word) => word !== ''), directory: app.root, env });
  const exitCode = await main(host);
  expect(host.listenerCount).toBe(0);
  return { exitCode, ...host.printed, host };
}

const OUTSIDE = { root: '/nowhere' };

describe('main, for help', () => {
  it.each(['', '--help', '-h', 'help'])('lists its own commands for "%s" where there is no application', async (commandLine) => {
    const { exitCode, stdout } = await run(OUTSIDE, commandLine);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Oxidite 1\.2\.3\n[\s\S]*\n {2}start +Run the application\n/);
  });

  it('lists the commands of the application, and then knows them without booting it', async () => {
    await using app = await createApp({
      'oxidite.config.ts': configSource(`globalThis.boots = (globalThis.boots ?? 0) + 1; ${COMMANDS}`),
      'app/commands/local.ts': `import { defineCommand } from 'oxidite'; export const local = defineCommand('shop:local', { summary: 'Stay here', boots: false }, () => 1);`,
    });
    const booted = (): unknown => Reflect.get(globalThis, 'boots');
    const first = await run(app, '--help');
    expect(first.stdout).toMatch(/\nshop\n {2}shop:greet +Greet someone\n {2}shop:fail +Fail\n {2}shop:local +Stay here\n/);
    const before = booted();
    expect((await run(app, '--help')).stdout).toBe(first.stdout);
    expect((await run(app, 'shop')).stdout).toContain('Usage: oxidite shop:<command>');
    expect(JSON.parse((await run(app, 'shop:greet --help --json')).stdout).result.flags[0]).toMatchObject({ name: 'times', default: '1' });
    expect(await run(app, 'shop:gret')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean "shop:greet"?') });
    expect(await run(app, 'shop:local --json')).toMatchObject({ exitCode: 0, stdout: '{"result":1}\n' });
    expect(booted()).toBe(before);
    Reflect.deleteProperty(globalThis, 'boots');
  });

  it('replaces a cache that is corrupt', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS), '.oxidite/commands.json': 'nonsense' });
    expect((await run(app, '--help')).stdout).toContain('shop:greet');
    expect(JSON.parse(await readFile(app.path('.oxidite/commands.json'), 'utf8')).commands).toHaveLength(2);
  });

  it('lists what it can when the application does not boot', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(`throw new Error('no database');`) });
    const { exitCode, stdout, stderr } = await run(app, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('start');
    expect(stderr).toMatch(/^Not all commands are listed\. OXI_PLUGIN_SETUP: .*no database/);
  });

  it('does not remember commands while a plugin is missing', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(`throw new Error('x');`, 'critical: false,') });
    await run(app, '--help');
    await expect(readFile(app.path('.oxidite/commands.json'))).rejects.toThrow('ENOENT');
  });

  it('prints the list as a document', async () => {
    const { stdout } = await run(OUTSIDE, '--help --json');
    expect(JSON.parse(stdout).result.commands).toContainEqual(expect.objectContaining({ name: 'dev' }));
  });

  it.each(['--version --json', '-v --json'])('prints the version as a document for "%s"', async (commandLine) => {
    expect(await run(OUTSIDE, commandLine)).toMatchObject({ exitCode: 0, stdout: '{"result":{"version":"1.2.3"}}\n' });
  });

  it('lists a topic of its own', async () => {
    expect((await run(OUTSIDE, 'plugins')).stdout).toContain('plugins:why');
    await using app = await createApp({ 'oxidite.config.ts': configSource() });
    expect(JSON.parse((await run(app, 'plugins --json')).stdout).result.commands).toHaveLength(3);
  });
});

describe('main, for a command', () => {
  it('runs a command of a plugin with its input and the services', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS) });
    expect(await run(app, 'greet shop Ada -l --times 2')).toMatchObject({ exitCode: 0, stdout: 'ADA\n', stderr: '' });
    const { stdout, host } = await run(app, 'shop:greet Ada --tag a --tag b --json');
    expect(JSON.parse(stdout)).toEqual({ result: { name: 'Ada', times: 1, loud: false, tag: ['a', 'b'], services: true } });
    expect(host.isStdoutReserved).toBe(true);
  });

  it('answers "result": null for a command that returns nothing', async () => {
    await using app = await createApp({
      'oxidite.config.ts': configSource(),
      'app/commands/a.ts': `import { defineCommand } from 'oxidite'; export const a = defineCommand('a', { summary: '' }, () => undefined);`,
    });
    expect((await run(app, 'a --json')).stdout).toBe('{"result":null}\n');
  });

  it.each([
    ['shop:greet', /^OXI_CLI_USAGE: Missing 1 required arg/],
    ['shop:greet Ada --times 4', /^OXI_CLI_USAGE: --times: Too big/],
    ['shop:greet Ada --lout', /^OXI_CLI_USAGE: Nonexistent flag: --lout\. Did you mean "--loud"\?/],
    ['shop:gree Ada', /^OXI_CLI_COMMAND_UNKNOWN: There is no command "shop:gree"\. Did you mean "shop:greet"\?/],
    ['xyz', /^OXI_CLI_COMMAND_UNKNOWN: There is no command "xyz"\. "oxidite --help" lists the commands\.$/m],
    ['--verbose', /^OXI_CLI_COMMAND_UNKNOWN: There is no command "--verbose"/],
  ])('exits with 2 for "%s"', async (commandLine, message) => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS) });
    const { exitCode, stdout, stderr } = await run(app, commandLine);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    const document = JSON.parse((await run(app, `${commandLine} --json`)).stdout);
    expect(stderr).toContain(`${document.error.code}: ${document.error.message}`);
  });

  it('says that there is no application', async () => {
    expect(await run(OUTSIDE, 'migrate')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('There is no oxidite.config.* here or above') });
  });

  it('exits with 1 for a command that throws, and shows the stack on demand', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS) });
    expect(await run(app, 'shop:fail')).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^Error: out of stock\n.*Set OXIDITE_DEBUG=1/s) });
    expect((await run(app, 'shop:fail', { OXIDITE_DEBUG: '1' })).stderr).toMatch(/^Error: out of stock\n\s+at [\s\S]*\n\s+at /);
    expect(await run(app, 'shop:fail --json')).toMatchObject({ stdout: '{"error":{"code":"UNEXPECTED","message":"out of stock"}}\n', stderr: '' });
    expect((await run(app, 'shop:fail --json', { OXIDITE_DEBUG: '1' })).stderr).toContain('out of stock');
  });

  it.each([
    ['does not parse', 'export default {', /OXI_CONFIG_SYNTAX|ERR_INVALID_TYPESCRIPT_SYNTAX|PARSE_ERROR|SyntaxError/],
    [
      'throws',
      `throw new RangeError('too far');`,
      /^OXI_CLI_CONFIG_FAILED: \S+oxidite\.config\.ts failed while it was read: too far\. Correct it .*\n {4}at .*oxidite\.config\.ts/,
    ],
    [
      'throws when it is called',
      `export default () => { throw new RangeError('too far'); };`,
      /^OXI_CLI_CONFIG_FAILED: \S+oxidite\.config\.ts failed .*too far/,
    ],
    [
      'imports what is not installed',
      `import '@acme/nowhere';`,
      /^OXI_CLI_CONFIG_FAILED: \S+oxidite\.config\.ts failed .*@acme\/nowhere.* install what is missing\./,
    ],
    ['exports nothing', 'export const a = 1;', /^OXI_CONFIG_INVALID/],
  ])('exits with 1 for a configuration that %s', async (_, source, message) => {
    await using app = await createApp({ 'oxidite.config.ts': source });
    const { exitCode, stderr } = await run(app, 'plugins:list');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('runs a command beside a module that is broken, and says so of the command in it', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS), 'app/commands/broken.ts': `throw new Error('half written');` });
    expect(await run(app, 'shop:greet Ada')).toMatchObject({ exitCode: 0 });
    expect(await run(app, 'shop:broken')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^OXI_CLI_COMMAND_MODULE: .*broken\.ts could not be imported: half written/),
    });
    expect((await run(app, '--help')).stderr).toContain('half written');
  });

  it('refuses two commands of one name', async () => {
    const local = `import { defineCommand } from 'oxidite'; export const a = defineCommand('shop:greet', { summary: '' }, () => 1);`;
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS), 'app/commands/a.ts': local });
    expect((await run(app, 'shop:fail')).stderr).toContain('The command "shop:greet" is contributed by "one" and by "application".');
  });

  it('refuses a command of the name of its own', async () => {
    const local = `import { defineCommand } from 'oxidite'; export const a = defineCommand('start', { summary: '' }, () => 1);`;
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS), 'app/commands/a.ts': local });
    expect((await run(app, 'shop:fail')).stderr).toContain('The command "start" is contributed by "oxidite" and by "application".');
  });

  it('runs the other commands when the schema of one cannot be typed', async () => {
    const local = `import { defineCommand } from 'oxidite'; import * as z from 'zod';
      export const odd = defineCommand('odd', { summary: '', flags: z.object({ it: z.object({}) }) }, () => 1);`;
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS), 'app/commands/odd.ts': local });
    expect(await run(app, 'shop:greet Ada')).toMatchObject({ exitCode: 0 });
    expect(await run(app, 'odd')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('OXI_CLI_COMMAND_SCHEMA') });
  });

  it('asks the application for a command that the cache does not know and that is no typing mistake', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(COMMANDS) });
    await run(app, '--help');
    const file = app.path('.oxidite/commands.json');
    const cache = JSON.parse(await readFile(file, 'utf8'));
    await app.write('.oxidite/commands.json', JSON.stringify({ ...cache, commands: [] }));
    expect(await run(app, 'shop:greet Ada')).toMatchObject({ exitCode: 0, stdout: 'Ada\n' });
    await app.write('.oxidite/commands.json', JSON.stringify({ ...cache, commands: [{ ...cache.commands[0], name: 'shop:gone' }] }));
    expect(await run(app, 'shop:gone')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('There is no command "shop:gone".') });
  });

  it('closes the application, whatever becomes of the command', async () => {
    const setup = `kernel.onDispose(() => { globalThis.closed = (globalThis.closed ?? 0) + 1; }); ${COMMANDS}`;
    await using app = await createApp({ 'oxidite.config.ts': configSource(setup) });
    for (const [index, commandLine] of ['shop:greet Ada', 'shop:fail', 'shop:greet', 'xyz', 'plugins:list'].entries()) {
      await run(app, commandLine);
      expect([commandLine, Reflect.get(globalThis, 'closed')]).toEqual([commandLine, index + 1]);
    }
    Reflect.deleteProperty(globalThis, 'closed');
  });

  it('fails when the application cannot be closed', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(`kernel.onDispose(() => { throw new Error('stuck'); }); ${COMMANDS}`) });
    expect(await run(app, 'shop:greet Ada --json')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('OXI_PLUGIN_DISPOSE') });
    expect(await run(app, 'shop:fail --json')).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('out of stock') });
  });

  it('lets a command choose its exit code', async () => {
    const local = `import { defineCommand } from 'oxidite'; export const a = defineCommand('check', { summary: '', boots: false }, ({ exitWith }) => { exitWith(3); return 'found'; });`;
    await using app = await createApp({ 'oxidite.config.ts': configSource(), 'app/commands/a.ts': local });
    expect(await run(app, 'check --json')).toMatchObject({ exitCode: 3, stdout: '{"result":"found"}\n' });
  });
});

describe('main, for a command that is interrupted', () => {
  const waiting = (body: string): string => `import { defineCommand } from 'oxidite';
    export const wait = defineCommand('wait', { summary: '', boots: false }, ({ output, signal }) => new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => { ${body} }); output.line('waiting');
    }));`;

  async function interrupt(body: string, signal: 'SIGINT' | 'SIGTERM', json = false): Promise<Run> {
    await using app = await createApp({ 'oxidite.config.ts': configSource(), 'app/commands/wait.ts': waiting(body) });
    const host = createTestHost({ argv: ['wait', ...(json ? ['--json'] : [])], directory: app.root });
    host.onPrint(() => {
      if (host.printed.stdout === 'waiting\n') host.emitSignal(signal);
    });
    return { exitCode: await main(host), ...host.printed, host };
  }

  it('exits with 130 on Ctrl-C and 143 on SIGTERM, without a report', async () => {
    expect(await interrupt('resolve()', 'SIGINT')).toMatchObject({ exitCode: 130, stderr: '' });
    expect(await interrupt('resolve()', 'SIGTERM')).toMatchObject({ exitCode: 143, stderr: '' });
    expect(await interrupt('reject(signal.reason)', 'SIGINT')).toMatchObject({ exitCode: 130, stderr: '' });
    expect(await interrupt(`reject(new DOMException('stop', 'AbortError'))`, 'SIGINT')).toMatchObject({ exitCode: 130, stderr: '' });
  });

  it('reports what goes wrong while it ends', async () => {
    expect(await interrupt(`reject(new Error('cannot end'))`, 'SIGINT')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot end') });
  });

  it('prints a document all the same', async () => {
    await using app = await createApp({
      'oxidite.config.ts': configSource(),
      'app/commands/wait.ts': waiting('reject(signal.reason)').replace(`output.line('waiting');`, `output.warn('waiting');`),
    });
    const host = createTestHost({ argv: ['wait', '--json'], directory: app.root });
    host.onPrint(() => {
      if (host.printed.stderr !== '' && host.printed.stdout === '') host.emitSignal('SIGINT');
    });
    expect(await main(host)).toBe(130);
    expect(JSON.parse(host.printed.stdout)).toEqual({ error: { code: 'OXI_CLI_INTERRUPTED', message: 'The command was ended by SIGINT.' } });
  });

  it('ends on an error that nobody caught', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(), 'app/commands/wait.ts': waiting('resolve()') });
    const host = createTestHost({ argv: ['wait'], directory: app.root });
    host.onPrint(() => {
      if (!host.printed.stderr.includes('first')) host.emitCrash(new Error('first'));
    });
    const ended = main(host);
    expect(await ended).toBe(1);
    expect(host.printed.stderr).toMatch(/^Error: first\n/);
  });
});
