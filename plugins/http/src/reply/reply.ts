/** Results with a status and headers of their own. Plain results need none of this. */

/** The headers of a reply; an array sends its header several times. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Options of {@link reply}. */
export interface ReplyOptions {
  /** Default: 200, or 204 without a body. */
  readonly status?: number;
  readonly headers?: ReplyHeaders;
}

/** A result with status and headers. Made by {@link reply} and its relatives. */
export class Reply<Body = unknown> {
  readonly body: Body;
  /** `undefined`: the route's default. */
  readonly status: number | undefined;
  readonly headers: ReplyHeaders | undefined;

  constructor(body: Body, status?: number, headers?: ReplyHeaders) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

/** Makes a result with a status or headers. */
export function reply<Body>(body: Body, options: ReplyOptions = {}): Reply<Body> {
  return new Reply(body, options.status, options.headers);
}

/** Makes a 201; `location` is the address of what was created. */
export function created<Body>(body: Body, location?: string): Reply<Body> {
  return new Reply(body, 201, location === undefined ? undefined : { location: toLocation(location) });
}

/** Makes a 204 without a body. */
export function noContent(): Reply<undefined> {
  return new Reply(undefined, 204);
}

/** Makes a redirect. Default: 302. Give only addresses that you chose: one taken from the request leads wherever its author wants. */
export function redirect(to: string, status: 301 | 302 | 303 | 307 | 308 = 302): Reply<undefined> {
  return new Reply(undefined, status, { location: toLocation(to) });
}

/** Headers hold visible ASCII only; everything else is percent-encoded, line breaks above all. */
function toLocation(address: string): string {
  return address.replaceAll(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
}
