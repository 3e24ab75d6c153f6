import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRetryBudget } from '../../../plugins/http-client/src/send/retry-budget.ts';
import { boot, catchError, createHastyClock } from '../support/boot.ts';
import { startServer } from '../support/start-server.ts';

const ORIGIN = 'https://api.example';

function takeAll(budget: ReturnType<typeof createRetryBudget>, origin = ORIGIN): number {
  let taken = 0;
  while (budget.take(origin)) taken++;
  return taken;
}

describe('createRetryBudget', () => {
  it('grants a reserve, then one repetition for ten calls or for a second', async () => {
    const clock = createVirtualClock();
    const budget = createRetryBudget(clock);
    expect(takeAll(budget)).toBe(20);
    for (let call = 0; call < 30; call++) budget.noteCall(ORIGIN);
    expect(takeAll(budget)).toBe(3);
    await clock.advance({ seconds: 2 });
    expect(takeAll(budget)).toBe(2);
    await clock.advance({ hours: 1 });
    expect(takeAll(budget)).toBe(20);
  });

  it('counts each origin for itself, and forgets the oldest of a flood', () => {
    const budget = createRetryBudget(createVirtualClock());
    expect([takeAll(budget), takeAll(budget, 'https://other.example')]).toEqual([20, 20]);
    for (let index = 0; index < 1_000; index++) budget.take(`https://${index}.example`);
    expect(takeAll(budget)).toBe(20);
    expect(takeAll(budget, 'https://999.example')).toBe(19);
  });

  it('never grants more than its reserve, a tenth of the calls and one a second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('call', 'take', 'wait'), { maxLength: 300 }), async (steps) => {
        const clock = createVirtualClock();
        const budget = createRetryBudget(clock);
        const counts = { call: 0, take: 0, wait: 0 };
        for (const step of steps) {
          if (step === 'call') budget.noteCall(ORIGIN);
          if (step === 'wait') await clock.advance(500);
          if (step !== 'take' || budget.take(ORIGIN)) counts[step]++;
        }
        expect(counts.take).toBeLessThanOrEqual(20 + counts.call / 10 + counts.wait / 2 + 1e-6);
      }),
    );
  });
});

describe('a service that is down', () => {
  it('is not buried under repetitions, and gets all of them again when it has been up for a while', async () => {
    let isDown = true;
    await using server = await startServer((_, response) => response.writeHead(isDown ? 503 : 200).end());
    await using app = await boot({ retries: 3 }, { clock: createHastyClock() });
    for (let call = 0; call < 101; call++) await catchError(app.http.get(server.origin));
    expect(server.requests).toHaveLength(131); // 20 in reserve, and a tenth of the calls that follow the first
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ responseStatus: 503, attempts: 1 });
    isDown = false;
    for (let call = 0; call < 40; call++) await app.http.get(server.origin);
    isDown = true;
    expect(await catchError(app.http.get(server.origin))).toMatchObject({ attempts: 4 });
  });
});
