/**
 * The rules by which changes of an API are classified. What clients send may be taken more freely, but not more strictly;
 * what they get may become more exact, but not less. Changes of text change nothing.
 */

/** What a change means for clients that exist. */
export type ChangeClass = 'breaking' | 'additive' | 'neutral';

/** What becomes of values: clients send `input`, and get `output`. */
export type Direction = 'input' | 'output';

/** Rules of everything but schemas. */
export const API_RULES = {
  'version.removed': 'breaking',
  'version.added': 'additive',
  'operation.removed': 'breaking',
  'operation.added': 'additive',
  'operation.id-changed': 'breaking',
  'operation.host-changed': 'breaking',
  'operation.deprecated': 'neutral',
  'operation.revived': 'neutral',
  'operation.text-changed': 'neutral',
  'parameter.path-renamed': 'breaking',
  'parameter.required-added': 'breaking',
  'parameter.optional-added': 'additive',
  'parameter.removed': 'breaking',
  'parameter.became-required': 'breaking',
  'parameter.became-optional': 'additive',
  'parameter.rest-forbidden': 'breaking',
  'parameter.rest-allowed': 'additive',
  'parameter.text-changed': 'neutral',
  'body.required-added': 'breaking',
  'body.optional-added': 'additive',
  'body.removed': 'breaking',
  'body.became-required': 'breaking',
  'body.became-optional': 'additive',
  'body.media-type-removed': 'breaking',
  'body.media-type-added': 'additive',
  'body.part-type-removed': 'breaking',
  'body.part-type-added': 'additive',
  'body.text-changed': 'neutral',
  'response.success-removed': 'breaking',
  'response.success-added': 'additive',
  'response.default-status-changed': 'breaking',
  'response.error-removed': 'neutral',
  'response.error-added': 'additive',
  'response.content-removed': 'breaking',
  'response.content-added': 'additive',
  'response.media-type-removed': 'breaking',
  'response.media-type-added': 'additive',
  'response.header-removed': 'breaking',
  'response.header-added': 'additive',
  'response.header-became-required': 'additive',
  'response.header-became-optional': 'breaking',
  'response.notice-removed': 'neutral',
  'response.text-changed': 'neutral',
  'security.added': 'breaking',
  'security.removed': 'additive',
  'security.scope-added': 'breaking',
  'security.scope-removed': 'additive',
  'security.alternative-removed': 'breaking',
  'security.alternative-added': 'additive',
  'security.scheme-changed': 'breaking',
  'security.text-changed': 'neutral',
  'document.text-changed': 'neutral',
  'document.servers-changed': 'neutral',
} as const satisfies Readonly<Record<string, ChangeClass>>;

/** How a change of a schema relates what fits it now to what fitted it before. */
type Relation = 'narrowed' | 'widened' | 'changed' | 'unrelated';

/** Rules of schemas; the direction decides what they mean. */
const SCHEMA_RELATIONS = {
  'type-narrowed': 'narrowed',
  'type-widened': 'widened',
  'type-changed': 'changed',
  'null-forbidden': 'narrowed',
  'null-allowed': 'widened',
  'enum-added': 'narrowed',
  'enum-removed': 'widened',
  'enum-value-removed': 'narrowed',
  'enum-value-added': 'widened',
  'format-added': 'narrowed',
  'format-removed': 'widened',
  'format-changed': 'changed',
  'pattern-added': 'narrowed',
  'pattern-removed': 'widened',
  'pattern-changed': 'changed',
  'range-narrowed': 'narrowed',
  'range-widened': 'widened',
  'step-narrowed': 'narrowed',
  'step-widened': 'widened',
  'step-changed': 'changed',
  'items-made-unique': 'narrowed',
  'items-made-repeatable': 'widened',
  'items-changed': 'changed',
  'condition-added': 'narrowed',
  'condition-removed': 'widened',
  'condition-changed': 'changed',
  'alternative-removed': 'narrowed',
  'alternative-added': 'widened',
  'default-changed': 'unrelated',
  'default-added': 'unrelated',
} as const satisfies Readonly<Record<string, Relation>>;

/** Rules of schemas that mean different things for different directions. */
const DIRECTED_RULES = {
  'input.property-removed': 'breaking',
  'input.optional-property-added': 'additive',
  'input.required-property-added': 'breaking',
  'input.property-became-required': 'breaking',
  'input.property-became-optional': 'additive',
  'input.additional-properties-forbidden': 'breaking',
  'input.additional-properties-allowed': 'additive',
  'input.default-changed': 'breaking',
  'input.default-added': 'neutral',
  'output.property-removed': 'breaking',
  'output.property-added': 'additive',
  'output.property-became-required': 'additive',
  'output.property-became-optional': 'breaking',
  'output.additional-properties-forbidden': 'additive',
  'output.additional-properties-allowed': 'additive',
  'output.default-changed': 'neutral',
  'output.default-added': 'neutral',
  'schema.text-changed': 'neutral',
} as const satisfies Readonly<Record<string, ChangeClass>>;

/** The name of a rule of schemas, without its direction. */
export type SchemaRule = keyof typeof SCHEMA_RELATIONS;

/** The name of a rule. */
export type RuleName = keyof typeof API_RULES | keyof typeof DIRECTED_RULES | `${Direction}.${SchemaRule}`;

const RELATION_CLASSES: Readonly<Record<Direction, Readonly<Record<Relation, ChangeClass>>>> = {
  input: { narrowed: 'breaking', widened: 'additive', changed: 'breaking', unrelated: 'neutral' },
  output: { narrowed: 'additive', widened: 'breaking', changed: 'breaking', unrelated: 'neutral' },
};

/** All rules by name, with what they mean. */
export const RULES: Readonly<Record<RuleName, ChangeClass>> = {
  ...(Object.fromEntries(
    (['input', 'output'] as const).flatMap((direction) =>
      Object.entries(SCHEMA_RELATIONS).map(([rule, relation]) => [`${direction}.${rule}`, RELATION_CLASSES[direction][relation]]),
    ),
  ) as Record<`${Direction}.${SchemaRule}`, ChangeClass>), // the keys are made of both lists
  ...API_RULES,
  ...DIRECTED_RULES,
};
