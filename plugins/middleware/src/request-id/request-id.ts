/** Names each request, for logs, traces and people: its id is answered in a header, and it gets a place in a trace. */
import type { HttpRequest, MiddlewareDefinition, MiddlewareParts } from '@oxidite/http';
import { withAmbientHeaders } from '@oxidite/plugin-sdk';
import type { z } from 'zod';
import { defineModule } from '../define-module.ts';
import { parseOptions } from '../parse-options.ts';
import { createHexSource, type HexSource } from './hex-source.ts';
import { RequestIdOptions } from './options.ts';
import { TraceContext, traceContext } from './trace-context.ts';

const MAX_ID_LENGTH = 128;
const ID = /^[\w.:+/=-]+$/;

/**
 * Names requests: sets `request.id` and {@link traceContext}, and answers with `x-request-id`.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function requestId(options: z.input<typeof RequestIdOptions> = {}): MiddlewareDefinition {
  const settings = parseOptions('requestId', RequestIdOptions, options);
  return defineModule({
    name: 'requestId',
    phase: 'edge',
    create({ random }) {
      const parts = createParts(settings, createHexSource(random));
      return () => parts;
    },
  });
}

function createParts({ header, trustHeader, trustTrace, propagate }: RequestIdOptions, draw: HexSource): MiddlewareParts {
  return {
    onRequest(request) {
      const { rawHeaders: headers } = request;
      if (trustHeader) takeId(request, headers[header]);
      const traceparent = trustTrace ? toText(headers['traceparent']) : undefined;
      traceContext.set(request, new TraceContext({ traceparent, tracestate: toText(headers['tracestate']) }, draw));
      return undefined;
    },
    onResponse: (request, response) => response.headers.set(header, request.id),
    ...(propagate ? { around: (request: HttpRequest, next: () => unknown) => withAmbientHeaders(toAmbient(request, header), next) } : {}),
  };
}

function takeId(request: HttpRequest, value: string | readonly string[] | undefined): void {
  if (typeof value === 'string' && value.length <= MAX_ID_LENGTH && ID.test(value)) request.id = value;
}

/** Several headers of one name name several traces, and none of them is ours; Node joins them, and they are refused as malformed. */
function toText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(',');
}

/** The headers are made when the first outgoing request asks for them. */
function toAmbient(request: HttpRequest, header: string): { readonly headers: Readonly<Record<string, string>> } {
  let made: Readonly<Record<string, string>> | undefined;
  return {
    get headers() {
      const trace = traceContext.get(request);
      made ??= {
        [header]: request.id,
        ...(trace === undefined ? {} : { traceparent: trace.traceparent }),
        ...(trace?.tracestate === undefined ? {} : { tracestate: trace.tracestate }),
      };
      return made;
    },
  };
}
