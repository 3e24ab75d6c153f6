import { describe, expect, it } from 'vitest';
import { createOutput, toTable } from '../../../plugins/cli/src/declare/output.ts';
import { createTestHost } from '../support/test-host.ts';

describe('createOutput', () => {
  it('prints lines and tables to standard output, warnings to standard error', () => {
    const host = createTestHost();
    const output = createOutput(host, false);
    output.line('a');
    output.line();
    output.table([{ b: 1 }]);
    output.warn('careful');
    expect(host.printed).toEqual({ stdout: 'a\n\nb\n1\n', stderr: 'Warning: careful\n' });
  });

  it('is silent under --json, but for warnings', () => {
    const host = createTestHost();
    const output = createOutput(host, true);
    output.line('a');
    output.table([{ b: 1 }]);
    output.warn('careful');
    expect(output.json).toBe(true);
    expect(host.printed).toEqual({ stdout: '', stderr: 'Warning: careful\n' });
  });
});

describe('toTable', () => {
  it('aligns columns, numbers to the right', () => {
    expect(
      toTable([
        { name: 'a', size: 5, note: null },
        { name: 'long', size: 1000, note: 'x' },
        { name: 'b', size: 42, note: undefined },
      ]),
    ).toEqual(['name  size  note', 'a        5', 'long  1000  x', 'b       42']);
  });

  it('is empty without rows', () => {
    expect(toTable([])).toEqual([]);
  });
});
