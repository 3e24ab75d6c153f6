/**
 * Bodies of multipart/form-data: fields typed and validated like JSON, files streamed to a temporary directory that is
 * removed after the response, or to a consumer with back-pressure.
 * Source: RFC 7578.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { isPromise, type MaybePromise } from '../compile/maybe-promise.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { BodyMalformedError } from '../problem/request-errors.ts';
import type { SchemaOption } from '../routes/route-declaration.ts';
import { createTextCoercion } from '../request/text-coercion.ts';
import { type BodyContext, type BodySchema, createBodySchema } from './body-format.ts';
import { BINARY } from './bytes.ts';
import { assertAccepted } from './content-type.ts';
import type { FileDeclaration } from './file-declaration.ts';
import type { FileConsumer, FileDeclarations, MultipartBody, MultipartOptions } from './multipart-body.ts';
import { readParts } from './multipart-parts.ts';
import { MultipartReader } from './multipart-reader.ts';
import { UploadDirectory } from './upload-directory.ts';
import type { UploadedFile } from './uploaded-file.ts';

const MULTIPART_TYPES = ['multipart/form-data'];
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;
const DEFAULT_MAX_FIELDS = 100;
const DEFAULT_MAX_FIELD_BYTES = 65_536;
/** For fields, headers and boundaries. */
const OVERHEAD_BYTES = 1_048_576;

type Options = MultipartOptions<SchemaOption, FileDeclarations> & { readonly onFile?: FileConsumer<unknown> | undefined };
type Wire = Readonly<Record<string, unknown>>;

/**
 * Declares a body of fields and files. Without `onFile`, files wait in a temporary directory until the response has left;
 * with it, each one is consumed while it arrives, and what `onFile` returns stands in its place. A file may come before the
 * fields, and before the body is known to be valid: what a consumer has kept of it is the consumer's to take back.
 */
export function multipart<Fields extends SchemaOption = undefined, const Files extends FileDeclarations = FileDeclarations>(
  options: MultipartOptions<Fields, Files> & { readonly onFile?: undefined },
): BodySchema<Wire, MultipartBody<Fields, Files, UploadedFile>>;
export function multipart<Result, Fields extends SchemaOption = undefined, const Files extends FileDeclarations = FileDeclarations>(
  options: MultipartOptions<Fields, Files> & { readonly onFile: FileConsumer<Result> },
): BodySchema<Wire, MultipartBody<Fields, Files, Result>>;
export function multipart(options: Options): BodySchema<Wire, MultipartBody<SchemaOption, FileDeclarations, unknown>> {
  const { fields, files = {} } = options;
  const declarations = Object.entries(files);
  const filesBytes = declarations.reduce((sum, [, { max, maxBytes }]) => sum + max * maxBytes, 0);
  const validateFields = createFieldValidation(fields);
  return createBodySchema({
    format: {
      mediaTypes: MULTIPART_TYPES,
      limitBytes: options.maxBytes ?? filesBytes + OVERHEAD_BYTES,
      partTypes: Object.fromEntries(declarations.flatMap(([name, { types }]) => (types === undefined ? [] : [[name, types]]))),
      read(exchange, context, done) {
        if (!exchange.hasBody) {
          done(undefined, undefined);
          return;
        }
        const boundary = findBoundary(exchange);
        readMultipart(exchange, { options, context, boundary }).then(
          (reader) => done(undefined, reader),
          (error: unknown) => done(error, undefined),
        );
      },
    },
    validate(value) {
      if (!(value instanceof MultipartReader)) return { issues: [{ message: 'Expected a body of multipart/form-data.' }] };
      const validated = validateFields(value.fields);
      return isPromise(validated) ? validated.then((result) => finish(value, files, result)) : finish(value, files, validated);
    },
    toJsonSchema: (schemaOptions) => toJsonSchema(fields, files, schemaOptions),
  });
}

function findBoundary(exchange: Exchange): string {
  const { boundary } = assertAccepted(exchange, MULTIPART_TYPES).parameters;
  if (boundary === undefined || !BOUNDARY.test(boundary)) throw new BodyMalformedError('its content type has no valid boundary');
  return boundary;
}

