/** The public surface of @oxidite/http. */
export {
  ListenError,
  MiddlewareNextError,
  PortInUseError,
  PortInvalidError,
  ResponseInvalidError,
  ResultUnsupportedError,
  RouteDuplicateError,
  RouteFileError,
  RouteNameError,
  RoutePathError,
  RoutesDirectoryError,
} from './errors.ts';
export type { HttpService } from './http-service.ts';
export type { HttpAddress } from './node/node-server.ts';
export type { HttpLimits, HttpOptions } from './options.ts';
export { http } from './plugin.ts';
export { badRequest, conflict, forbidden, HttpError, type HttpErrorOptions, notFound, unauthorized, unprocessable } from './problem/http-error.ts';
export { toJsonPointer } from './problem/json-pointer.ts';
export { type InputIssue, type InputSource, type Problem, PROBLEM_TYPE } from './problem/problem.ts';
export type { ProblemMapper } from './problem/problem-mapper.ts';
export {
  BodyMalformedError,
  BodyTooLargeError,
  InputInvalidError,
  MalformedUrlError,
  MediaTypeError,
  MethodNotAllowedError,
  RouteNotFoundError,
  UrlTooLongError,
} from './problem/request-errors.ts';
export { created, noContent, redirect, Reply, reply, type ReplyHeaders, type ReplyOptions } from './reply/reply.ts';
export { type AddsOf, defineGuard, type Guard, type GuardDefinition, type GuardSecurity } from './request/guard.ts';
export type { HttpRequest, RequestHeaders } from './request/http-request.ts';
export type { Middleware, Next } from './request/middleware.ts';
export type { QueryRecord } from './request/query.ts';
export type { Handler, HandlerRequest, HandlerResult, InferRequest } from './routes/handler.ts';
export type { PathParams, PathSegment } from './routes/path-pattern.ts';
export type { ResponseSchemas, RouteDeclaration, SchemaOption } from './routes/route-declaration.ts';
export { defineRoutes, isRouteGroup, type RouteGroup } from './routes/route-group.ts';
export type { AnyHandler, HttpMethod, Route } from './routes/route.ts';
export type { GroupOptions, RouteMethod, Router } from './routes/router.ts';
