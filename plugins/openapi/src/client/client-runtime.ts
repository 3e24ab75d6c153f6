/**
 * The part of a generated client that is the same for every API. It is written into the client as it stands here, without
 * this comment, so it must hold under any strict setting, in browsers and in Node, and depend on nothing but `fetch`.
 * Source: RFC 6570 (URI templates: `{name}` and `{+name}`), WHATWG HTML section 9.2 (server-sent events).
 */

/** Headers, or a function that is asked for them before each call: `() => ({ authorization: `Bearer ${token}` })`. */
export type HeaderSource = Readonly<Record<string, string>> | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Options of a client. */
export interface ClientOptions {
  /** Where the API is served: `https://api.example.com`. */
  readonly baseUrl?: string | undefined;
  /** Headers of every call. */
  readonly headers?: HeaderSource | undefined;
  /** Sends the requests. Default: the `fetch` of the platform. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Headers of this call; they replace those of the client. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A response that is no success. */
export class ApiError<Status extends number = number, Body = unknown> extends Error {
  override readonly name: string = 'ApiError';
  /** The operation that was called: `articles.create`. */
  readonly operation: string;
  readonly status: Status;
  /** The parsed body: a problem (RFC 9457), unless the API writes errors in another form. */
  readonly body: Body;
  readonly headers: Headers;
  /** `true` when the API declares this status for the operation, so that `body` is what its type says. */
  readonly isDeclared: boolean;

  constructor(operation: Operation, response: Response, body: unknown) {
    super(`${operation.id} failed with ${response.status}${describeProblem(body)}`);
    this.operation = operation.id;
    this.status = response.status as Status;
    this.body = body as Body;
    this.headers = response.headers;
    this.isDeclared = operation.errors?.includes(response.status) === true;
  }
}

/** An event of a stream whose events are not declared. */
export interface ServerEvent {
  /** The type of the event; `message` when it has none. */
  readonly event: string;
  readonly data: unknown;
  /** The id of this event, or of the last one that had any. */
  readonly id: string;
}

/** What is known of an operation at run time. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** `/articles/{slug}`; `{+path}` may hold slashes. */
  readonly path: string;
  /** The fields of the input that go into the query. */
  readonly query?: readonly string[];
  /** Fields whose names in the request are others, because two of them would be the same. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Headers that are always the same. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The media type of the body; a range leaves it to the body. */
  readonly body?: string;
  /** The statuses of errors that are declared. */
  readonly errors?: readonly number[];
  /** There are several successes, so results name theirs. */
  readonly several?: boolean;
  /** The events whose data is text, not JSON. */
  readonly text?: readonly string[];
}

/** Calls operations. */
export interface Caller {
  /** Sends a request and returns the body of a success; throws an {@link ApiError} for anything else. */
  call<Result>(operation: Operation, input: object | undefined, options: CallOptions | undefined): Promise<Result>;
  /** Sends a request and returns the events of its response as they come. */
  stream<Event>(operation: Operation, input: object | undefined, options: CallOptions | undefined): AsyncGenerator<Event, void, undefined>;
}

type Fields = Readonly<Record<string, unknown>>;

interface SentEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Creates what calls operations. */
export function createCaller(options: ClientOptions, defaultBaseUrl: string): Caller {
  async function send(operation: Operation, input: object | undefined, settings: CallOptions | undefined): Promise<Response> {
    const fields = (input ?? {}) as Fields;
    const headers = new Headers(typeof options.headers === 'function' ? await options.headers() : options.headers);
    const own = { ...operation.headers, ...(fields['headers'] as Fields | undefined), ...settings?.headers };
    for (const [name, value] of Object.entries(own)) if (value !== undefined) headers.set(name, toText(value));
    const body = operation.body === undefined ? undefined : encodeBody(operation.body, fields['body'], headers);
    const address = (options.baseUrl ?? defaultBaseUrl).replace(/\/$/, '') + toTarget(operation, fields);
    const request = options.fetch ?? globalThis.fetch;
    const response = await request(address, {
      method: operation.method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(settings?.signal === undefined ? {} : { signal: settings.signal }),
    });
    if (!response.ok) throw new ApiError(operation, response, await readBody(response));
    return response;
  }

  return {
    async call<Result>(operation: Operation, input: object | undefined, settings: CallOptions | undefined): Promise<Result> {
      const response = await send(operation, input, settings);
      const body = await readBody(response);
      return (operation.several === true ? { status: response.status, body } : body) as Result;
    },
    async *stream<Event>(operation: Operation, input: object | undefined, settings: CallOptions | undefined): AsyncGenerator<Event, void, undefined> {
      const response = await send(operation, input, settings);
      for await (const { data, ...event } of readEvents(response)) {
        const isText = operation.text?.includes(event.event) === true;
        yield { ...event, data: isText ? data : (JSON.parse(data) as unknown) } as Event;
      }
    },
  };
}