interface Reading {
  readonly options: Options;
  readonly context: BodyContext;
  readonly boundary: string;
}

async function readMultipart(exchange: Exchange, { options, context, boundary }: Reading): Promise<MultipartReader> {
  const { files = {}, onFile, maxFields = DEFAULT_MAX_FIELDS, maxFieldBytes = DEFAULT_MAX_FIELD_BYTES } = options;
  const directory = new UploadDirectory();
  const reader = new MultipartReader({ files, onFile, maxFields, maxFieldBytes, maxFieldsBytes: context.limits.bodyBytes, directory });
  const maxFiles = Object.values(files).reduce((sum, { max }) => sum + max, 0);
  // Room for files that are too many or not declared: the first are an issue, the second are thrown away.
  const maxParts = 2 * (maxFields + maxFiles) + 1;
  const reading = readParts(exchange.openBody(context.limitBytes), { boundary, maxParts, onPart: (part) => reader.read(part) });
  const whileNeeded = reading.then(
    () => (directory.isUsed ? exchange.ended : undefined),
    () => undefined,
  );
  const removal = whileNeeded.then(() => directory.remove());
  context.onDisposing?.(removal);
  try {
    await reading;
  } catch (error) {
    await removal;
    throw error;
  }
  return reader;
}

type FieldValidation = (fields: unknown) => MaybePromise<StandardSchemaV1.Result<unknown>>;

function createFieldValidation(schema: SchemaOption): FieldValidation {
  if (schema === undefined) return (value) => ({ value });
  const coerce = createTextCoercion(schema) ?? ((record: unknown) => record);
  return (fields) => schema['~standard'].validate(coerce(fields));
}

function finish(
  reader: MultipartReader,
  declarations: FileDeclarations,
  fields: StandardSchemaV1.Result<unknown>,
): StandardSchemaV1.Result<MultipartBody<SchemaOption, FileDeclarations, unknown>> {
  const issues = (fields.issues ?? []).map((issue): StandardSchemaV1.Issue => ({ message: issue.message, path: ['fields', ...(issue.path ?? [])] }));
  issues.push(...reader.issues);
  for (const [name, { min }] of Object.entries(declarations)) {
    if (reader.countOf(name) < min) issues.push({ path: ['files', name], message: min === 1 ? 'Send a file.' : `Send at least ${min} files.` });
  }
  if (issues.length > 0 || fields.issues !== undefined) return { issues };
  const files = Object.entries(declarations).map(([name, { count }]) => [name, count === 'many' ? reader.files[name] : reader.files[name]?.[0]]);
  return { value: { fields: fields.value as never, files: Object.fromEntries(files) } }; // the type of the fields is that of their schema
}

/** Fields and files stand side by side, as they do on the wire. */
function toJsonSchema(fields: SchemaOption, files: FileDeclarations, options: StandardJSONSchemaV1.Options): Record<string, unknown> {
  const described = describeFields(fields, options);
  const own = described['properties'];
  const properties: Record<string, unknown> = typeof own === 'object' ? { ...own } : {};
  const required = Array.isArray(described['required']) ? [...described['required']] : [];
  for (const [name, declaration] of Object.entries(files)) {
    properties[name] = describeFile(declaration);
    if (declaration.min > 0) required.push(name);
  }
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

function describeFields(schema: SchemaOption, options: StandardJSONSchemaV1.Options): Record<string, unknown> {
  const standard: (StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props>) | undefined = schema?.['~standard'];
  return standard?.jsonSchema?.input({ ...options, libraryOptions: { unrepresentable: 'any', ...options.libraryOptions } }) ?? {};
}

function describeFile({ count, min, max }: FileDeclaration): Record<string, unknown> {
  if (count !== 'many') return { ...BINARY };
  return { type: 'array', items: { ...BINARY }, ...(min > 0 ? { minItems: min } : {}), maxItems: max };
}
