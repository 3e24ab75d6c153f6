import { describe, expect, it } from 'vitest';
import { createLogger, createSilentLogger } from '@oxidite/kernel';

describe('createSilentLogger', () => {
  it('writes nothing', () => {
    expect(createSilentLogger().child({}).fatal({}, 'x')).toBeUndefined();
  });
});

describe('createLogger', () => {
  it('hands every line to one function', () => {
    const lines: unknown[] = [];
    createLogger((...line) => lines.push(line)).trace({ a: 1 }, 'x');
    expect(lines).toEqual([['trace', { a: 1 }, 'x']]);
  });

  it('adds the fields of its parents to each line', () => {
    const lines: unknown[] = [];
    const logger = createLogger((...line) => lines.push(line));
    logger.child({ plugin: 'a', part: 1 }).child({ part: 2 }).warn({ id: 3 }, 'x');
    expect(lines).toEqual([['warn', { plugin: 'a', part: 2, id: 3 }, 'x']]);
  });
});
