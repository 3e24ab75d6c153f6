/** What all units of work of a database share: migrations, the tables of the models, and the opening of further units of work. */
import type { Orm } from './orm.ts';

/** What all units of work of a database share. */
export interface OrmTools extends Pick<Orm, 'migrator' | 'schema' | 'seed'> {
  unitOfWork<Result>(work: (orm: Orm) => Result | Promise<Result>): Promise<Result>;
}
