/** A shop's API on Oxidite, which shows its ORM. Start reading in app/models. */
import { http } from '@oxidite/http';
import { openapi } from '@oxidite/openapi';
import { auditTrail, orm } from '@oxidite/orm';
import { defineConfig } from 'oxidite';
import { Order } from './app/models/order.ts';
import { Product } from './app/models/product.ts';

/** 32 bytes that everybody knows: for development only. */
const DEVELOPMENT_KEY = 'dGhpcyBrZXkgaXMgcHVibGljOiBkZXZlbG9wbWVudCE=';

export default defineConfig((env) => {
  const isProduction = env['NODE_ENV'] === 'production';
  return defineConfig({
    plugins: [
      http({ port: 3000 }),
      orm({
        driver: 'sqlite',
        database: env['DATABASE'] ?? 'store.db',
        connections: { analytics: { driver: 'sqlite', database: env['ANALYTICS_DATABASE'] ?? 'analytics.db' } },
        encryptionKeys: (env['ENCRYPTION_KEYS'] ?? (isProduction ? '' : DEVELOPMENT_KEY)).split(',').filter(Boolean),
      }),
      auditTrail({ models: [Product, Order], actor: ({ clerk }) => clerk.name }),
      openapi({ info: { title: 'Store', version: '1.0.0', description: 'A shop on Oxidite' } }),
    ],
    setup(kernel) {
      kernel.provide('clerk', () => ({ name: undefined }), { lifetime: 'scoped' });
    },
  });
});
