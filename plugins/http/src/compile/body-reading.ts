/** Reads and parses the body of a route that declares one. */
import type { Exchange } from '../exchange/exchange.ts';
import { assertJsonType, parseJsonBody } from '../request/json-body.ts';

/** Receives the parsed body, or the error that kept it from being parsed. */
export type ParsedBodyCallback = (error: unknown, body: unknown) => void;

/** Reads the body and calls back once. A request without a body gives `undefined`, which its schema may refuse. */
export function readParsedBody(exchange: Exchange, limitBytes: number, done: ParsedBodyCallback): void {
  if (!exchange.hasBody) {
    done(undefined, undefined);
    return;
  }
  try {
    assertJsonType(exchange.headers['content-type']);
  } catch (error) {
    done(error, undefined);
    return;
  }
  exchange.readBody(limitBytes, (error, bytes) => {
    if (error !== undefined || bytes === undefined || bytes.byteLength === 0) {
      done(error, undefined);
      return;
    }
    let body: unknown;
    try {
      body = parseJsonBody(bytes);
    } catch (parseError) {
      done(parseError, undefined);
      return;
    }
    done(undefined, body);
  });
}
