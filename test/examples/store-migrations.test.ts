/** The migrations of the shop's two databases, proven as an application proves its own. */
import { auditTrail, orm } from '@oxidite/orm';
import { describeMigrations } from '@oxidite/orm/testing';
import { describe, it } from 'vitest';
import { STORE } from './support/store-client.ts';

const memory = { driver: 'sqlite', database: ':memory:' } as const;
const plugin = orm({ ...memory, connections: { analytics: memory }, encryptionKeys: [Buffer.alloc(32).toString('base64')] });

for (const connection of ['default', 'analytics']) describeMigrations({ describe, it }, plugin, { root: STORE, connection, plugins: [auditTrail()] });
