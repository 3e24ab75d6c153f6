/** What the contract of the ORM is made of: cases, which run on every driver, grouped by feature. */
import type { ChangeEvent, FlushEvent, Orm } from '@oxidite/orm';
import type { TestKernel } from '@oxidite/plugin-sdk/testing';
import type { AnyTestDatabase } from '../support/databases.ts';
import type { Project } from '../support/project.ts';
import type { StoredRows } from './stored-rows.ts';

/** A driver that the contract runs on. */
export type ContractDriver = AnyTestDatabase['name'];

/** The drivers, in the order of the matrix. */
export const CONTRACT_DRIVERS: readonly ContractDriver[] = ['sqlite', 'postgresql', 'mysql', 'mariadb', 'mongodb'];

/** What the taps of a case do. */
export interface Taps {
  readonly flushing?: (event: FlushEvent) => unknown;
  readonly creating?: (event: ChangeEvent) => unknown;
  readonly updating?: (event: ChangeEvent) => unknown;
  readonly deleting?: (event: ChangeEvent) => unknown;
  readonly created?: (event: ChangeEvent) => unknown;
  readonly updated?: (event: ChangeEvent) => unknown;
  readonly deleted?: (event: ChangeEvent) => unknown;
  readonly flushed?: (event: FlushEvent) => unknown;
  readonly committed?: (event: FlushEvent) => unknown;
}

/** What a case is run with. Its database has the tables of all models of the contract that it can have, and no rows. */
export interface ContractContext {
  readonly driver: ContractDriver;
  /** Outside of any unit of work. */
  readonly orm: Orm;
  readonly kernel: TestKernel;
  /** What the tables hold, past the ORM. */
  readonly stored: StoredRows;
  /** Taps the hooks of the ORM until the case is over. */
  readonly tap: (taps: Taps) => Promise<void>;
  /** The errors that were logged since the case began. */
  readonly logged: readonly string[];
  /** Creates an application's directory on an empty database of its own, for migrations; both are gone when the case is over. */
  readonly createProject: () => Promise<Project>;
  /** Returns the `orm` of an application with a second database, `archive`, of the same kind. */
  readonly openConnections: () => Promise<Orm>;
}

/** Proves what a case promises. */
export type Run = (context: ContractContext) => Promise<unknown> | void;

/** How a driver differs from what a case says of the others. */
export interface Difference {
  /** What is different there, for the matrix: it stands behind the driver's name. */
  readonly reason: string;
  /** Whether the driver refuses what the case is about. Default: `false`. */
  readonly refused?: boolean;
  /** Proves it: the refusal, or what happens instead. */
  readonly run: Run;
}

/** How a driver differs in all that a feature is about: it runs none of its cases, but what shows what there is instead. */
export interface FeatureDifference extends Omit<Difference, 'run'> {
  /** By what they show. */
  readonly runs: Readonly<Record<string, Run>>;
}

/** One thing that the ORM promises. */
export interface ContractCase {
  /** A sentence whose subject is the feature. */
  readonly name: string;
  readonly run: Run;
  readonly differs: Readonly<Partial<Record<ContractDriver, Difference>>>;
}

/** Cases that belong together. */
export interface ContractFeature {
  readonly name: string;
  readonly cases: readonly ContractCase[];
  /** The drivers that differ in all of them. */
  readonly differs: Readonly<Partial<Record<ContractDriver, FeatureDifference>>>;
}

/** A case as it is written: what it does, and where it differs. */
export type CaseInput = Run | (Omit<ContractCase, 'differs' | 'name'> & Partial<Pick<ContractCase, 'differs'>>);

/** Declares a feature by its cases, which are named by what they promise, and by the drivers that have none of it. */
export function defineFeature(name: string, cases: Readonly<Record<string, CaseInput>>, differs: ContractFeature['differs'] = {}): ContractFeature {
  return {
    name,
    cases: Object.entries(cases).map(([title, input]) => ({ name: title, differs: {}, ...(typeof input === 'function' ? { run: input } : input) })),
    differs,
  };
}

/** Says the same difference of MySQL and MariaDB, which either driver reaches. */
export function onMysql(difference: Difference): ContractCase['differs'] {
  return { mysql: difference, mariadb: difference };
}
