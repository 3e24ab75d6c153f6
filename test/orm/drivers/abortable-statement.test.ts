import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { runAbortable } from '../../../plugins/orm/src/drivers/abortable-statement.ts';

describe('a statement that is given up', () => {
  it('keeps its connection until the server has been told, so that the next one on it is not given up instead', async () => {
    const [statement, kill] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
    const told: string[] = [];
    const time = new AbortController();
    const running = withAmbientSignal(time, () =>
      runAbortable(
        'select 1',
        () => statement.promise,
        async (isOver) => {
          if (!isOver()) await kill.promise;
          told.push('the server');
        },
      ),
    ).finally(() => told.push('the caller'));
    time.abort();
    statement.resolve('done');
    await new Promise(setImmediate);
    expect(told).toEqual([]);
    kill.resolve();
    expect(await running).toBe('done');
    expect(told).toEqual(['the server', 'the caller']);
  });

  it('does not wait for a connection on which to tell the server', async () => {
    const [statement, connection] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
    const time = new AbortController();
    const asked: boolean[] = [];
    const running = withAmbientSignal(time, () =>
      runAbortable(
        'select 1',
        () => statement.promise,
        async (isOver) => {
          await connection.promise;
          asked.push(isOver());
        },
      ),
    );
    time.abort();
    statement.resolve('done');
    expect(await running).toBe('done');
    connection.resolve();
    await new Promise(setImmediate);
    expect(asked).toEqual([true]);
  });
});
