import { type CreateData, type InferModel, type InferRow, type OrderBy, type Orm, type UpdateData, type Where } from '@oxidite/orm';
import { describe, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type { Patient, Point } from './clinic.ts';

type Of = typeof Patient;
type Place = { at: Point; level: number | null };
declare const orm: Orm;

describe('an embedded value in the types', () => {
  it('is an object in entities and rows, without what is hidden in rows', () => {
    expectTypeOf<InferModel<Of>['address']>().toEqualTypeOf<{ street: string; city: string; zip: string; country: 'DE' | 'FR'; place: Place | null }>();
    expectTypeOf<InferModel<Of>['billing']>().toEqualTypeOf<{ iban: string; number: bigint; note: string | null; token: string } | null>();
    expectTypeOf<InferRow<Of>['billing']>().toEqualTypeOf<{ iban: string; number: bigint; note: string | null } | null>();
    expectTypeOf<InferRow<Of>['address']['place']>().toEqualTypeOf<Place | null>();
  });

  it('needs what has no default and may not be null when it is created, and anything when it is changed', () => {
    const created: CreateData<Of> = { name: 'x', address: { street: 'a', city: 'b', zip: 'c' } };
    const changed: UpdateData<Of> = { address: { city: 'b', place: { level: 1 } }, billing: null };
    // @ts-expect-error the city is missing
    const missing: CreateData<Of> = { name: 'x', address: { street: 'a', zip: 'c' } };
    // @ts-expect-error the address is missing
    const nothing: CreateData<Of> = { name: 'x' };
    // @ts-expect-error an address is never null
    const empty: UpdateData<Of> = { address: null };
    // @ts-expect-error it has no such field
    const unknown: UpdateData<Of> = { address: { citty: 'x' } };
    // @ts-expect-error a city is a text
    const wrong: UpdateData<Of> = { address: { city: 5 } };
    expectTypeOf([created, changed, missing, nothing, empty, unknown, wrong]).toBeArray();
  });

  it('is searched and sorted by what is in it', () => {
    const where: Where<Of> = {
      address: { city: { startsWith: 'U' }, place: { level: { gt: 1 } } },
      billing: { note: null, iban: { isNull: false } },
      stay: null,
    };
    const order: OrderBy<Of> = { address: { city: 'asc', place: { level: 'desc' } } };
    // @ts-expect-error an address is never null
    const never: Where<Of> = { address: null };
    // @ts-expect-error it is compared by what is in it
    const text: Where<Of> = { address: 'Ulm' };
    // @ts-expect-error a level is a number
    const level: Where<Of> = { address: { place: { level: 'x' } } };
    // @ts-expect-error what is encrypted is only compared with null
    const secret: Where<Of> = { billing: { iban: 'x' } };
    // @ts-expect-error it has no such field
    const unknown: Where<Of> = { address: { citty: 'x' } };
    // @ts-expect-error it is not sorted as a whole
    const whole: OrderBy<Of> = { address: 'asc' };
    // @ts-expect-error what is encrypted is not sorted
    const sorted: OrderBy<Of> = { billing: { iban: 'asc' } };
    expectTypeOf([where, order, never, text, level, secret, unknown, whole, sorted]).toBeArray();
  });

  it('is selected as a whole or in parts, and taken together by its numbers', () => {
    const read = () =>
      orm
        .query(null as unknown as Of)
        .select('name', 'address.city', 'address.place.level', 'billing.note', 'stay')
        .get();
    expectTypeOf<Awaited<ReturnType<typeof read>>>().toEqualTypeOf<{
      name: string;
      address: { city: string; place: { level: number | null } | null };
      billing: { note: string | null } | null;
      stay: InferRow<Of>['stay'];
    }>();
    const query = () => orm.query(null as unknown as Of);
    expectTypeOf<Awaited<ReturnType<ReturnType<typeof query>['sum']>>>().toEqualTypeOf<bigint | number | string>();
    const level = () => query().max('address.place.level');
    const since = () => query().min('stay.since');
    expectTypeOf<Awaited<ReturnType<typeof level>>>().toEqualTypeOf<number | null>();
    expectTypeOf<Awaited<ReturnType<typeof since>>>().toEqualTypeOf<Date | null>();
    // @ts-expect-error there is no such field
    const unknown = () => query().select('address.citty');
    // @ts-expect-error a moment has no sum
    const sum = () => query().sum('stay.since');
    // @ts-expect-error an embedded value has none
    const whole = () => query().max('address');
    expectTypeOf([read, unknown, sum, whole]).toBeArray();
    const hidden = () => query().withHidden().get();
    expectTypeOf<NonNullable<Awaited<ReturnType<typeof hidden>>['billing']>['token']>().toEqualTypeOf<string>();
  });

  it('is nested in the schemas', () => {
    expectTypeOf<z.input<Of['create']>['address']['country']>().toEqualTypeOf<'DE' | 'FR' | undefined>();
    expectTypeOf<NonNullable<z.input<Of['create']>['stay']>['since']>().toEqualTypeOf<Date | string>();
    expectTypeOf<z.output<Of['update']>['address']>().toEqualTypeOf<
      | {
          street?: string | undefined;
          city?: string | undefined;
          zip?: string | undefined;
          country?: 'DE' | 'FR' | undefined;
          place?: { at?: Point | undefined; level?: number | null | undefined } | null | undefined;
        }
      | undefined
    >();
    expectTypeOf<z.output<Of['read']>['billing']>().toEqualTypeOf<{ iban: string; number: string; note: string | null } | null>();
    const assign = (entity: InferModel<Of>, data: z.output<Of['update']>) => entity.assign(data);
    const create = (data: z.output<Of['create']>) => orm.create(null as unknown as Of, data);
    expectTypeOf([assign, create]).toBeArray();
  });
});
