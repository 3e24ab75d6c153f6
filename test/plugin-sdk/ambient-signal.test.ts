import { ambientSignal, withAmbientSignal } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';

describe('ambientSignal', () => {
  it('is the signal of the flow of calls, across awaits, and of the innermost one', async () => {
    const outer = new AbortController();
    const inner = new AbortController();
    expect(ambientSignal()).toBeUndefined();
    await withAmbientSignal(outer, async () => {
      await Promise.resolve();
      expect(ambientSignal()).toBe(outer.signal);
      withAmbientSignal(inner, () => expect(ambientSignal()).toBe(inner.signal));
      expect(ambientSignal()).toBe(outer.signal);
    });
    expect(ambientSignal()).toBeUndefined();
  });

  it('is not shared by flows that run side by side', async () => {
    const flow = (controller: AbortController): Promise<boolean> =>
      withAmbientSignal(controller, async () => {
        await Promise.resolve();
        return ambientSignal() === controller.signal;
      });
    expect(await Promise.all([flow(new AbortController()), flow(new AbortController())])).toEqual([true, true]);
  });

  it('makes no signal before one is asked for', () => {
    let made = 0;
    const source = {
      get signal() {
        made++;
        return new AbortController().signal;
      },
    };
    withAmbientSignal(source, () => undefined);
    expect(made).toBe(0);
  });
});
