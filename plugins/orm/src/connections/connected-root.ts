/** The service `orm` outside of any unit of work, in an application with several databases. */
import { ConnectionUnknownError } from '../errors.ts';
import type { AnyModel } from '../model/infer-model.ts';
import { DEFAULT_CONNECTION } from '../options.ts';
import type { Orm } from '../orm.ts';
import { connectionOf } from './split-models.ts';

/** Creates it from those of the connections: what is asked of a model goes to its connection, everything else to the default one. */
export function createConnectedRoot(roots: ReadonlyMap<string, Orm>): Orm {
  const on = (connection: string): Orm => {
    const root = roots.get(connection);
    if (root === undefined) throw new ConnectionUnknownError(connection, [...roots.keys()]);
    return root;
  };
  const ownMembers: Pick<Orm, 'entity' | 'on' | 'query'> = {
    on,
    query: (model) => on(connectionOf(model)).query(model),
    entity: <Of extends AnyModel>(model: Of) => on(connectionOf(model)).entity(model),
  };
  // members that are read anew each time, as `kysely`, have to stay so
  return Object.create(on(DEFAULT_CONNECTION), Object.getOwnPropertyDescriptors(ownMembers)) as Orm;
}
