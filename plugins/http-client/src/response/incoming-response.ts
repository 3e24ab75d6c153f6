/** A response whose headers have come, and whose body is coming. */
import type { ResponseBody } from './response-body.ts';

/** A response. */
export interface IncomingResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly isRedirected: boolean;
  readonly body: ResponseBody;
}

/** Converts headers as they came; bytes that are no text are kept as Latin-1, like `fetch` does. */
export function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    try {
      headers.append(raw[index] ?? '', raw[index + 1] ?? '');
    } catch {
      // what cannot be a header is not told of
    }
  }
  return headers;
}
