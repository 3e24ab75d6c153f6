/**
 * Embedded values: several fields of a model under one name, as an address. They have no table and no key; their fields are
 * columns of the model's table.
 */
import type { FieldFlag } from './field.ts';
import type { OptionalFlag } from './infer-embedded.ts';
import type { AnyField } from './infer-model.ts';

/** What an embedded value consists of. */
export type EmbeddedParts = Readonly<Record<string, AnyEmbedded | AnyField>>;

/** Everything that was declared of an embedded value but its parts. */
export interface EmbeddedSpec {
  readonly nullable?: boolean;
  readonly hidden?: boolean;
  /** What its columns begin with. Default: its name in snake_case. */
  readonly column?: string;
  /** What its columns began with before, for migrations. */
  readonly renamedFrom?: string;
}

/** Any embedded value; its parts are not known. */
export interface AnyEmbedded {
  readonly kind: 'embedded';
  readonly parts: EmbeddedParts;
  readonly spec: EmbeddedSpec;
  /** Only for the type system. */
  readonly '~flags'?: FieldFlag;
}

/** An embedded value of a model. Each modifier returns a new one. */
export interface Embedded<Parts extends EmbeddedParts, Flags extends FieldFlag = never> extends AnyEmbedded {
  readonly parts: Parts;
  readonly '~flags'?: Flags;
  /** Allows `null`, which is stored as `null` in all columns; a missing value is `null`. One of its fields must not be nullable. */
  nullable(): Embedded<Parts, Flags | 'nullable'>;
  /** Keeps all of it on the server, see {@link Field.hidden}. */
  hidden(): Embedded<Parts, Flags | 'hidden'>;
  /** Says what its columns begin with. Default: its name in snake_case. With `''` they have the names of their fields alone. */
  column(prefix: string): Embedded<Parts, Flags>;
  /** Tells what its columns began with, so that a migration renames them and keeps their values; `''`: they had no prefix. */
  renamedFrom(prefix: string): Embedded<Parts, Flags>;
}

/** Declares an embedded value. */
export function createEmbedded<Parts extends EmbeddedParts>(parts: Parts): Embedded<Parts, OptionalFlag<Parts>> {
  return withSpec(Object.freeze(parts), {});
}

/** Tells whether entities can be created without an embedded value: everything in it may be missing. */
export function isOptional({ parts, spec }: AnyEmbedded): boolean {
  if (spec.nullable === true) return true;
  return Object.values(parts).every((part) => (part.kind === 'embedded' ? isOptional(part) : part.spec.nullable === true || 'default' in part.spec));
}

function withSpec<Parts extends EmbeddedParts, Flags extends FieldFlag>(parts: Parts, spec: EmbeddedSpec): Embedded<Parts, Flags> {
  const change = <Next extends FieldFlag>(changes: EmbeddedSpec): Embedded<Parts, Next> => withSpec(parts, { ...spec, ...changes });
  return Object.freeze({
    kind: 'embedded' as const,
    parts,
    spec: Object.freeze(spec),
    nullable: () => change<Flags | 'nullable'>({ nullable: true }),
    hidden: () => change<Flags | 'hidden'>({ hidden: true }),
    column: (column: string) => change<Flags>({ column }),
    renamedFrom: (renamedFrom: string) => change<Flags>({ renamedFrom }),
  });
}
