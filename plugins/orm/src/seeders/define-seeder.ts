/** Declares a seeder: it fills the database with what an application needs to start, or to be tried out. */
import type { Services } from '@oxidite/plugin-sdk';

/** Marks a {@link Seeder}; shared by all copies of the package. */
export const SEEDER: unique symbol = Symbol.for('oxidite.seeder');

/** What a seeder is told. */
export interface SeederInput {
  /** Its name. */
  readonly name: string;
}

/** A seeder. */
export interface Seeder {
  readonly [SEEDER]: true;
  readonly name: string;
  readonly run: (input: SeederInput, services: Services) => void | Promise<void>;
}

/**
 * Declares a seeder. Export it from a file in `seeders/`. Seeders run in the order of their names, each in a unit of work of
 * its own: one that fails leaves nothing. They should look before they write, because they may run again.
 */
export function defineSeeder(name: string, run: Seeder['run']): Seeder {
  return Object.freeze({ [SEEDER]: true as const, name, run });
}

/** Tells whether `value` is a {@link Seeder}. */
export function isSeeder(value: unknown): value is Seeder {
  return typeof value === 'object' && value !== null && SEEDER in value && value[SEEDER] === true;
}
