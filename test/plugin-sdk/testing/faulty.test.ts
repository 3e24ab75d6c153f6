import { countCalls, faulty } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';

class Account {
  #balance = 0;
  readonly owner = 'Ada';
  deposit(amount: number): number {
    this.#balance += amount;
    return this.#balance;
  }
  async load(): Promise<number> {
    return this.#balance;
  }
}

describe('faulty', () => {
  it('fails at the n-th call over all methods, and only there', async () => {
    const account = faulty(new Account(), 2);
    expect(account.deposit(5)).toBe(5);
    expect(() => account.load()).toThrow('fault injected at call 2: load()');
    expect(await account.load()).toBe(5);
    expect(account.deposit(1)).toBe(6);
    expect(countCalls(account)).toBe(4);
  });

  it('leaves properties and private state as they are', () => {
    const account = faulty(new Account(), 0);
    expect(account.owner).toBe('Ada');
    expect(account.deposit(1)).toBe(1);
  });

  it('rejects, or throws another error, when it is told to', async () => {
    await expect(faulty(new Account(), 1, { rejects: true }).load()).rejects.toThrow('fault injected at call 1');
    expect(() => faulty(new Account(), 1, { error: new RangeError('disk full') }).deposit(1)).toThrow(RangeError);
  });
});

describe('countCalls', () => {
  it('refuses an object that is not faulty', () => {
    expect(() => countCalls({})).toThrow(TypeError);
  });
});
