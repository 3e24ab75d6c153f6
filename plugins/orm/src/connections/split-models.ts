/** Tells which connection keeps which models, and refuses what no database can hold together. */
import { ConnectionUnknownError, ModelInvalidError } from '../errors.ts';
import { isModel, type ModelDeclaration } from '../model/define-model.ts';
import type { AnyModel } from '../model/infer-model.ts';
import { DEFAULT_CONNECTION } from '../options.ts';

/** Returns the name of the connection that keeps a model. */
export function connectionOf(model: Pick<ModelDeclaration, 'options'>): string {
  return model.options.connection ?? DEFAULT_CONNECTION;
}

/**
 * Groups models, and those that their relations lead to, by their connections.
 * @param connections the names of all of them.
 * @throws {ConnectionUnknownError} when a model names another one.
 * @throws {ModelInvalidError} when a relation leads to another connection, or two models have one name.
 */
export function splitModels(models: Iterable<AnyModel>, connections: readonly string[]): ReadonlyMap<string, ReadonlySet<AnyModel>> {
  const groups = new Map(connections.map((name) => [name, new Set<AnyModel>()]));
  const named = new Map<string, AnyModel>();
  const reach = (model: AnyModel): void => {
    const known = named.get(model.name);
    if (known === model) return;
    if (known !== undefined) throw new ModelInvalidError(model.name, 'another model has the same name');
    named.set(model.name, model);
    const connection = connectionOf(model);
    const group = groups.get(connection);
    if (group === undefined) throw new ConnectionUnknownError(connection, connections, model.name);
    group.add(model);
    for (const [name, target] of targetsOf(model)) {
      if (connectionOf(target) !== connection)
        throw new ModelInvalidError(
          model.name,
          `the relation "${name}" leads from the connection "${connection}" to ${target.name}, which "${connectionOf(target)}" keeps, and no database has both; ` +
            `keep the key in a field instead, and look it up with orm.find(…)`,
        );
      reach(target);
    }
  };
  for (const model of models) reach(model);
  return groups;
}

/** What leads nowhere is reported when the models are laid out. */
function targetsOf(model: AnyModel): [name: string, target: AnyModel][] {
  return Object.entries(model.fields).flatMap(([name, part]): [string, AnyModel][] => {
    if (part.kind === 'field' || part.kind === 'embedded') return [];
    const given: unknown = part.kind === 'morphTo' ? part.targets : part.target;
    const found: unknown = typeof given === 'function' ? given() : given;
    const list: readonly unknown[] = Array.isArray(found) ? found : [found];
    return list.filter((target) => isModel(target)).map((target) => [name, target]);
  });
}
