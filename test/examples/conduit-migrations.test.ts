/** The migrations of the RealWorld API, proven as an application proves its own. */
import { resolve } from 'node:path';
import { orm } from '@oxidite/orm';
import { describeMigrations } from '@oxidite/orm/testing';
import { describe, it } from 'vitest';

describeMigrations({ describe, it }, orm({ driver: 'sqlite', database: ':memory:' }), { root: resolve(import.meta.dirname, '../../examples/conduit') });
