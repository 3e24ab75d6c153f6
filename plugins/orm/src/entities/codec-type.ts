/**
 * The column type of fields with a codec. Entities have values of the application's own type; MikroORM remembers and compares
 * the stored form, so that a value which was changed in place, or replaced by an equal one, is seen for what it is.
 */
import { type EntityProperty, JsonType, type Platform, Type } from '@mikro-orm/core';
import type { ValueDriver } from '../drivers/driver.ts';
import { toOutputSchema } from '../model/field-schemas.ts';
import type { FieldCodec } from '../model/field-codec.ts';
import type { ColumnLayout } from '../model/model-layout.ts';
import { FixedDecimalType } from './entity-types.ts';

type Convert = ((value: unknown) => unknown) | undefined;

/** Stands for what is no value of the field; no column holds it. */
const NO_VALUE = '\0no value';
/** All other types are compared as texts. */
const NUMERIC = new Set(['boolean', 'integer']);

/** The type of a column whose field has a codec. */
export class CodecType extends Type<unknown, unknown> {
  // MikroORM copies types property by property, so these cannot be private.
  readonly codec: FieldCodec;
  readonly base: Type<unknown, unknown>;
  readonly store: Convert;
  readonly read: Convert;
  readonly output: (value: unknown) => unknown;
  override compareValues?: (left: unknown, right: unknown) => boolean;

  /** @param base how MikroORM declares the column by itself. */
  constructor(column: ColumnLayout & { readonly codec: FieldCodec }, base: Type<unknown, unknown>, driver: Pick<ValueDriver, 'toStored' | 'toValue'>) {
    super();
    const { codec, spec } = column;
    this.codec = codec;
    this.base = base;
    const isDecimal = base instanceof FixedDecimalType;
    this.store = isDecimal ? (value) => base.convertToDatabaseValue(value as string) : (driver.toStored(codec.spec) as Convert); // values of the column
    this.read = isDecimal ? (stored) => base.convertToJSValue(stored as string) : (driver.toValue(codec.spec) as Convert); // as above
    const { secret } = codec;
    if (secret !== undefined) this.compareValues = (left, right) => secret.isSame(left, right);
    const schema = toOutputSchema(spec);
    this.output = (value) => {
      const result = schema.safeParse(value);
      return result.success ? result.data : value;
    };
  }

  /** What is no value of the field counts as a change: the rules of the model refuse it before it is written. */
  override convertToDatabaseValue(value: unknown): unknown {
    if (value === null || value === undefined) return value;
    try {
      const stored = this.codec.encode(value) ?? NO_VALUE;
      return this.store === undefined || stored === NO_VALUE ? stored : this.store(stored);
    } catch {
      return NO_VALUE;
    }
  }

  override convertToJSValue(stored: unknown): unknown {
    if (stored === null || stored === undefined) return stored;
    return this.codec.decode(this.read === undefined ? stored : this.read(stored));
  }

  /** Returns the value of what MikroORM remembers of an entity: JSON is a text there, whatever the driver reads. */
  fromSnapshot(stored: unknown): unknown {
    if (stored === null || stored === undefined) return stored;
    return this.base instanceof JsonType ? this.codec.decode(JSON.parse(stored as string)) : this.convertToJSValue(stored); // it was written by `convertToDatabaseValue`
  }

  override toJSON(value: unknown): unknown {
    return this.output(value);
  }

  /** What is encrypted anew differs each time. */
  override ensureComparable(): boolean {
    return this.codec.secret === undefined;
  }

  override compareAsType(): string {
    if (this.codec.spec.type === 'bigint') return 'bigint';
    return NUMERIC.has(this.codec.spec.type) ? 'number' : 'string';
  }

  override getColumnType(property: EntityProperty, platform: Platform): string {
    return this.base.getColumnType(property, platform);
  }

  override convertToDatabaseValueSQL(key: string, platform: Platform): string {
    this.base.prop = this.prop as EntityProperty; // it is called after the discovery of the entities
    return this.base.convertToDatabaseValueSQL?.(key, platform) ?? key;
  }
}
