/** What all units of work of a database share: migrations, the tables of the models, and the opening of further units of work. */
import type { Services } from '@oxidite/plugin-sdk';
import type { FactoryRegistry } from './factories/factory-registry.ts';
import type { Orm } from './orm.ts';

/** What all units of work of a database share. */
export interface OrmTools extends Pick<Orm, 'connections' | 'migrator' | 'schema' | 'seed'> {
  readonly factories: FactoryRegistry;
  /** @param services what its hooks are given. Default: the services of the application. */
  unitOfWork<Result>(work: (orm: Orm) => Result | Promise<Result>, services?: Services): Promise<Result>;
}
