/** Column types that MikroORM has no exact counterpart of. */
import { type EntityProperty, type Platform, Type } from '@mikro-orm/core';

/** A number of fixed digits, as a text: `1.5` in a column of two decimals is `'1.50'`. */
export class FixedDecimalType extends Type<string | null, number | string | null> {
  // MikroORM copies types property by property, so these cannot be private.
  readonly precision: number;
  readonly scale: number;

  constructor(precision: number, scale: number) {
    super();
    this.precision = precision;
    this.scale = scale;
  }

  override convertToDatabaseValue(value: string | null): string | null {
    return value === null || value === undefined ? null : toFixed(value, this.scale);
  }

  override convertToJSValue(value: number | string | null): string | null {
    return value === null || value === undefined ? null : toFixed(value, this.scale);
  }

  override compareAsType(): string {
    return 'string';
  }

  override getColumnType(_property: EntityProperty, platform: Platform): string {
    return platform.getDecimalTypeDeclarationSQL({ precision: this.precision, scale: this.scale });
  }
}

/** A number comes from SQLite, which holds at most 15 digits, as JavaScript does; a text keeps all of its digits. */
function toFixed(value: number | string, scale: number): string {
  if (typeof value === 'number') return value.toFixed(scale);
  const [, whole, fraction = ''] = /^(-?\d+)(?:\.(\d*))?$/.exec(value) ?? [];
  if (whole === undefined || fraction.length > scale) return value; // the rules of the model say what is wrong
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0')}`;
}