function toTarget({ id, path, query = [], renamed = {} }: Operation, fields: Fields): string {
  const target = path.replace(/\{(\+?)([^}]+)\}/g, (_match, rest: string, name: string) => {
    const value = fields[name] ?? '';
    const segments = rest === '' ? [toText(value)] : toText(value).split('/');
    if (segments.some((segment) => segment === '.' || segment === '..' || (segment === '' && rest === '')))
      throw new TypeError(`${id} cannot be called with ${JSON.stringify(value)} as "${name}": the path would be another one`);
    return segments.map(encodeURIComponent).join('/');
  });
  const search = new URLSearchParams();
  for (const field of query) {
    for (const value of [fields[field]].flat()) if (value !== undefined && value !== null) search.append(renamed[field] ?? field, toText(value));
  }
  const text = search.toString();
  return text === '' ? target : `${target}?${text}`;
}

function encodeBody(type: string, value: unknown, headers: Headers): NonNullable<RequestInit['body']> | undefined {
  if (value === undefined) return undefined;
  if (type === 'multipart/form-data') return toForm(value as Fields, new FormData());
  if (type === 'application/x-www-form-urlencoded') return toForm(value as Fields, new URLSearchParams());
  if (!headers.has('content-type') && !type.includes('*')) headers.set('content-type', type);
  return /[/+]json$/.test(type) ? JSON.stringify(value) : (value as NonNullable<RequestInit['body']>);
}

function toForm<Form extends FormData | URLSearchParams>(fields: Fields, form: Form): Form {
  for (const [name, field] of Object.entries(fields)) {
    for (const value of [field].flat()) {
      if (value === undefined || value === null) continue;
      if (value instanceof Blob && form instanceof FormData) form.append(name, value);
      else form.append(name, toText(value));
    }
  }
  return form;
}

/** Numbers, booleans and structures inside of fields are written as in JSON, dates without its quotes. */
function toText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (/[/+]json\b/.test(type)) {
    const text = await response.text();
    try {
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      if (response.ok) throw error;
      return text; // something in between answered
    }
  }
  if (type.startsWith('text/')) return response.text();
  const blob = await response.blob();
  return blob.size === 0 ? undefined : blob;
}

async function* readEvents(response: Response): AsyncGenerator<SentEvent, void, undefined> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let pending = '';
  let id = '';
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      pending += decoder.decode(value, { stream: !done });
      const blocks = pending.replace(/\r\n|\r(?!$)/g, '\n').split('\n\n');
      pending = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseEvent(block, id);
        id = event.id;
        if (event.data !== undefined) yield { event: event.event, data: event.data, id };
      }
      if (done) return;
    }
  } finally {
    await reader?.cancel();
  }
}

function parseEvent(block: string, lastId: string): { readonly event: string; readonly data: string | undefined; readonly id: string } {
  const data: string[] = [];
  let event = 'message';
  let id = lastId;
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id') id = value;
  }
  return { event, data: data.length === 0 ? undefined : data.join('\n'), id };
}

function describeProblem(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { detail, title } = body as Fields;
  const text = detail ?? title;
  return typeof text === 'string' ? `: ${text}` : '';
}
