import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createHost } from '../../../plugins/cli/src/process/host.ts';

/** As much of a process as the host uses. */
function createProcess(options: { readonly ipc?: boolean; readonly input?: PassThrough } = {}): {
  process: NodeJS.Process;
  written: { stdout: string; stderr: string };
  sent: unknown[];
  events: EventEmitter;
  exits: number[];
} {
  const written = { stdout: '', stderr: '' };
  const sent: unknown[] = [];
  const exits: number[] = [];
  const streamOf = (name: 'stdout' | 'stderr'): EventEmitter =>
    Object.assign(new EventEmitter(), { isTTY: true, write: (text: string) => Boolean((written[name] += text)) });
  const events = new EventEmitter();
  const fake = Object.assign(events, {
    argv: ['node', '/bin/oxidite', 'start'],
    cwd: () => '/shop',
    env: { A: '1' },
    versions: { node: '24.1.0' },
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    stdin: Object.assign(options.input ?? new PassThrough(), { isTTY: options.input !== undefined }),
    getActiveResourcesInfo: () => ['Timeout'],
    exit: (code: number) => void exits.push(code),
    connected: options.ipc === true,
    ...(options.ipc === true
      ? {
          send: (message: unknown, _handle: unknown, _options: unknown, done: () => void) => {
            sent.push(message);
            done();
          },
        }
      : {}),
  });
  return { process: fake as unknown as NodeJS.Process, written, sent, events, exits };
}

describe('createHost', () => {
  it('shows the process', () => {
    const { process } = createProcess();
    expect(createHost(process, '1.0.0')).toMatchObject({
      argv: ['start'],
      directory: '/shop',
      env: { A: '1' },
      version: '1.0.0',
      nodeVersion: '24.1.0',
      script: '/bin/oxidite',
      interactive: true,
      parent: undefined,
    });
  });

  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['\n', false],
    ['never\n', false],
  ])('asks at a terminal, and takes %j for %s', async (answer, expected) => {
    const input = new PassThrough();
    const { process, written } = createProcess({ input });
    const answered = createHost(process, '1.0.0').confirm?.('Was it renamed?');
    input.write(answer);
    expect(await answered).toBe(expected);
    expect(written.stderr).toContain('Was it renamed? [y/N] ');
    expect(written.stdout).toBe('');
  });

  it('asks nothing where nobody sits at a terminal', () => {
    expect(createHost(createProcess().process, '1.0.0').confirm).toBeUndefined();
  });

  it('keeps standard output for itself when it is asked to', () => {
    const { process, written } = createProcess();
    const host = createHost(process, '1.0.0');
    host.reserveStdout();
    process.stdout.write('noise');
    host.stdout.write('document');
    host.stderr.write('!');
    expect(written).toEqual({ stdout: 'document', stderr: 'noise!' });
  });

  it('listens for signals and crashes until it is told not to', () => {
    const { process, events } = createProcess();
    const host = createHost(process, '1.0.0');
    const heard: unknown[] = [];
    const removals = [host.onSignal('SIGINT', () => heard.push('SIGINT')), host.onCrash((error) => heard.push(error))];
    events.emit('SIGINT');
    events.emit('uncaughtException', 'boom');
    for (const remove of removals) remove();
    events.emit('SIGINT');
    events.emit('uncaughtException', 'boom');
    expect(heard).toEqual(['SIGINT', 'boom']);
  });

  it('bears a closed pipe, and nothing else', () => {
    const { process } = createProcess();
    createHost(process, '1.0.0');
    expect(process.stdout.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }))).toBe(true);
    expect(() => process.stderr.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }))).toThrow('full');
  });

  it('ends the process and lists what keeps it alive', () => {
    const { process, exits } = createProcess();
    const host = createHost(process, '1.0.0');
    expect(host.listActiveResources()).toEqual(['Timeout']);
    host.exit(3);
    expect(exits).toEqual([3]);
  });

  it('talks to its parent as long as there is one', async () => {
    const { process, sent, events } = createProcess({ ipc: true });
    const { parent } = createHost(process, '1.0.0');
    const heard: unknown[] = [];
    parent?.onMessage((message) => heard.push(message));
    parent?.onDisconnect(() => heard.push('gone'));
    await parent?.send('up');
    events.emit('message', 'down');
    events.emit('disconnect');
    Object.assign(process, { connected: false });
    await parent?.send('lost');
    parent?.onDisconnect(() => heard.push('gone before'));
    expect({ sent, heard }).toEqual({ sent: ['up'], heard: ['down', 'gone', 'gone before'] });
  });
});
