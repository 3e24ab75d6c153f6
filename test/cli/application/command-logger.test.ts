import { type Env, type LogLevel } from '@oxidite/kernel';
import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { createCommandLogger } from '../../../plugins/cli/src/application/command-logger.ts';

function logged(
  options: { readonly readable: boolean; readonly env?: Env; readonly level?: LogLevel },
  use: (logger: ReturnType<typeof createCommandLogger>) => void,
): string {
  let written = '';
  use(
    createCommandLogger({
      write: (line) => void (written += line),
      clock: createVirtualClock(),
      env: options.env ?? {},
      level: options.level ?? 'info',
      readable: options.readable,
    }),
  );
  return written;
}

describe('createCommandLogger', () => {
  it('writes JSON for machines', () => {
    const line = JSON.parse(logged({ readable: false }, (logger) => logger.child({ plugin: 'a' }).info({ url: 'x' }, 'listening')));
    expect(line).toMatchObject({ level: 'info', message: 'listening', plugin: 'a', url: 'x' });
  });

  it('writes lines for humans', () => {
    const text = logged({ readable: true }, (logger) =>
      logger.info({ url: 'x', port: 1, list: [1], none: undefined, big: 1n, cause: new Error('why') }, 'listening'),
    );
    expect(text).toMatch(/^\d\d:\d\d:\d\d info {2}listening url=x port=1 list=\[1\] big=.+ cause=why\n$/);
  });

  it('lets no text begin a line or speak to the terminal', () => {
    const text = logged({ readable: true }, (logger) => {
      logger.warn({ path: '/x\r\n00:00:00 info  forged', agent: '\u001b[31mred\u009b0m' }, 'odd\n');
      logger.error({ error: new Error('two\nlines \u001b[2J') }, 'failed');
    });
    expect(text.split('\n')[0]).toMatch(/ warn {2}odd\\u000a path=\/x\\u000d\\u000a00:00:00 info {2}forged agent=\\u001b\[31mred\\u009b0m$/);
    expect(text).toContain('Error: two\nlines \\u001b[2J\n');
  });

  it('writes an error below its line', () => {
    expect(logged({ readable: true }, (logger) => logger.error({ error: new Error('boom') }, 'failed'))).toMatch(/ error failed\nError: boom\n/);
    expect(logged({ readable: true, env: { OXIDITE_DEBUG: '1' } }, (logger) => logger.error({ error: new Error('boom') }, 'failed'))).not.toContain(
      'Set OXIDITE_DEBUG',
    );
  });

  it('leaves out what is below the level, which the environment may set', () => {
    for (const readable of [true, false]) {
      expect(logged({ readable }, (logger) => logger.debug({}, 'x'))).toBe('');
      expect(logged({ readable, env: { OXIDITE_LOG_LEVEL: 'debug' } }, (logger) => logger.debug({}, 'x'))).not.toBe('');
      expect(logged({ readable, env: { OXIDITE_LOG_LEVEL: 'loud' }, level: 'warn' }, (logger) => logger.info({}, 'x'))).toBe('');
    }
  });
});
