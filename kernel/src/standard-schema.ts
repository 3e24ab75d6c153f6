/** Validation through any library that implements Standard Schema. Source: https://standardschema.dev, version 1. */
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A violation, with a path that reads like code: `hosts[0].name`. The path is empty for the value as a whole. */
export interface SchemaIssue {
  readonly path: string;
  readonly message: string;
}

/** The outcome of {@link validateSchema}. */
export type SchemaResult<Output> = { readonly valid: true; readonly value: Output } | { readonly valid: false; readonly issues: readonly SchemaIssue[] };

/** Validates `value` and returns either the schema's output or all its issues. */
export async function validateSchema<Output>(schema: StandardSchemaV1<unknown, Output>, value: unknown): Promise<SchemaResult<Output>> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { valid: true, value: result.value };
  return { valid: false, issues: result.issues.map((issue) => ({ path: toPath(issue.path), message: issue.message })) };
}

function toPath(segments: StandardSchemaV1.Issue['path'] = []): string {
  const keys = segments.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return keys.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`)).join('');
}
