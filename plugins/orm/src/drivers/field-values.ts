/** How the value of a column becomes what a driver binds, and back: through the codec of its field, if it has one, and the driver. */
import type { ColumnLayout } from '../model/model-layout.ts';
import type { ValueDriver } from './driver.ts';

type Convert = (value: unknown) => unknown;

/** Tells how a value, which has been checked and is not `null`, is stored; `undefined`: as it is. */
export function toStoredConverter(driver: ValueDriver, { spec, codec }: ColumnLayout): Convert | undefined {
  const convert = driver.toStored(codec?.spec ?? spec) as Convert | undefined; // the value is one of the field
  if (codec === undefined) return convert;
  return convert === undefined ? (value) => codec.encode(value) : (value) => convert(codec.encode(value));
}

/** Tells what a stored value, which is not `null`, means; `undefined`: itself. */
export function toValueConverter(driver: ValueDriver, { spec, codec }: ColumnLayout): Convert | undefined {
  const convert = driver.toValue(codec?.spec ?? spec) as Convert | undefined; // it is a value of the column
  if (codec === undefined) return convert;
  return convert === undefined ? (stored) => codec.decode(stored) : (stored) => codec.decode(convert(stored));
}
