import { defineModel, field, type Orm, type PoolStats, type Query } from '@oxidite/orm';
import { describe, expectTypeOf, it } from 'vitest';

describe('the types of connections', () => {
  it('keep the row of a query that is read from the primary', () => {
    const Note = defineModel('note', { text: field.string() }, { connection: 'analytics' });
    expectTypeOf<Query<typeof Note>>().toHaveProperty('onPrimary').returns.toEqualTypeOf<Query<typeof Note>>();
  });

  it('make the orm of a connection an orm like any other', () => {
    expectTypeOf<Orm['on']>().toEqualTypeOf<(connection: string) => Orm>();
    expectTypeOf<Orm['connections']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Orm['pool']>().returns.toEqualTypeOf<PoolStats | undefined>();
  });
});
