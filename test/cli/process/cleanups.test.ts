import { describe, expect, it } from 'vitest';
import { createCleanups } from '../../../plugins/cli/src/process/cleanups.ts';

describe('createCleanups', () => {
  it('closes the latest first, each once, and goes on after an error', async () => {
    const cleanups = createCleanups();
    const closed: string[] = [];
    cleanups.add(() => void closed.push('a'));
    cleanups.add(() => Promise.reject(new Error('b')));
    cleanups.add(async () => void closed.push('c'));
    expect(await cleanups.run()).toEqual([new Error('b')]);
    expect(closed).toEqual(['c', 'a']);
    expect(await cleanups.run()).toEqual([]);
    expect(closed).toEqual(['c', 'a']);
  });
});
