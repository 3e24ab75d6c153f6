/**
 * Converts a 3.1 document to 3.0, for tools that know nothing newer. What 3.0 cannot say is left out where that only
 * allows more; nothing is forbidden that 3.1 allows. Schemas are converted in `to-schema-3-0.ts`.
 * Source: OpenAPI Specification 3.0.4; https://www.openapis.org/blog/2021/02/16/migrating-from-openapi-3-0-to-3-1-0.
 */
import { isRecord } from './map-schema.ts';
import type {
  ApiInfo,
  OpenApiContent,
  OpenApiDocument,
  OpenApiHeader,
  OpenApiMedia,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiResponse,
} from './openapi-document.ts';
import { toSchema30 } from './to-schema-3-0.ts';

/** Converts a document. */
export function toOpenApi30(document: OpenApiDocument): OpenApiDocument {
  const { schemas, securitySchemes } = document.components;
  return {
    ...document,
    openapi: '3.0.4',
    info: toInfo(document.info),
    paths: mapValues(document.paths, (item): OpenApiPathItem => mapValues(item, toOperation)),
    components: {
      schemas: mapValues(schemas, toSchema30),
      ...(securitySchemes === undefined ? {} : { securitySchemes: omitMutualTls(securitySchemes) }),
    },
  };
}

/** 3.0 knows no summary, and a license by its address only. */
function toInfo({ summary: _summary, license, ...info }: ApiInfo): ApiInfo {
  if (license === undefined) return info;
  const { identifier, ...rest } = license;
  const url = rest.url ?? (identifier === undefined ? undefined : `https://spdx.org/licenses/${encodeURIComponent(identifier)}.html`);
  return { ...info, license: { ...rest, ...(url === undefined ? {} : { url }) } };
}

function toOperation(operation: OpenApiOperation): OpenApiOperation {
  const { parameters, requestBody, responses } = operation;
  return {
    ...operation,
    ...(parameters === undefined
      ? {}
      : { parameters: parameters.map((parameter): OpenApiParameter => ({ ...parameter, schema: toSchema30(parameter.schema) })) }),
    ...(requestBody === undefined ? {} : { requestBody: { ...requestBody, content: toContent(requestBody.content) } }),
    responses: mapValues(responses, toResponse),
  };
}

function toResponse({ headers, content, ...response }: OpenApiResponse): OpenApiResponse {
  return {
    ...response,
    ...(headers === undefined ? {} : { headers: mapValues(headers, (header): OpenApiHeader => ({ ...header, schema: toSchema30(header.schema) })) }),
    ...(content === undefined ? {} : { content: toContent(content) }),
  };
}

function toContent(content: OpenApiContent): OpenApiContent {
  return mapValues(content, (media): OpenApiMedia => ({ ...media, schema: toSchema30(media.schema) }));
}

/** 3.0 has no mutual TLS; operations that need nothing else would be open, so they keep a scheme that says it in words. */
function omitMutualTls(schemes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return mapValues(schemes, (scheme) =>
    isRecord(scheme) && scheme['type'] === 'mutualTLS' ? { type: 'http', scheme: 'mutual', description: 'A client certificate (mutual TLS).' } : scheme,
  );
}

function mapValues<Value, Result>(record: Readonly<Record<string, Value>>, change: (value: Value) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
