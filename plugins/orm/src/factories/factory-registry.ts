/** The factories of an application, and how many entities they have made. One for each open database. */
import { resolve } from 'node:path';
import type { Clock, Random } from '@oxidite/plugin-sdk';
import { FactoryInvalidError } from '../errors.ts';
import { importDirectory } from '../import-directory.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { Orm } from '../orm.ts';
import { type AnyFactory, isFactory } from './define-factory.ts';
import { createFactoryTools, type FactoryTools } from './factory-tools.ts';

/** Where factories are found, and what they are made with. */
export interface FactoryParts {
  readonly root: string;
  readonly factoriesDirectory: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The factories of an application. */
export class FactoryRegistry {
  readonly #parts: FactoryParts;
  #factories: Promise<ReadonlyMap<string, AnyFactory>> | undefined;
  readonly #counters = new Map<string, Promise<{ count: number }>>();

  constructor(parts: FactoryParts) {
    this.#parts = parts;
  }

  /**
   * Finds the factory that was declared for a model.
   * @throws {FactoryInvalidError} when the factories cannot be imported, or a model has two.
   */
  async find(model: string): Promise<AnyFactory | undefined> {
    this.#factories ??= importFactories(resolve(this.#parts.root, this.#parts.factoriesDirectory));
    return (await this.#factories).get(model);
  }

  /** Returns the tools of the next entity. Sequences begin behind the rows that are there, so that unique values stay unique. */
  async next({ model, name }: ModelLayout, orm: Orm): Promise<FactoryTools> {
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      counter = countRows(orm, model).then((count) => ({ count }));
      this.#counters.set(name, counter);
    }
    const found = await counter;
    return createFactoryTools(this.#parts.random, this.#parts.clock, ++found.count);
  }
}

async function countRows(orm: Orm, model: ModelLayout['model']): Promise<number> {
  const { defaultScopes = [], softDeletes = false } = model.options;
  const query = orm.query(model).withoutScope(...(defaultScopes as readonly never[])); // they are the names of its scopes
  return (softDeletes ? query.withTrashed() : query).count();
}

async function importFactories(directory: string): Promise<ReadonlyMap<string, AnyFactory>> {
  const factories = new Map<string, AnyFactory>();
  for (const { file, exports } of await importDirectory(directory, (place, error) => new FactoryInvalidError(place, error))) {
    for (const value of Object.values(exports)) {
      if (!isFactory(value)) continue;
      const { name } = value.model;
      if (factories.has(name) && factories.get(name) !== value) throw new FactoryInvalidError(file, new Error(`it declares a second factory of ${name}.`));
      factories.set(name, value);
    }
  }
  return factories;
}
