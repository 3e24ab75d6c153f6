/**
 * Makes entities for tests and seeders: `orm.factory(Article).state('published').has('comments', 3).createMany(10)`. What
 * nobody gives follows from the model: values that keep the rules of its fields, and the entities that it belongs to.
 */
import { FactoryStateUnknownError, FactoryUnableError } from '../errors.ts';
import type { AnyModel, CreateData, InferModel, MorphModel, MorphName, RelatedModel, RelationName, ToManyName, ToOneName } from '../model/infer-model.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { Orm } from '../orm.ts';
import type { AnyFactory, FactoryData, FactoryState } from './define-factory.ts';
import { deriveMissing } from './derive-missing.ts';
import { toFieldValue, UNKNOWN_VALUE } from './derive-value.ts';
import type { FactoryRegistry } from './factory-registry.ts';
import type { FactoryTools } from './factory-tools.ts';
import { mergeData } from './merge-data.ts';

type Values = Readonly<Record<string, unknown>>;
type RelationKey<Of extends AnyModel> = RelationName<Of>;

/** The data that a factory makes: that of the fields, and of the relations that were given. */
export type MadeData<Of extends AnyModel> = Omit<CreateData<Of>, RelationKey<Of>> & FactoryData<Of>;

/** What a factory works with. */
export interface FactoryHost {
  readonly orm: Orm;
  readonly registry: FactoryRegistry;
}

/** What was asked for besides the model. */
interface FactoryDraft {
  /** Overrides the factory that is found by the model. */
  readonly declared?: AnyFactory | undefined;
  readonly states: readonly (FactoryState<AnyModel> | string)[];
  /** By the relation: the entity that all of them belong to, its key, or what makes it. */
  readonly parents: ReadonlyMap<string, unknown>;
  readonly children: readonly { readonly name: string; readonly count: number; readonly of: AnyEntityFactory | undefined; readonly data: unknown }[];
  /** The models whose entities are waiting for one of this. */
  readonly path: readonly string[];
}

/** A factory that makes entities of this model. */
export interface FactoryOf<Of> {
  readonly kind: 'factory';
  /** Only for the type system. */
  readonly '~model'?: Of;
}

type ParentModel<Of extends AnyModel, Name extends string> =
  Name extends MorphName<Of> ? MorphModel<Of, Name> : Name extends ToOneName<Of> ? RelatedModel<Of, Name> : never;
type ChildData<Target> = Target extends AnyModel ? FactoryData<Target> | ((index: number) => FactoryData<Target>) : never;

/** A factory of which the model is not known. */
type AnyEntityFactory = EntityFactory<AnyModel, string>;

const NO_DRAFT: FactoryDraft = { states: [], parents: new Map(), children: [], path: [] };

/** Makes entities of a model. Each step returns a new factory; nothing happens before `make` and `create`. */
export class EntityFactory<Of extends AnyModel, State extends string = string> implements FactoryOf<Of> {
  readonly kind = 'factory';
  declare readonly '~model'?: Of;
  readonly #host: FactoryHost;
  readonly #layout: ModelLayout;
  readonly #draft: FactoryDraft;

  constructor(host: FactoryHost, layout: ModelLayout, draft: Partial<FactoryDraft> = {}) {
    this.#host = host;
    this.#layout = layout;
    this.#draft = { ...NO_DRAFT, ...draft };
  }

  /** Makes them in a state that the factory of the model declares, or changes them as a state does. */
  state(state: FactoryState<Of> | State): EntityFactory<Of, State> {
    return this.#with({ states: [...this.#draft.states, state] });
  }

  /** Lets all of them belong to one entity: a managed one, its key, or one that a factory makes. */
  for<Name extends MorphName<Of> | ToOneName<Of>>(
    relation: Name,
    parent: FactoryOf<ParentModel<Of, Name>> | (Name extends keyof CreateData<Of> ? NonNullable<CreateData<Of>[Name]> : object),
  ): EntityFactory<Of, State> {
    return this.#with({ parents: new Map(this.#draft.parents).set(relation, parent) });
  }

  /** Gives each of them related entities: `has('comments', 3)`, with data for each, or made by a factory. */
  has<Name extends ToManyName<Of> | ToOneName<Of>>(
    relation: Name,
    count = 1,
    data?: ChildData<RelatedModel<Of, Name>> | FactoryOf<RelatedModel<Of, Name>>,
  ): EntityFactory<Of, State> {
    const of = data instanceof EntityFactory ? (data as unknown as AnyEntityFactory) : undefined; // it is asked for what its model has
    return this.#with({ children: [...this.#draft.children, { name: relation, count, of, data: of === undefined ? data : undefined }] });
  }

