/**
 * Takes away what a JSON Schema does not declare, whatever else is wrong with the value: undeclared fields never leave,
 * not even in a result that does not fit its schema. Where alternatives are declared, a field of any of them may stay, but
 * for those that a constant or a list of values rules out.
 * Source: JSON Schema 2020-12, sections 10.2 and 10.3 (applicators).
 */

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Returns what JSON makes of a value, without the fields that `schema` does not declare. Text, and what the schema takes as
 * it is, comes back as it is; `undefined` for what JSON leaves out.
 */
export function pruneToSchema(value: unknown, schema: JsonSchema): unknown {
  if (typeof value !== 'object' || value === null || expand(schema, schema, new Set()).some(allowsAnything)) return value;
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? undefined : prune(JSON.parse(json), [schema], schema);
}

function prune(value: unknown, schemas: readonly JsonSchema[], root: JsonSchema): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const branches = schemas.flatMap((schema) => expand(schema, root, new Set()));
  if (branches.length === 0) return Array.isArray(value) ? [] : {}; // nothing says what may be there
  if (branches.some(allowsAnything)) return value;
  if (Array.isArray(value))
    return value.map((item, index) =>
      prune(
        item,
        branches.flatMap((branch) => itemSchemas(branch, index)),
        root,
      ),
    );
  const kept: Record<string, unknown> = {};
  const possible = branches.filter((branch) => !isRuledOut(value, branch));
  for (const [name, inner] of Object.entries(value)) {
    const found = (possible.length > 0 ? possible : branches).flatMap((branch) => propertySchemas(branch, name));
    if (found.length > 0) Object.defineProperty(kept, name, { value: prune(inner, found, root), enumerable: true, writable: true, configurable: true });
  }
  return kept;
}

/** Follows references and gathers alternatives; each branch stands alone. */
function expand(schema: JsonSchema, root: JsonSchema, seen: Set<string>): readonly JsonSchema[] {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    if (seen.has(reference)) return [];
    seen.add(reference);
    const target = resolvePointer(root, reference);
    return target === undefined ? [] : expand(target, root, seen);
  }
  const alternatives = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => toSchemas(schema[key])).flatMap((inner) => expand(inner, root, seen));
  return alternatives.length === 0 ? [schema] : [...alternatives, ...(declaresFields(schema) ? [schema] : [])];
}

/** Tells whether a property has a value that the schema does not list for it. */
function isRuledOut(value: object, { properties }: JsonSchema): boolean {
  return Object.entries(value).some(([name, inner]: [string, unknown]) => {
    const schema = isSchema(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!isSchema(schema)) return false;
    if ('const' in schema) return inner !== schema['const'];
    return Array.isArray(schema['enum']) && !schema['enum'].includes(inner);
  });
}

function declaresFields(schema: JsonSchema): boolean {
  return ['properties', 'items', 'prefixItems', 'additionalProperties', 'patternProperties'].some((key) => key in schema);
}

/** A schema that says nothing of fields and items, and no type that has none, says that all may be there. */
function allowsAnything(schema: JsonSchema): boolean {
  return (
    !declaresFields(schema) &&
    (schema['type'] === undefined || schema['type'] === 'object' || schema['type'] === 'array') &&
    !['enum', 'const', 'not'].some((key) => key in schema)
  );
}

function propertySchemas(schema: JsonSchema, name: string): readonly JsonSchema[] {
  const { properties, additionalProperties, patternProperties, propertyNames } = schema;
  const own = isSchema(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own !== undefined) return isSchema(own) ? [own] : own === true ? [{}] : [];
  const patterns = Object.entries(isSchema(patternProperties) ? patternProperties : {}).filter(([pattern]) => new RegExp(pattern, 'u').test(name));
  if (patterns.length > 0) return patterns.map(([, inner]) => (isSchema(inner) ? inner : {}));
  if (isSchema(propertyNames) && !allowsName(propertyNames, name)) return [];
  if (isSchema(additionalProperties)) return [additionalProperties];
  return additionalProperties === true ? [{}] : [];
}

function allowsName({ enum: names, pattern }: JsonSchema, name: string): boolean {
  if (Array.isArray(names)) return names.includes(name);
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(name);
}

function itemSchemas(schema: JsonSchema, index: number): readonly JsonSchema[] {
  const own = toSchemas(schema['prefixItems'])[index];
  if (own !== undefined) return [own];
  return isSchema(schema['items']) ? [schema['items']] : [];
}

function resolvePointer(root: JsonSchema, reference: string): JsonSchema | undefined {
  if (!reference.startsWith('#')) return undefined;
  let current: unknown = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    if (!isSchema(current)) return undefined;
    current = current[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return isSchema(current) ? current : undefined;
}

function toSchemas(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
