/** What can be wrong with routes while the application boots, and with the server's address. Errors of requests are in `problem/`. */
import { OxiditeError, toMessage, toSuggestion } from '@oxidite/plugin-sdk';

/** A path pattern cannot be understood. */
export class RoutePathError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_PATH';
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`The path "${path}" is not valid: ${reason}. Write segments as text, ":name", ":name{type}", or "**:name" as the last one.`);
    this.path = path;
  }
}

/** Two routes answer the same requests. */
export class RouteDuplicateError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_DUPLICATE';
  readonly method: string;
  readonly path: string;

  constructor(method: string, path: string, first: string, second: string) {
    super(`${method} ${path} is declared twice: at ${first} and at ${second}. Remove one of them, or give it another path.`);
    this.method = method;
    this.path = path;
  }
}

/** Two routes have one name. */
export class RouteNameError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_NAME';
  readonly routeName: string;

  constructor(name: string, first: string, second: string) {
    super(`The route name "${name}" is used twice: at ${first} and at ${second}. Names are unique; rename one of them.`);
    this.routeName = name;
  }
}

/** The constraint of a path parameter is not known, or cannot be matched in one pass. */
export class ParamTypeError extends OxiditeError {
  readonly code = 'OXI_HTTP_PARAM_TYPE';
  readonly typeName: string;

  constructor(typeName: string, reason: string, cause?: unknown) {
    super(
      `The type "${typeName}" of a path parameter cannot be used: ${reason}. ` +
        'Correct the path, or "paramTypes" of @oxidite/http: { isbn: /\\d{13}/ }; a list of values is written ":name{one|other}".',
      cause,
    );
    this.typeName = typeName;
  }
}

/** Two routes fit the same paths, and neither is narrower. */
export class RouteConflictError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_CONFLICT';
  readonly method: string;
  readonly path: string;

  constructor({ method, path, places, example }: { method: string; path: string; places: readonly [string, string]; example: string }) {
    super(
      `${method} ${path} at ${places[1]} and the route at ${places[0]} both fit ${example}, and neither is the narrower one. ` +
        'Change a constraint so that one includes the other, or so that they share nothing.',
    );
    this.method = method;
    this.path = path;
  }
}

/** No request can ever lead to a route. */
export class RouteUnreachableError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_UNREACHABLE';
  readonly method: string;
  readonly path: string;

  constructor({ method, path, place, others }: { method: string; path: string; place: string; others: readonly string[] }) {
    super(
      `${method} ${path} at ${place} can never be reached: every path that fits it leads to ${others.length === 1 ? 'the route' : 'the routes'} ` +
        `at ${others.join(' and at ')}. Remove it, or widen its path.`,
    );
    this.method = method;
    this.path = path;
  }
}

/** The version of a route cannot be asked for. */
export class RouteVersionError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_VERSION';

  constructor(path: string, found: string | undefined) {
    super(
      `The route ${path} ${found === undefined ? 'names no version' : `has the version ${JSON.stringify(found)}`}. ` +
        'Versions are lower-case letters, digits, ".", "_" and "-", like "2" or "2026-01-31".',
    );
  }
}

/** What is said of a deprecation makes no headers. */
export class DeprecationError extends OxiditeError {
  readonly code = 'OXI_HTTP_DEPRECATION';

  constructor(reason: string) {
    super(`A deprecation cannot be announced: ${reason}. Write { since: "2026-01-31", sunset: "2027-01-31", link: "https://example.com/migrate" }.`);
  }
}

/** A binding needs parameters that the path of its route does not have. */
export class BindingParamsError extends OxiditeError {
  readonly code = 'OXI_HTTP_BINDING_PARAMS';

  constructor(binding: string, path: string, missing: readonly string[]) {
    super(
      `The binding "${binding}" reads ${missing.map((name) => `:${name}`).join(' and ')}, which the path ${path} does not have. ` +
        'Rename the parameter of the path, or use another binding.',
    );
  }
}

