import { describe, expect, it } from 'vitest';
import { LOG_LEVELS, type LogLevel, OxiditeError } from '@oxidite/kernel';
import { createJsonLogger } from '../../../plugins/cli/src/print/json-logger.ts';

class BrokenError extends OxiditeError {
  readonly code = 'OXI_TEST_BROKEN';
}

function record(level?: LogLevel) {
  const lines: string[] = [];
  const logger = createJsonLogger({ ...(level === undefined ? {} : { level }), write: (line) => lines.push(line), now: () => 42 });
  return { logger, lines, parsed: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

describe('createJsonLogger', () => {
  it('writes one JSON object per line', () => {
    const { logger, lines } = record();
    logger.info({ user: 1 }, 'signed in');
    expect(lines).toEqual(['{"level":"info","time":42,"message":"signed in","user":1}\n']);
  });

  it('leaves out what is below its level', () => {
    for (const level of LOG_LEVELS) {
      const { logger, parsed } = record(level);
      for (const written of LOG_LEVELS) logger[written]({}, 'x');
      expect(parsed().map((line) => line['level'])).toEqual(LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)));
    }
    const { logger, lines } = record();
    logger.debug({}, 'x');
    expect(lines).toEqual([]);
  });

  it('adds the fields of its parents', () => {
    const { logger, parsed } = record();
    logger.child({ plugin: 'a', part: 1 }).child({ part: 2 }).warn({ id: 3 }, 'x');
    expect(parsed()).toEqual([{ level: 'warn', time: 42, message: 'x', plugin: 'a', part: 2, id: 3 }]);
  });

  it('does not let a field replace level, time or message', () => {
    const { logger, parsed } = record();
    logger.info({ level: 'fatal', time: 0, message: 'forged' }, 'true');
    expect(parsed()).toEqual([{ level: 'info', time: 42, message: 'true' }]);
  });

  it('writes errors with code and cause, and integers of any size', () => {
    const { logger, parsed } = record();
    logger.error({ error: new BrokenError('broken', new Error('deeper')), size: 2n ** 64n }, 'x');
    const [line] = parsed();
    expect(line).toMatchObject({
      error: { name: 'BrokenError', code: 'OXI_TEST_BROKEN', message: 'broken', cause: { message: 'deeper' } },
      size: '18446744073709551616',
    });
    logger.error({ error: new Error('plain') }, 'x');
    expect(parsed()[1]).toMatchObject({ error: { name: 'Error', message: 'plain' } });
  });

  it('writes a line also for a value that JSON cannot hold', () => {
    const { logger, parsed } = record();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    logger.error({ circle }, 'round');
    expect(parsed()).toEqual([{ level: 'error', time: 42, message: 'round', unprintable: expect.stringContaining('circular') }]);
  });
});
