/** Problem details that a service answers with. Source: RFC 9457, section 3. */

/** A problem as it came; members of the wrong type are left out, as section 3.1 says. */
export interface ProblemDetails {
  readonly type: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly instance?: string;
  /** Everything else the service says. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

const MEDIA_TYPE = /^application\/problem\+json\s*(?:;|$)/i;

/** Parses a body; `undefined` when it is of another type, or not valid. */
export function tryParseProblem(contentType: string | null, text: string): ProblemDetails | undefined {
  if (contentType === null || !MEDIA_TYPE.test(contentType)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { type, title, status, detail, instance, ...extensions } = value as Record<string, unknown>;
  return {
    type: typeof type === 'string' ? type : 'about:blank',
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(typeof instance === 'string' ? { instance } : {}),
    extensions,
  };
}