/** A URL was asked for by a name that no route has. */
export class RouteNameUnknownError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_NAME_UNKNOWN';
  readonly routeName: string;

  constructor(name: string, version: string | undefined, known: readonly string[] | undefined) {
    super(
      `There is no route named "${name}"${version === undefined ? '' : ` of the version "${version}"`}.${toSuggestion(name, known ?? [])} ` +
        '`oxidite routes` lists the names.',
    );
    this.routeName = name;
  }
}

/** The URL of a route cannot be built from these parameters. */
export class UrlParamsError extends OxiditeError {
  readonly code = 'OXI_HTTP_URL_PARAMS';
  readonly path: string;

  constructor({ name, path }: { readonly name?: string | undefined; readonly path: string }, reason: string) {
    super(`The URL of ${name === undefined ? 'the route' : `"${name}"`} (${path}) cannot be built: ${reason}. Give the parameters that its path names.`);
    this.path = path;
  }
}

/** An absolute URL was asked for, but nothing tells where the application is reached. */
export class BaseUrlError extends OxiditeError {
  readonly code = 'OXI_HTTP_BASE_URL';

  constructor(name: string) {
    super(
      `The URL of "${name}" cannot be absolute: the application does not listen. Set "baseUrl" of @oxidite/http: http({ baseUrl: "https://example.com" }).`,
    );
  }
}

/** The directory of route files was set, but is not there. */
export class RoutesDirectoryError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTES_DIRECTORY';
  readonly directory: string;

  constructor(directory: string, cause: unknown) {
    super(`The directory of routes ${directory} cannot be read: ${toMessage(cause)}. Create it, or correct "routesDirectory" of @oxidite/http.`, cause);
    this.directory = directory;
  }
}

/** A route file failed while it was imported. */
export class RouteFileError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_FILE';
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`The route file ${file} failed while it was imported: ${toMessage(cause)}. Correct the file.`, cause);
    this.file = file;
  }
}

/** The variable PORT does not hold a port. */
export class PortInvalidError extends OxiditeError {
  readonly code = 'OXI_HTTP_PORT_INVALID';

  constructor(found: string) {
    super(`The environment variable PORT is ${JSON.stringify(found)}; expected a whole number from 0 to 65535. Correct or unset it.`);
  }
}

/** Another program listens on the port. */
export class PortInUseError extends OxiditeError {
  readonly code = 'OXI_HTTP_PORT_IN_USE';
  readonly port: number;
  readonly host: string;

  constructor(host: string, port: number, cause?: unknown) {
    super(
      `Port ${port} on ${host} is in use. Stop the program that holds it, or choose another: ` +
        `set the environment variable PORT=${port + 1}, or http({ port: ${port + 1} }) in the configuration.`,
      cause,
    );
    this.host = host;
    this.port = port;
  }
}

/** The server cannot listen, for another reason than an address in use. */
export class ListenError extends OxiditeError {
  readonly code = 'OXI_HTTP_LISTEN';
  /** `localhost, port 80`, or the path of a unix socket. */
  readonly place: string;

  constructor(place: string, cause: unknown) {
    super(`Listening on ${place} failed: ${toMessage(cause)}. Check that this host or directory exists and that this user may listen there.`, cause);
    this.place = place;
  }
}

/** A living program listens on the unix socket, or the path is no socket at all. */
export class SocketInUseError extends OxiditeError {
  readonly code = 'OXI_HTTP_SOCKET_IN_USE';
  readonly path: string;

  constructor(path: string, found: string) {
    super(`The unix socket ${path} cannot be listened on: ${found}. Stop that program or remove that file, or choose another path.`);
    this.path = path;
  }
}

/** A file that TLS needs cannot be read. */
export class TlsFileError extends OxiditeError {
  readonly code = 'OXI_HTTP_TLS_FILE';
  readonly option: string;
  readonly file: string;

