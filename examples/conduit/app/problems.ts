/**
 * Errors in the form the RealWorld specification wants: `{ "errors": { "body": ["email is taken"], "email": ["is taken"] } }`.
 * `body` lists whole sentences; each field has its own list as well. What is wrong with a field named `body` is in that list.
 */
import type { Problem } from '@oxidite/http';
import type * as z from 'zod';
import type { Errors } from './api/schemas.ts';

/** What the codes of the framework are called here. */
const MESSAGES: Readonly<Record<string, readonly [field: string, message: string]>> = {
  OXI_AUTH_SIGN_IN_REQUIRED: ['token', 'is missing'],
  OXI_AUTH_TOKEN_INVALID: ['token', 'is invalid'],
};

/** Maps a problem of any route of the API. */
export function toConduitErrors(problem: Problem): z.output<typeof Errors> {
  const fields = new Map<string, string[]>();
  for (const [field, message] of listMessages(problem)) fields.set(field, [...(fields.get(field) ?? []), message]);
  const body = [...fields].flatMap(([field, messages]) => messages.map((message) => (field === 'body' ? message : `${field} ${message}`)));
  return { errors: { ...Object.fromEntries(fields), body } };
}

function listMessages({ errors = [], code, title, detail }: Problem): readonly (readonly [field: string, message: string])[] {
  if (errors.length > 0) return errors.map(({ path, message, in: source }) => [toField(path) ?? source, message]);
  return [MESSAGES[code] ?? ['request', (detail ?? title).toLowerCase()]];
}

/** The last name of a path: of `/article/tagList/0`, what is wrong is the list. */
function toField(path: string): string | undefined {
  return path.split('/').findLast((name) => !/^\d*$/.test(name));
}
