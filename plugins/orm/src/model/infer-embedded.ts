/** The types that follow from the parts of embedded values, at any depth. */
import type { AnyModel, Flatten } from './infer-model.ts';

type FlagsOf<Part> = Part extends { readonly '~flags'?: infer Flags } ? Flags : never;
type NullOf<Part> = 'nullable' extends FlagsOf<Part> ? null : never;
type IsHidden<Part> = 'hidden' extends FlagsOf<Part> ? true : false;
type IsOptional<Part> = FlagsOf<Part> & ('default' | 'nullable') extends never ? false : true;

/** The parts of an embedded value; `never` for anything else. */
export type PartsOf<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts } ? Parts : never;

/** The names of the embedded values of a model. */
export type EmbeddedName<Of extends AnyModel> = {
  [Key in keyof Of['fields']]: Of['fields'][Key] extends { readonly kind: 'embedded' } ? Key : never;
}[keyof Of['fields']] &
  string;

/** The flag of an embedded value that may be missing because all of its parts may be. */
export type OptionalFlag<Parts> = false extends { [Key in keyof Parts]: IsOptional<Parts[Key]> }[keyof Parts] ? never : 'default';

/** The value of a field, or of an embedded value, as entities have it. */
export type PartValue<Part> = Part extends { readonly kind: 'field'; readonly '~value'?: infer Value }
  ? Value
  : Part extends { readonly kind: 'embedded'; readonly parts: infer Parts }
    ? EmbeddedValue<Parts> | NullOf<Part>
    : never;
type EmbeddedValue<Parts> = { -readonly [Key in keyof Parts]: PartValue<Parts[Key]> };

/** The value as rows have it: without what is hidden. */
export type PartRow<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts } ? EmbeddedRow<Parts> | NullOf<Part> : PartValue<Part>;
type EmbeddedRow<Parts> = { -readonly [Key in keyof Parts as IsHidden<Parts[Key]> extends true ? never : Key]: PartRow<Parts[Key]> };

/** What is given for a value of an entity that is created. */
export type PartInput<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts } ? EmbeddedInput<Parts> | NullOf<Part> : PartValue<Part>;
type EmbeddedInput<Parts> = Flatten<
  { readonly [Key in keyof Parts as IsOptional<Parts[Key]> extends true ? never : Key]: PartInput<Parts[Key]> } & {
    readonly [Key in keyof Parts as IsOptional<Parts[Key]> extends true ? Key : never]?: PartInput<Parts[Key]> | undefined;
  }
>;

/** What is given for a value that changes: a part keeps the others. */
export type PartChange<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts }
  ? { readonly [Key in keyof Parts]?: PartChange<Parts[Key]> | undefined } | NullOf<Part>
  : PartValue<Part>;

type PathsOf<Parts, Prefix extends string> = {
  [Key in keyof Parts & string]: Parts[Key] extends { readonly kind: 'embedded'; readonly parts: infer Inner }
    ? PathsOf<Inner, `${Prefix}${Key}.`> | `${Prefix}${Key}`
    : `${Prefix}${Key}`;
}[keyof Parts & string];

/** The names of what is in the embedded values of a model: `address.city`. */
export type EmbeddedPath<Of extends AnyModel> = { [Key in EmbeddedName<Of>]: PathsOf<PartsOf<Of['fields'][Key]>, `${Key}.`> }[EmbeddedName<Of>];

/** The field or embedded value behind a path. */
export type PartAt<Parts, Path> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof Parts
    ? PartAt<PartsOf<Parts[Head]>, Rest>
    : never
  : Path extends keyof Parts
    ? Parts[Path]
    : never;

type HeadOf<Path> = Path extends `${infer Head}.${string}` ? Head : Path;
type RestOf<Path, Head extends string> = Path extends `${Head}.${infer Rest}` ? Rest : never;

/** The row of what some paths lead to. */
export type PathRow<Parts, Path> = {
  -readonly [Key in keyof Parts & HeadOf<Path>]: Key extends Path
    ? PartRow<Parts[Key]>
    : Key extends string
      ? Flatten<PathRow<PartsOf<Parts[Key]>, RestOf<Path, Key>>> | NullOf<Parts[Key]>
      : never;
};
