/** Declares a factory: it says what the entities of a model look like that tests and seeders make. */
import type { EmbeddedName, PartChange } from '../model/infer-embedded.ts';
import type { AnyModel, CreateData } from '../model/infer-model.ts';
import type { FactoryTools } from './factory-tools.ts';

/** Marks a {@link Factory}; shared by all copies of the package. */
export const FACTORY: unique symbol = Symbol.for('oxidite.factory');

/** Some of what `orm.create` takes, also in embedded values. */
export type FactoryData<Of extends AnyModel> = {
  readonly [Key in keyof CreateData<Of>]?: (Key extends EmbeddedName<Of> ? PartChange<Of['fields'][Key]> : CreateData<Of>[Key]) | undefined;
};

/** What a state changes. */
export type FactoryState<Of extends AnyModel> = FactoryData<Of> | ((tools: FactoryTools) => FactoryData<Of>);

/** A factory. */
export interface Factory<Of extends AnyModel, State extends string = string> {
  readonly [FACTORY]: true;
  readonly model: Of;
  /** Makes the data of one entity; what it leaves out follows from the fields of the model. */
  readonly define: (tools: FactoryTools) => FactoryData<Of>;
  readonly states: Readonly<Record<State, FactoryState<Of>>>;
}

/** A factory of which nothing is known. */
export interface AnyFactory {
  readonly [FACTORY]: true;
  readonly model: AnyModel;
  readonly define: (tools: FactoryTools) => Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, unknown>>;
}

/**
 * Declares the factory of a model. Export it from a file in `factories/`:
 * `export const articles = defineFactory(Article, ({ sequence }) => ({ slug: \`article-${sequence}\` }), { states: { published: { status: 'published' } } });`
 */
export function defineFactory<const Of extends AnyModel, const State extends string = never>(
  model: Of,
  define: (tools: FactoryTools) => FactoryData<Of>,
  { states }: { readonly states?: Readonly<Record<State, FactoryState<Of>>> } = {},
): Factory<Of, State> {
  return Object.freeze({ [FACTORY]: true as const, model, define, states: states ?? ({} as Record<State, FactoryState<Of>>) }); // without states, there are no names of them
}

/** Tells whether `value` is a {@link Factory}. */
export function isFactory(value: unknown): value is AnyFactory {
  return typeof value === 'object' && value !== null && FACTORY in value && value[FACTORY] === true;
}
