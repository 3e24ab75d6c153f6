import { ambientHeaders, withAmbientHeaders } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';

describe('ambientHeaders', () => {
  it('are those of the flow of calls, across awaits, and of the innermost one', async () => {
    const outer = { headers: { 'x-request-id': 'outer' } };
    const inner = { headers: { 'x-request-id': 'inner' } };
    expect(ambientHeaders()).toBeUndefined();
    await withAmbientHeaders(outer, async () => {
      await Promise.resolve();
      expect(ambientHeaders()).toBe(outer.headers);
      withAmbientHeaders(inner, () => expect(ambientHeaders()).toBe(inner.headers));
      expect(ambientHeaders()).toBe(outer.headers);
    });
    expect(ambientHeaders()).toBeUndefined();
  });

  it('makes no headers before they are asked for', () => {
    let made = 0;
    const source = {
      get headers() {
        made++;
        return {};
      },
    };
    withAmbientHeaders(source, () => undefined);
    expect(made).toBe(0);
  });
});
