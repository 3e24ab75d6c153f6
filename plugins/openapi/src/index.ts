/** The public surface of @oxidite/openapi. */
export { createDocument, type DocumentOptions } from './document/create-document.ts';
export type { ApiInfo, ApiServer, JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './document/openapi-document.ts';
export { openapi, type OpenApi } from './plugin.ts';
