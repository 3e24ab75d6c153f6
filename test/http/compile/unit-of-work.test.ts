import { conflict, defineGuard } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { definePlugin } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { recordLog } from '../support/recorded-log.ts';

interface Ledger {
  readonly id: number;
  note(text: string): void;
}

declare module '@oxidite/kernel' {
  interface Services {
    readonly testLedger: Ledger;
  }
}

interface Behaviour {
  readonly isLate?: boolean;
  readonly completionError?: Error;
  readonly disposalError?: Error;
}

/** A plugin whose scoped service writes down what happens to it. */
function ledger(events: string[], { isLate = false, completionError, disposalError }: Behaviour = {}): ReturnType<ReturnType<typeof definePlugin>> {
  let count = 0;
  const settle = (event: string, error: Error | undefined): void | Promise<void> => {
    const finish = (): void => {
      events.push(event);
      if (error !== undefined) throw error;
    };
    return isLate ? Promise.resolve().then(finish) : finish();
  };
  return definePlugin({
    name: 'ledger',
    version: '1.0.0',
    provides: ['testLedger'],
    setup(kernel) {
      kernel.provide(
        'testLedger',
        (_services, scope) => {
          const id = ++count;
          scope.onComplete(() => settle(`complete ${id}`, completionError));
          scope.onDispose(() => settle(`dispose ${id}`, disposalError));
          return { id, note: (text) => void events.push(`${text} ${id}`) };
        },
        { lifetime: 'scoped' },
      );
    },
  })();
}

async function open(events: string[], behaviour: Behaviour, logger = recordLog().logger): Promise<TestHttp> {
  return createTestHttp(
    (routes) => {
      const body = { toJSON: () => (events.push('serialize'), { ok: true }) };
      routes.get('/sync', (_request, { testLedger }) => (testLedger.note('handler'), body));
      routes.get('/async', async (_request, { testLedger }) => {
        await Promise.resolve();
        testLedger.note('handler');
        return body;
      });
      routes.get('/sync-error', (_request, { testLedger }) => {
        testLedger.note('handler');
        throw conflict();
      });
      routes.get('/async-error', async (_request, { testLedger }) => {
        testLedger.note('handler');
        throw conflict();
      });
      routes.get('/stream', (_request, { testLedger }) => {
        testLedger.note('handler');
        return (async function* generate() {
          testLedger.note('stream');
          yield 'x';
        })();
      });
      routes.get('/unused', (_request, _services) => 'x');
    },
    { plugins: [ledger(events, behaviour)], logger },
  );
}

describe('the unit of work of a request', () => {
  it.each([
    ['/sync', false],
    ['/sync', true],
    ['/async', false],
    ['/async', true],
  ])('of %s is completed before the result is sent and disposed after (late: %s)', async (path, isLate) => {
    const events: string[] = [];
    await using app = await open(events, { isLate });
    expect((await app.request('GET', path)).json).toEqual({ ok: true });
    expect(events).toEqual(['handler 1', 'complete 1', 'serialize', 'dispose 1']);
  });

  it.each(['/sync-error', '/async-error'])('of %s is disposed, but not completed', async (path) => {
    const events: string[] = [];
    await using app = await open(events, {});
    expect((await app.request('GET', path)).status).toBe(409);
    expect(events).toEqual(['handler 1', 'dispose 1']);
  });

  it.each([
    ['/sync', false],
    ['/sync', true],
    ['/async', true],
  ])('whose completion fails answers with that error (%s, late: %s)', async (path, isLate) => {
    const events: string[] = [];
    await using app = await open(events, { isLate, completionError: conflict('taken') });
    expect((await app.request('GET', path)).json).toMatchObject({ status: 409, detail: 'taken' });
    expect(events).toEqual(['handler 1', 'complete 1', 'dispose 1']);
  });

  it('whose disposal fails has answered already, and is logged', async () => {
    const { logger, lines } = recordLog();
    const disposalError = new Error('cannot close');
    await using app = await open([], { isLate: true, disposalError }, logger);
    expect((await app.request('GET', '/sync')).status).toBe(200);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', fields: expect.objectContaining({ error: disposalError }) }));
  });

  it('lasts until a streamed result has ended', async () => {
    const events: string[] = [];
    await using app = await open(events, {});
    const response = await app.services.http.inject('/stream');
    expect(events).not.toContain('dispose 1');
    expect(await response.text()).toBe('x');
    await expect.poll(() => events).toEqual(['handler 1', 'complete 1', 'stream 1', 'dispose 1']);
  });

  it('is another for each request, and none where no scoped service is used', async () => {
    const events: string[] = [];
    await using app = await open(events, {});
    await app.request('GET', '/unused');
    await Promise.all([app.request('GET', '/sync'), app.request('GET', '/sync')]);
    expect(events.filter((event) => event.startsWith('dispose'))).toEqual(['dispose 1', 'dispose 2']);
  });

  it('is shared by guards, middleware and handler', async () => {
    const ids: number[] = [];
    const guard = defineGuard({ name: 'g', check: (_request, { testLedger }) => void ids.push(testLedger.id) });
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/', { guards: [guard], middleware: [(_request, { testLedger }, next) => (ids.push(testLedger.id), next())] }, (_request, { testLedger }) =>
          ids.push(testLedger.id),
        );
        routes.get('/guard-only', { guards: [guard] }, () => 'x');
      },
      { plugins: [ledger([])] },
    );
    await app.request('GET', '/');
    await app.request('GET', '/guard-only');
    expect(ids).toEqual([1, 1, 1, 2]);
  });
});
