/**
 * Validates the inputs a route declares, all of them, and reports every issue at once. Synchronous schemas cost no promise.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { toJsonPointer } from '../problem/json-pointer.ts';
import type { InputIssue, InputSource } from '../problem/problem.ts';
import { InputInvalidError } from '../problem/request-errors.ts';
import type { RoutedRequest } from '../request/http-request.ts';
import { createTextCoercion } from '../request/text-coercion.ts';
import type { RouteDeclaration } from '../routes/route-declaration.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';

/** Validates the inputs of a request and puts the outcome in their place. */
export type InputExtraction = (request: RoutedRequest) => MaybePromise<void>;

interface Extractor {
  readonly source: InputSource;
  readonly validate: (value: unknown) => MaybePromise<StandardSchemaV1.Result<unknown>>;
  readonly read: (request: RoutedRequest) => unknown;
  readonly assign: (request: RoutedRequest, value: never) => void;
}

type Access = Pick<Extractor, 'read' | 'assign'>;

/** How each source is read and replaced; one place per source keeps the code monomorphic. */
const ACCESS: Readonly<Record<InputSource, Access>> = {
  params: { read: (request) => request.params, assign: (request, value) => void (request.params = value) },
  query: { read: (request) => request.query, assign: (request, value) => void (request.query = value) },
  headers: { read: (request) => request.headers, assign: (request, value) => void (request.headers = value) },
  cookies: { read: (request) => request.cookies, assign: (request, value) => void (request.cookies = value) },
  body: { read: (request) => request.body, assign: (request, value) => void (request.body = value) },
};

/** Compiles the extraction of a route, or returns `undefined` when it declares no inputs. */
export function compileExtraction(declaration: RouteDeclaration): InputExtraction | undefined {
  const extractors: Extractor[] = [];
  for (const source of Object.keys(ACCESS) as InputSource[]) {
    // the keys of the record above
    const schema = declaration[source];
    if (schema !== undefined) extractors.push(toExtractor(source, schema));
  }
  const [only] = extractors;
  if (only === undefined) return undefined;
  return extractors.length === 1 ? (request) => extractOne(only, request) : (request) => extractAll(extractors, request);
}

function toExtractor(source: InputSource, schema: StandardSchemaV1): Extractor {
  const standard = schema['~standard'];
  const validate = (value: unknown): MaybePromise<StandardSchemaV1.Result<unknown>> => standard.validate(value);
  const { read, assign } = ACCESS[source];
  const coerce = source === 'body' ? undefined : createTextCoercion(schema);
  return { source, validate, assign, read: coerce === undefined ? read : (request) => coerce(read(request)) };
}

function extractOne(extractor: Extractor, request: RoutedRequest): MaybePromise<void> {
  const result = extractor.validate(extractor.read(request));
  if (isPromise(result)) return result.then((settled) => finishOne(extractor, request, settled));
  return finishOne(extractor, request, result);
}

function finishOne(extractor: Extractor, request: RoutedRequest, result: StandardSchemaV1.Result<unknown>): void {
  if (result.issues !== undefined) throw new InputInvalidError(result.issues.map((issue) => toInputIssue(extractor, issue)));
  extractor.assign(request, result.value as never); // what the schema returned is what the handler's type says
}

function extractAll(extractors: readonly Extractor[], request: RoutedRequest): MaybePromise<void> {
  const results = extractors.map((extractor) => extractor.validate(extractor.read(request)));
  if (results.some(isPromise)) return Promise.all(results.map((result) => Promise.resolve(result))).then((settled) => finishAll(extractors, request, settled));
  return finishAll(extractors, request, results as StandardSchemaV1.Result<unknown>[]); // none is a promise
}

function finishAll(extractors: readonly Extractor[], request: RoutedRequest, results: readonly StandardSchemaV1.Result<unknown>[]): void {
  const issues: InputIssue[] = [];
  for (const [index, extractor] of extractors.entries()) {
    const result = results[index];
    if (result?.issues !== undefined) issues.push(...result.issues.map((issue) => toInputIssue(extractor, issue)));
    else if (result !== undefined) extractor.assign(request, result.value as never); // as in finishOne
  }
  if (issues.length > 0) throw new InputInvalidError(issues);
}

function toInputIssue({ source }: Extractor, issue: StandardSchemaV1.Issue): InputIssue {
  return { in: source, path: toJsonPointer(issue.path), message: issue.message };
}
