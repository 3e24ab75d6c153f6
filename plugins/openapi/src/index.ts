/** The public surface of @oxidite/openapi. */
export { generateClient } from './client/generate-client.ts';
export { createDocument, type DocumentOptions } from './document/create-document.ts';
export type { RouteExamples } from './document/declared-examples.ts'; // without this its declarations of routes would not reach a user
export type {
  ApiContact,
  ApiInfo,
  ApiLicense,
  ApiServer,
  ApiTag,
  ExternalDocs,
  JsonSchema,
  OpenApiContent,
  OpenApiDocument,
  OpenApiHeader,
  OpenApiMedia,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiRequestBody,
  OpenApiResponse,
  OpenApiSecurity,
  Spec,
} from './document/openapi-document.ts';
export { toOpenApi30 } from './document/to-openapi-3-0.ts';
export { LockInvalidError, LockMissingError, OpenApiUsageError, VersionUnknownError } from './errors.ts';
export type { ApiChange } from './lock/api-change.ts';
export type { ChangeClass, RuleName } from './lock/change-rules.ts';
export { compareDocuments } from './lock/compare-documents.ts';
export type { DocumentSelection, OpenApi } from './openapi-service.ts';
export { openapi } from './plugin.ts';
