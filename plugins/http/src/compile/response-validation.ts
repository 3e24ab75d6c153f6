/** Holds results to the response schemas of their route: what a schema does not name never leaves. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ResponseInvalidError } from '../errors.ts';
import { toJsonPointer } from '../problem/json-pointer.ts';
import { Reply } from '../reply/reply.ts';
import type { ResponseSchemas } from '../routes/route-declaration.ts';
import type { Route } from '../routes/route.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';

/** Returns the result as its schema leaves it. */
export type ResponseValidation = (result: unknown) => MaybePromise<unknown>;

/** The status of a plain result: the only declared one from 200 to 299, otherwise 200. */
export function findDefaultStatus(responses: ResponseSchemas | undefined): number {
  const successes = Object.keys(responses ?? {})
    .map(Number)
    .filter((status) => status >= 200 && status < 300);
  return successes.length === 1 ? (successes[0] ?? 200) : 200;
}

/** Compiles the validation of a route, or returns `undefined` when it declares no responses. */
export function compileResponseValidation(route: Route): ResponseValidation | undefined {
  const responses = route.declaration.response;
  if (responses === undefined) return undefined;
  const defaultStatus = findDefaultStatus(responses);
  return (result) => {
    if (result instanceof Response || result instanceof ReadableStream) return result;
    const isReply = result instanceof Reply;
    const status = (isReply ? result.status : undefined) ?? defaultStatus;
    const schema = responses[status];
    if (schema === undefined || (isReply && result.body === undefined)) return result;
    const finish = (validated: StandardSchemaV1.Result<unknown>): unknown => {
      if (validated.issues !== undefined) throw new ResponseInvalidError(route.place, status, validated.issues.map(describeIssue));
      return isReply ? new Reply(validated.value, result.status, result.headers) : validated.value;
    };
    const validated = schema['~standard'].validate(isReply ? result.body : result);
    return isPromise(validated) ? validated.then(finish) : finish(validated);
  };
}

function describeIssue(issue: StandardSchemaV1.Issue): string {
  const pointer = toJsonPointer(issue.path);
  return pointer === '' ? issue.message : `${pointer}: ${issue.message}`;
}
