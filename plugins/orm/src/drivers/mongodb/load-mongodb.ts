/** Loads the packages of this driver. MikroORM's takes the client of the very copy of `mongodb` that it depends on. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Decimal128, MongoClient } from 'mongodb';
import { DriverMissingError } from '../../errors.ts';

const PACKAGE: string = '@mikro-orm/mongodb';

/** The part of the package `mongodb` that is used. */
export interface MongodbPackage {
  readonly Decimal128: typeof Decimal128;
  readonly MongoClient: typeof MongoClient;
}

/**
 * Loads `mongodb`.
 * @throws {DriverMissingError} when `@mikro-orm/mongodb` is not installed.
 */
export async function loadMongodb(): Promise<MongodbPackage> {
  try {
    const file = createRequire(import.meta.resolve(PACKAGE)).resolve('mongodb');
    const loaded = (await import(pathToFileURL(file).href)) as MongodbPackage & { readonly default?: MongodbPackage }; // it is the package
    return loaded.default ?? loaded; // it is CommonJS
  } catch (error) {
    throw new DriverMissingError('mongodb', `${PACKAGE}@7.2.1`, error); // it has to be that of the other packages of MikroORM
  }
}
