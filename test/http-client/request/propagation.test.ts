import { withAmbientHeaders } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { createPropagation } from '../../../plugins/http-client/src/request/propagation.ts';

describe('createPropagation', () => {
  it('knows origins, and all hosts below one', () => {
    const propagation = createPropagation(['https://api.example.com', 'https://*.internal.test', 'http://*.dev.test:8080']);
    const isTold = (url: string): boolean => withAmbientHeaders({ headers: { 'x-request-id': '1' } }, () => propagation(new URL(url)).length > 0);
    for (const url of [
      'https://api.example.com/a?b',
      'https://API.example.com:443/',
      'https://a.internal.test',
      'https://a.b.internal.test',
      'http://x.dev.test:8080',
    ])
      expect([url, isTold(url)]).toEqual([url, true]);
    for (const url of [
      'http://api.example.com',
      'https://api.example.com:8443',
      'https://evil-api.example.com',
      'https://api.example.com.evil.test',
      'https://internal.test',
      'https://evilinternal.test',
      'http://a.internal.test',
      'https://a.internal.test:8443',
      'http://x.dev.test',
      'https://a.internal.test.evil.test',
    ])
      expect([url, isTold(url)]).toEqual([url, false]);
  });
});
