import { createLogger } from '@oxidite/kernel';
import { SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import { createObserver, type HttpClientRequestEvent, type HttpClientResponseEvent } from '../../plugins/http-client/src/observer.ts';

describe('createObserver', () => {
  it('makes no event as long as nobody watches', () => {
    const request = new SyncHook<[HttpClientRequestEvent]>(['event']);
    const observer = createObserver(
      { request, response: new SyncHook<[HttpClientResponseEvent]>(['event']) },
      createLogger(() => undefined),
    );
    let made = 0;
    const create = (): HttpClientRequestEvent => (made++, { client: undefined, method: 'GET', origin: 'https://a.test', path: '/', attempt: 1 });
    observer.onRequest(create);
    expect(made).toBe(0);
    request.tap('test', () => undefined);
    observer.onRequest(create);
    expect(made).toBe(1);
  });
});
