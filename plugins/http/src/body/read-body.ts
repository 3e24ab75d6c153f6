/** Decides at boot how the body of a route is read. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Exchange } from '../exchange/exchange.ts';
import { type BodyContext, findBodyFormat, type ParsedBodyCallback } from './body-format.ts';
import { readJsonBody } from './json-body.ts';

/** Reads the body of one request and calls back once. */
export type BodyReader = (exchange: Exchange, done: ParsedBodyCallback) => void;

/** What reading bodies needs of a route and its application. */
export interface BodyReaderOptions extends Pick<BodyContext, 'limits' | 'onDisposing'> {
  /** The limit that the route declares. */
  readonly bodyLimitBytes?: number | undefined;
}

/** Compiles the reading of a body: JSON, unless its schema has a format of its own. */
export function compileBodyReader(schema: StandardSchemaV1, { bodyLimitBytes, ...options }: BodyReaderOptions): BodyReader {
  const format = findBodyFormat(schema);
  const limitBytes = bodyLimitBytes ?? format?.limitBytes ?? options.limits.bodyBytes;
  const context: BodyContext = { ...options, limitBytes, isLimitDeclared: bodyLimitBytes !== undefined };
  if (format === undefined) return (exchange, done) => readJsonBody(exchange, context, done);
  return (exchange, done) => {
    try {
      format.read(exchange, context, done);
    } catch (error) {
      done(error, undefined);
    }
  };
}