  /**
   * Makes the data of an entity, as `orm.create` takes it, and creates nothing: relations are only there where they were given.
   * @throws {FactoryUnableError} when no value is known that keeps the rules of a field.
   */
  async make(data: FactoryData<Of> = {}): Promise<MadeData<Of>> {
    return (await this.#make(data)).values as MadeData<Of>; // its fields are complete
  }

  /**
   * Creates an entity, with those that it needs, and flushes.
   * @throws {FactoryUnableError} when no value is known that keeps the rules of a field, or entities need each other in a circle.
   */
  async create(data: FactoryData<Of> = {}): Promise<InferModel<Of>> {
    const entity = await this.#create(data);
    await this.#host.orm.flush();
    return entity;
  }

  /** Creates this many entities, and flushes once. */
  async createMany(count: number, data: FactoryData<Of> | ((index: number) => FactoryData<Of>) = {}): Promise<InferModel<Of>[]> {
    const parents = new Map<string, unknown>();
    for (const [name, parent] of this.#draft.parents) parents.set(name, await this.#toParent(parent));
    const factory = this.#with({ parents });
    const entities: InferModel<Of>[] = [];
    for (let index = 0; index < count; index++) entities.push(await factory.#create(typeof data === 'function' ? data(index) : data));
    await this.#host.orm.flush();
    return entities;
  }

  #with(changes: Partial<FactoryDraft>): EntityFactory<Of, State> {
    return new EntityFactory(this.#host, this.#layout, { ...this.#draft, ...changes });
  }

  async #make(data: Values): Promise<{ readonly values: Record<string, unknown>; readonly tools: FactoryTools }> {
    const { name } = this.#layout;
    const tools = await this.#host.registry.next(this.#layout, this.#host.orm);
    const factory = this.#draft.declared ?? (await this.#host.registry.find(name));
    const values: Record<string, unknown> = {};
    mergeData(this.#layout.model, values, factory?.define(tools) ?? {});
    for (const state of this.#draft.states) {
      const found: unknown = typeof state === 'string' ? factory?.states[state] : state;
      if (found === undefined && typeof state === 'string') throw new FactoryStateUnknownError(name, state, Object.keys(factory?.states ?? {}));
      mergeData(this.#layout.model, values, typeof found === 'function' ? (found as (tools: FactoryTools) => Values)(tools) : (found as Values)); // what a state is
    }
    mergeData(this.#layout.model, values, data);
    deriveMissing(this.#layout, values, tools);
    return { values, tools };
  }

  async #create(data: Values): Promise<InferModel<Of>> {
    const { values, tools } = await this.#make(data);
    for (const [name, parent] of this.#draft.parents) values[name] ??= await this.#toParent(parent);
    for (const { name, targets } of neededRelations(this.#layout)) {
      if (values[name] !== undefined) continue;
      const path = [...this.#draft.path, this.#layout.name];
      const target = targets.find((candidate) => !path.includes(candidate.name));
      if (target === undefined) throw new FactoryUnableError(this.#layout.name, describeCircle(path, name, targets));
      values[name] = await new EntityFactory<AnyModel>(this.#host, target, { path }).#create({});
    }
    const owned = this.#draft.children.map((child) => ({ ...child, relation: this.#layout.relations.get(child.name) }));
    for (const child of owned) {
      const { name, relation } = child;
      if (relation?.kind !== 'manyToMany') continue;
      const related: unknown[] = [];
      for (let index = 0; index < child.count; index++) {
        const to = await this.#childFactory(child.of, relation).#create(toData(child.data, index));
        related.push(relation.pivot.fields.length === 0 ? to : { to, pivot: this.#toPivot(relation, tools) });
      }
      values[name] = [...((values[name] as unknown[] | undefined) ?? []), ...related]; // the relation is to many
    }
    const entity = this.#host.orm.create(this.#layout.model as Of, values as CreateData<Of>); // the layout is that of the model, and all it needs is there
    for (const child of owned) {
      const { relation } = child;
      if (relation === undefined || relation.kind === 'manyToMany') continue;
      const part = this.#layout.model.fields[child.name];
      const inverse = part?.kind === 'hasMany' || part?.kind === 'hasOne' ? part.inverse : undefined;
      if (inverse === undefined) throw new FactoryUnableError(this.#layout.name, `it belongs to "${child.name}"; write for('${child.name}', …)`);
      for (let index = 0; index < child.count; index++)
        await this.#childFactory(child.of, relation).#create({ ...toData(child.data, index), [inverse]: entity });
    }
    return entity;
  }

  #childFactory(of: AnyEntityFactory | undefined, { target }: RelationLayout): AnyEntityFactory {
    return of ?? new EntityFactory<AnyModel>(this.#host, target);
  }

  #toPivot({ pivot }: Extract<RelationLayout, { kind: 'manyToMany' }>, tools: FactoryTools): Values {
    const values: Record<string, unknown> = {};
    for (const { name, spec } of pivot.fields) {
      if ('default' in spec || spec.nullable === true) continue;
      const value = toFieldValue(spec, name, tools, false);
      if (value === UNKNOWN_VALUE) throw new FactoryUnableError(this.#layout.name, `no value is known that keeps the rules of the pairs' "${name}"`);
      values[name] = value;
    }
    return values;
  }

  #toParent(parent: unknown): unknown {
    return parent instanceof EntityFactory ? (parent as AnyEntityFactory).#create({}) : parent;
  }
}

function toData(data: unknown, index: number): Values {
  return (typeof data === 'function' ? (data as (index: number) => Values)(index) : (data ?? {})) as Values; // what `has` takes
}

/** The relations that an entity cannot be without, and the models that each may lead to. */
function neededRelations({ relations, morphs }: ModelLayout): { readonly name: string; readonly targets: readonly ModelLayout[] }[] {
  const needed: { name: string; targets: ModelLayout[] }[] = [];
  for (const relation of relations.values())
    if (relation.kind === 'belongsTo' && relation.morph === undefined && relation.part.spec.nullable !== true)
      needed.push({ name: relation.name, targets: [relation.target] });
  for (const { name, nullable, arms } of morphs.values()) if (!nullable) needed.push({ name, targets: [...arms.values()].map(({ target }) => target) });
  return needed;
}

function describeCircle(path: readonly string[], name: string, [target]: readonly ModelLayout[]): string {
  const start = path.indexOf(target?.name ?? '');
  const circle = [...path.slice(Math.max(start, 0)), target?.name ?? ''].join(' → ');
  return `entities need each other in a circle: ${circle}; give one of them with for('${name}', …), or let it be null`;
}
