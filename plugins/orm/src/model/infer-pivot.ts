/** The types that follow from the data of the pairs of a many-to-many relation. */
import type { AnyField, EntityReference, Flatten, ModelOf } from './infer-model.ts';

type ValueOf<Part> = Part extends { readonly kind: 'field'; readonly '~value'?: infer Value } ? Value : never;
type FlagsOf<Part> = Part extends { readonly '~flags'?: infer Flags } ? Flags : never;
type TargetOf<Part> = Part extends { readonly target: infer Target } ? ModelOf<Target> : never;
type LinkOf<Part> = Part extends { readonly kind: 'manyToMany'; readonly '~link'?: infer Link } ? Link : never;

/** The fields of the pairs of a relation, from either side; `never` when they have none. */
export type PivotFields<Part> = OwnFields<LinkOf<Part> extends infer Name extends string ? LinkOf<TargetOf<Part>['fields'][Name]> : LinkOf<Part>>;
type OwnFields<Link> = Link extends { readonly pivot: infer Fields extends Readonly<Record<string, AnyField>> } ? Fields : never;

/** What rows at the other end of a relation have besides: `pivot`, or nothing. */
export type PivotPart<Part> = [PivotFields<Part>] extends [never] ? unknown : { pivot: PivotRow<PivotFields<Part>> };
type PivotRow<Fields> = { -readonly [Key in keyof Fields]: ValueOf<Fields[Key]> };

type OptionalKeys<Fields> = { [Key in keyof Fields]: FlagsOf<Fields[Key]> & ('default' | 'nullable') extends never ? never : Key }[keyof Fields];

/** The data of a pair as it is given: what has no default and may not be `null` is required. */
export type PivotInput<Fields> = Flatten<
  { readonly [Key in Exclude<keyof Fields, OptionalKeys<Fields>>]: ValueOf<Fields[Key]> } & {
    readonly [Key in OptionalKeys<Fields>]?: ValueOf<Fields[Key]> | undefined;
  }
>;

/** What may stand for an entity at the other end of a many-to-many relation: a reference, or one with the data of the pair. */
export type PivotReference<Part> = [PivotFields<Part>] extends [never]
  ? EntityReference<TargetOf<Part>>
  : Exclude<keyof PivotFields<Part>, OptionalKeys<PivotFields<Part>>> extends never
    ? EntityReference<TargetOf<Part>> | { readonly to: EntityReference<TargetOf<Part>>; readonly pivot?: PivotInput<PivotFields<Part>> | undefined }
    : { readonly to: EntityReference<TargetOf<Part>>; readonly pivot: PivotInput<PivotFields<Part>> };
