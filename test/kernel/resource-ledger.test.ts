import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResourceLedger } from '../../kernel/src/resource-ledger.ts';

describe('ResourceLedger', () => {
  it('closes in the exact reverse order of opening, whoever opened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c')), fc.subarray(['a', 'b', 'c']), async (opened, closed) => {
        const ledger = new ResourceLedger();
        const log: number[] = [];
        for (const [index, plugin] of opened.entries()) ledger.add(plugin, index % 2 === 0 ? () => void log.push(index) : async () => void log.push(index));
        await expect(ledger.dispose(new Set(closed))).resolves.toEqual([]);
        expect(log).toEqual([...opened.keys()].filter((index) => closed.includes(opened[index] ?? '')).toReversed());
        log.length = 0; // what was left is still there, and nothing else
        await expect(ledger.dispose(new Set(['a', 'b', 'c']))).resolves.toEqual([]);
        expect(log).toEqual([...opened.keys()].filter((index) => !closed.includes(opened[index] ?? '')).toReversed());
      }),
    );
  });

  it('waits for each resource before it closes the next', async () => {
    const ledger = new ResourceLedger();
    const log: string[] = [];
    ledger.add('a', () => void log.push('first'));
    ledger.add('a', async () => {
      await Promise.resolve();
      log.push('second');
    });
    await ledger.dispose(new Set(['a']));
    expect(log).toEqual(['second', 'first']);
  });

  it('goes on after a failure and returns all of them', async () => {
    const ledger = new ResourceLedger();
    const log: string[] = [];
    ledger.add('a', () => void log.push('closed'));
    ledger.add('b', () => Promise.reject(new Error('late')));
    ledger.add('a', () => {
      throw new Error('early');
    });
    const failures = await ledger.dispose(new Set(['a', 'b']));
    expect(failures).toEqual([
      { plugin: 'a', error: new Error('early') },
      { plugin: 'b', error: new Error('late') },
    ]);
    expect(log).toEqual(['closed']);
  });

  it('closes what is opened while it closes, before what was there', async () => {
    const ledger = new ResourceLedger();
    const log: string[] = [];
    ledger.add('a', () => void log.push('early'));
    ledger.add('a', () => void ledger.add('a', () => void log.push('late')));
    await ledger.dispose(new Set(['a']));
    expect(log).toEqual(['late', 'early']);
  });

  it('forgets a resource that was closed by its owner, once', async () => {
    const ledger = new ResourceLedger();
    const log: string[] = [];
    const forget = ledger.add('a', () => void log.push('forgotten'));
    ledger.add('a', () => void log.push('closed'));
    forget();
    forget();
    await ledger.dispose(new Set(['a']));
    expect(log).toEqual(['closed']);
  });
});
