import { describePlugin } from '@oxidite/plugin-sdk/testing';
import { defineStore, redis } from '@oxidite/redis';
import { describe, it } from 'vitest';
import * as z from 'zod';
import { serviceUrl } from '../services/service-url.ts';
import { describeOnRedis } from './support/boot.ts';

const Note = defineStore('note', { schema: z.string(), ttlSeconds: 60 });
const url = await serviceUrl('REDIS_URL').catch(() => 'redis://localhost');

describeOnRedis('on a real server', () => {
  describePlugin({ describe, it }, redis({ url, keyPrefix: `${crypto.randomUUID()}:`, stores: [Note] }), {
    async exercise(kernel) {
      const service = kernel.use('redis');
      await service.store(Note).update('1', (text = '') => `${text}x`);
      await service.lock('a', { ttlMs: 1_000 }, () => service.duplicate().ping());
    },
  });
});