  constructor(option: string, file: string, cause: unknown) {
    super(`The file of "tls.${option}", ${file}, cannot be read: ${toMessage(cause)}. Correct the path, or let this user read it.`, cause);
    this.option = option;
    this.file = file;
  }
}

/** Certificate and key were read, but cannot be used. */
export class TlsInvalidError extends OxiditeError {
  readonly code = 'OXI_HTTP_TLS_INVALID';

  constructor(found: string, remedy: string, cause?: unknown) {
    super(`TLS cannot be set up: ${found}. ${remedy}.`, cause);
  }
}

/** A middleware called `next` more than once. */
export class MiddlewareNextError extends OxiditeError {
  readonly code = 'OXI_HTTP_MIDDLEWARE_NEXT';

  constructor(name: string) {
    super(`The middleware ${name === '' ? '(anonymous)' : name} called next() twice for one request. Call it once, and return what it returns.`);
  }
}

/** A middleware names a phase that there is not. */
export class MiddlewarePhaseError extends OxiditeError {
  readonly code = 'OXI_HTTP_MIDDLEWARE_PHASE';

  constructor(name: string, phase: string, phases: readonly string[]) {
    super(`The middleware "${name}" names the phase ${JSON.stringify(phase)}.${toSuggestion(phase, phases)} There are: ${phases.join(', ')}.`);
  }
}

/** A handler returned something that no response can be made of. */
export class ResultUnsupportedError extends OxiditeError {
  readonly code = 'OXI_HTTP_RESULT_UNSUPPORTED';

  constructor(found: string) {
    super(`A handler returned ${found}. Return a string, JSON, bytes, a ReadableStream, a Response or a reply().`);
  }
}

/** A result does not fit the response schema its route declares. */
export class ResponseInvalidError extends OxiditeError {
  readonly code = 'OXI_HTTP_RESPONSE_INVALID';
  readonly issues: readonly string[];

  constructor(place: string, responseStatus: number, issues: readonly string[]) {
    super(
      `The result of the route at ${place} does not fit its response schema for status ${responseStatus}: ${issues.join('; ')}. ` +
        'Correct the handler or the schema.',
    );
    this.issues = issues;
  }
}

/** A worker ended before it listened. */
export class WorkerStartError extends OxiditeError {
  readonly code = 'OXI_HTTP_WORKER_START';
  readonly pid: number;

  constructor(pid: number, cause: number | string) {
    super(
      `The worker ${pid} ended (${cause}) before it listened. What it printed says why; correct that, or set workers: 1 in http() to see it in one process.`,
    );
    this.pid = pid;
  }
}

/** An event that a stream was to send is not as it was declared. */
export class EventInvalidError extends OxiditeError {
  readonly code = 'OXI_HTTP_EVENT_INVALID';
  readonly event: string;

  constructor(event: string, issues: readonly string[]) {
    super(`The event "${event}" cannot be sent: ${issues.join('; ')}. Correct what the stream yields, or its schema in defineEvents().`);
    this.event = event;
  }
}

/** An uploaded file was used after it was removed with its request. */
export class UploadGoneError extends OxiditeError {
  readonly code = 'OXI_HTTP_UPLOAD_GONE';

  constructor(name: string) {
    super(`The uploaded file ${JSON.stringify(name)} is gone: files are removed when the response has left. Move it before the handler returns.`);
  }
}

/** The configuration asks for what the runtime of this process does not have. */
export class RuntimeUnsupportedError extends OxiditeError {
  readonly code = 'OXI_HTTP_RUNTIME_UNSUPPORTED';
  readonly runtime: string;

  constructor(runtime: string, option: string, remedy: string) {
    super(`The server cannot be started: ${option} of @oxidite/http needs Node, but this is ${runtime}. ${remedy}.`);
    this.runtime = runtime;
  }
}
