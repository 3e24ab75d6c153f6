/** Scopes: conditions that a model names, so that queries need not repeat them; those that are on by default hold everywhere. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import type { ValueDriver } from '../drivers/driver.ts';
import { ModelInvalidError, QueryInvalidError } from '../errors.ts';
import type { AnyModel, RelatedModel, ToManyName, ToOneName } from '../model/infer-model.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { ShapeWriter } from './condition.ts';
import { parseWhere } from './parse-where.ts';

/** The names of the scopes of what relations lead to, each behind that of its relation: `items.shown`. */
export type RelatedScopeName<Of extends AnyModel> = {
  [Name in ToManyName<Of> | ToOneName<Of>]: `${Name}.${ScopeName<RelatedModel<Of, Name>>}`;
}[ToManyName<Of> | ToOneName<Of>];
/** The names of the scopes of a model. */
export type ScopeName<Of extends AnyModel> = Of['options'] extends { readonly scopes: infer Scopes } ? keyof Scopes & string : never;
/** What a scope takes. */
export type ScopeArguments<Of extends AnyModel, Name extends ScopeName<Of>> = Of['options'] extends { readonly scopes: Readonly<Record<Name, infer Scope>> }
  ? Scope extends (...values: infer Values) => unknown
    ? Values
    : []
  : [];

/**
 * Returns the conditions of a scope.
 * @throws {QueryInvalidError} when there is no scope of this name.
 */
export function toScopeConditions(layout: ModelLayout, name: string, values: readonly unknown[] = []): unknown {
  const scope = scopeOf(layout, name);
  return typeof scope === 'function' ? (scope as (...args: readonly unknown[]) => unknown)(...values) : scope; // the types of scope() are those of the function
}

/** Checks that a model has scopes of these names. */
export function assertScopes(layout: ModelLayout, names: readonly string[]): void {
  for (const name of names) scopeOf(layout, name);
}

/** Default scopes that do not hold: of a model, and of what its relations lead to. */
export interface SplitScopes {
  readonly own: readonly string[];
  /** By the names of the relations. */
  readonly related: ReadonlyMap<string, readonly string[]>;
}

/**
 * Tells the scopes of a model from those that stand behind the name of a relation, as "items.shown".
 * @throws {QueryInvalidError} when there is no scope of a name.
 */
export function splitScopes(layout: ModelLayout, names: readonly string[]): SplitScopes {
  const own: string[] = [];
  const related = new Map<string, string[]>();
  for (const name of names) {
    const point = name.indexOf('.');
    const relation = layout.relations.get(name.slice(0, Math.max(point, 0)));
    if (relation === undefined) {
      scopeOf(layout, name);
      own.push(name);
      continue;
    }
    const scope = name.slice(point + 1);
    scopeOf(relation.target, scope);
    related.set(relation.name, [...(related.get(relation.name) ?? []), scope]);
  }
  return { own, related };
}

/**
 * Checks the scopes whose conditions are known, before anything is asked.
 * @throws {ModelInvalidError} when one names what the model does not have.
 */
export function checkScopes(layouts: ReadonlyMap<string, ModelLayout>, driver: ValueDriver): void {
  for (const layout of layouts.values()) {
    const { scopes = {}, defaultScopes = [] } = layout.model.options;
    for (const [name, scope] of Object.entries(scopes)) {
      if (typeof scope === 'function') {
        if (scope.length > 0 && defaultScopes.includes(name))
          throw new ModelInvalidError(layout.name, `the scope "${name}" is on by default, so it cannot take values`);
        continue;
      }
      try {
        parseWhere(layout, scope, new ShapeWriter(), driver);
      } catch (error) {
        if (!(error instanceof QueryInvalidError)) throw error;
        throw new ModelInvalidError(layout.name, `its scope "${name}" is not right: ${error.message}`);
      }
    }
    for (const name of defaultScopes) {
      if (!Object.hasOwn(scopes, name))
        throw new ModelInvalidError(layout.name, `"defaultScopes" names "${name}", which is no scope; there are: ${Object.keys(scopes).join(', ') || 'none'}`);
    }
  }
}

function scopeOf(layout: ModelLayout, name: string): object {
  const { scopes = {} } = layout.model.options;
  const scope = Object.hasOwn(scopes, name) ? scopes[name] : undefined;
  if (scope !== undefined) return scope;
  const known = Object.keys(scopes);
  throw new QueryInvalidError(layout.name, `it has no scope ${JSON.stringify(name)}.${toSuggestion(name, known)} There are: ${known.join(', ') || 'none'}`);
}
