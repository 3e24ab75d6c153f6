/** The public surface of @oxidite/http. */
export {
  EventInvalidError,
  ListenError,
  MiddlewareNextError,
  MiddlewarePhaseError,
  ParamTypeError,
  PortInUseError,
  PortInvalidError,
  ResponseInvalidError,
  ResultUnsupportedError,
  WorkerStartError,
  RouteConflictError,
  RouteDuplicateError,
  RouteFileError,
  RouteNameError,
  RouteNameUnknownError,
  RoutePathError,
  RoutesDirectoryError,
  RouteUnreachableError,
  RouteVersionError,
  RuntimeUnsupportedError,
  UrlParamsError,
  SocketInUseError,
  TlsFileError,
  TlsInvalidError,
  UploadGoneError,
} from './errors.ts';
export { anyOf } from './body/any-of.ts';
export { BODY_FORMAT, type BodyContext, type BodyFormat, type BodySchema, type ParsedBodyCallback } from './body/body-format.ts';
export { bytes, type BytesOptions } from './body/bytes.ts';
export { file, type FileCount, type FileDeclaration, type FileOptions, files, type FilesOptions } from './body/file-declaration.ts';
export type { FileInfo } from './body/file-info.ts';
export type { FormRecord } from './body/form-pairs.ts';
export { form } from './body/form.ts';
export { json } from './body/json.ts';
export type { FileConsumer, FileDeclarations, FilePart, MultipartBody, MultipartOptions } from './body/multipart-body.ts';
export { multipart } from './body/multipart.ts';
export { stream } from './body/stream.ts';
export { text, type TextOptions } from './body/text.ts';
export type { UploadedFile } from './body/uploaded-file.ts';
export { type Cookie, type CookieOptions, type CookieOverrides, type CookieRequest, defineCookie } from './cookies/define-cookie.ts';
export { CookieDefinitionError, CookieTooLargeError, CookieValueError, KeysInvalidError, KeysMissingError } from './cookies/errors.ts';
export type { KeyOption, KeyRing } from './cookies/key-ring.ts';
export type { CookieAttributes, SameSite } from './cookies/set-cookie.ts';
export type { ChainEntry } from './compile/layers.ts';
export type { HttpCounters, HttpService } from './http-service.ts';
export type { ListenerOptions, TlsOptions } from './node/listener-options.ts';
export type { HttpAddress } from './node/node-server.ts';
export type { ClientView } from './proxy/client-view.ts';
export type { TrustProxy } from './proxy/trust-proxy.ts';
export type { HttpLimits, HttpOptions } from './options.ts';
export { defineEvents, type EventContext, type EventOf, type EventsDefinition, type EventSchemas, type EventsOptions } from './events/define-events.ts';
export { serveFiles, type ServeFilesOptions } from './files/serve-files.ts';
export { http } from './plugin.ts';
export { type AcceptOptions, defineSocket, type RawMessage, type SocketDefinition, type SocketHandlers, type SocketSchemas } from './socket/define-socket.ts';
export type { Socket } from './socket/socket.ts';
export type { SocketAcceptance } from './socket/socket-acceptance.ts';
export { SocketMessageError, SocketOriginError, UpgradeRequiredError } from './socket/errors.ts';
export { badRequest, conflict, forbidden, HttpError, type HttpErrorOptions, notFound, unauthorized, unprocessable } from './problem/http-error.ts';
export { toJsonPointer } from './problem/json-pointer.ts';
export { type InputIssue, type InputSource, type Problem, PROBLEM_TYPE } from './problem/problem.ts';
export type { ProblemMapper } from './problem/problem-mapper.ts';
export {
  BodyMalformedError,
  BodyTooComplexError,
  BodyTooLargeError,
  CharsetError,
  ContentEncodingError,
  InputInvalidError,
  MalformedUrlError,
  MediaTypeError,
  MethodNotAllowedError,
  PartTooLargeError,
  RouteNotFoundError,
  SignatureExpiredError,
  SignatureInvalidError,
  UrlTooLongError,
  VersionUnsupportedError,
} from './problem/request-errors.ts';
export { created, noContent, redirect, Reply, reply, type ReplyHeaders, type ReplyOptions } from './reply/reply.ts';
export { ResponseDraft, type ResponseBody } from './reply/response-draft.ts';
export { ResponseHeaders } from './reply/response-headers.ts';
export { type AddsOf, defineGuard, type Guard, type GuardDefinition, type GuardSecurity } from './request/guard.ts';
export type { AnyRequest, HttpRequest, RequestHeaders } from './request/http-request.ts';
export {
  defineMiddleware,
  type Middleware,
  type MiddlewareDefinition,
  type MiddlewareFunction,
  type MiddlewareParts,
  type MiddlewareStack,
} from './request/middleware.ts';
export type { Next, Phase, ResponseOutcome } from './request/middleware.ts';
export type { QueryRecord } from './request/query.ts';
export { defineRequestValue, type RequestValue } from './request/request-value.ts';
export { action, type Action, type ActionName, type Controller, defineController } from './routes/action.ts';
export { type Binding, type BindingInput, defineBinding } from './routes/define-binding.ts';
export type { Deprecation } from './routes/deprecation.ts';
export type { Constraint, ParamTypes } from './routes/param-types.ts';
export type { Handler, HandlerRequest, HandlerResult, InferRequest } from './routes/handler.ts';
export type { PathParams } from './routes/path-params.ts';
export type { ParamPart, PathSegment, TextPart } from './routes/path-pattern.ts';
export type { ResponseSchemas, RouteDeclaration, SchemaOption } from './routes/route-declaration.ts';
export { defineRoutes, isRouteGroup, type RouteGroup } from './routes/route-group.ts';
export type { AnyHandler, HttpMethod, Route } from './routes/route.ts';
export type { GroupOptions, ResourceOptions, RouteMethod, Router } from './routes/router.ts';
export type { RouteName, RouteNames, UrlArguments, UrlParams, UrlValue } from './url/route-names.ts';
export { signedUrl } from './url/signed-url.ts';
export type { SignedUrlOptions, UrlOptions } from './url/url-builder.ts';
