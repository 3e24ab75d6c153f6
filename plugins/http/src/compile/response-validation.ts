/** Holds results to the response schemas of their route: what a schema does not name never leaves. */
import { Readable } from 'node:stream';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ResponseInvalidError } from '../errors.ts';
import { toJsonPointer } from '../problem/json-pointer.ts';
import { Reply } from '../reply/reply.ts';
import type { ResponseSchemas } from '../routes/route-declaration.ts';
import type { Route } from '../routes/route.ts';
import { compilePruning, describeOutput } from './declared-output.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';
import { pruneToSchema } from './prune-to-schema.ts';

/** Returns the result as its schema leaves it. */
export type ResponseValidation = (result: unknown) => MaybePromise<unknown>;

/** The status of a plain result: the only declared one from 200 to 299, otherwise 200. */
export function findDefaultStatus(responses: ResponseSchemas | undefined): number {
  const successes = Object.keys(responses ?? {})
    .map(Number)
    .filter((status) => status >= 200 && status < 300);
  return successes.length === 1 ? (successes[0] ?? 200) : 200;
}

/** What the validation of responses needs of the application. */
export interface ResponseValidationOptions {
  /** `true`: a result that does not fit is an error. Otherwise it leaves without undeclared fields, and `onInvalid` is told. */
  readonly isDevelopment: boolean;
  /** Told of each result that does not fit and was sent nevertheless. */
  readonly onInvalidResponse: (error: ResponseInvalidError, route: Route) => void;
}

/** Compiles the validation of a route, or returns `undefined` when it declares no responses. */
export function compileResponseValidation(route: Route, options: ResponseValidationOptions): ResponseValidation | undefined {
  const responses = route.declaration.response;
  if (responses === undefined) return undefined;
  const defaultStatus = findDefaultStatus(responses);
  const pruners = new Map(Object.values(responses).map((schema) => [schema, compilePruning(schema)]));
  return (result) => {
    if (result instanceof Response) return result;
    const isReply = result instanceof Reply;
    const status = (isReply ? result.status : undefined) ?? defaultStatus;
    const schema = responses[status];
    const value: unknown = isReply ? result.body : result;
    if (schema === undefined || (isReply && value === undefined) || value instanceof Readable || value instanceof ReadableStream) return result;
    const finish = (validated: StandardSchemaV1.Result<unknown>): unknown => {
      const fitting =
        validated.issues === undefined
          ? toDeclared(validated.value, schema)
          : toPruned(value, schema, () => new ResponseInvalidError(route.place, status, (validated.issues ?? []).map(describeIssue)));
      return isReply ? new Reply(fitting, result.status, result.headers) : fitting;
    };
    const validated = schema['~standard'].validate(value);
    return isPromise(validated) ? validated.then(finish) : finish(validated);
  };

  function toDeclared(value: unknown, schema: StandardSchemaV1): unknown {
    const prune = pruners.get(schema);
    return prune === undefined ? value : prune(value);
  }

  /** What cannot be described cannot be pruned, so it does not leave. */
  function toPruned(value: unknown, schema: StandardSchemaV1, toError: () => ResponseInvalidError): unknown {
    const error = toError();
    const described = options.isDevelopment ? undefined : describeOutput(schema);
    if (described === undefined) throw error;
    options.onInvalidResponse(error, route);
    return pruneToSchema(value, described);
  }
}

function describeIssue(issue: StandardSchemaV1.Issue): string {
  const pointer = toJsonPointer(issue.path);
  return pointer === '' ? issue.message : `${pointer}: ${issue.message}`;
}
