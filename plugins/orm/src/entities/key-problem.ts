/** Tells what is wrong with a key that stands for an entity. Databases differ in what they do with it, so none is asked. */
import type { ValueDriver } from '../drivers/driver.ts';
import { QueryInvalidError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { findSide } from '../model/value-limits.ts';
import { NO_VALUE, toStoredValue } from '../query/stored-value.ts';

/** Returns why a value is no key of any entity of a model; `undefined` when it may be one. */
export function findKeyProblem(driver: ValueDriver, target: ModelLayout, key: unknown): string | undefined {
  if (key === undefined || key === null) return `has to be a ${target.name} or its key`;
  try {
    const isPossible = toStoredValue(target, target.key, key, driver) !== NO_VALUE && findSide(target.key.spec, key) === undefined;
    return isPossible ? undefined : 'does not exist';
  } catch (error) {
    if (!(error instanceof QueryInvalidError)) throw error;
    return `has to be a ${target.name} or its key`;
  }
}
