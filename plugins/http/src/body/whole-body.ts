/** Reads a body as a whole and makes something of its bytes. */
import type { Exchange } from '../exchange/exchange.ts';
import type { BodyContext, BodyFormat, ParsedBodyCallback } from './body-format.ts';
import type { ContentType } from './content-type.ts';

/** How a body that is read as a whole is accepted and parsed; both may throw to refuse it. */
export interface WholeBody {
  readonly accept: (exchange: Exchange) => ContentType | undefined;
  readonly parse: (bytes: Uint8Array, context: BodyContext) => unknown;
}

/** Creates the reading of a body as a whole. A request without a body gives `undefined`, a body without bytes is parsed. */
export function createWholeBodyReading({ accept, parse }: WholeBody): BodyFormat['read'] {
  return (exchange, context, done: ParsedBodyCallback) => {
    if (!exchange.hasBody) {
      done(undefined, undefined);
      return;
    }
    try {
      accept(exchange);
    } catch (error) {
      done(error, undefined);
      return;
    }
    exchange.readBody(context.limitBytes, (error, bytes) => {
      if (error !== undefined) {
        done(error, undefined);
        return;
      }
      let body: unknown;
      try {
        body = parse(bytes ?? new Uint8Array(), context);
      } catch (parseError) {
        done(parseError, undefined);
        return;
      }
      done(undefined, body);
    });
  };
}
