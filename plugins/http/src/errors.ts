/** What can be wrong with routes while the application boots, and with the server's address. Errors of requests are in `problem/`. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** A path pattern cannot be understood. */
export class RoutePathError extends OxiditeError {
  readonly code = 'OXI_HTTP_ROUTE_PATH';
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`The path "${path}" is not valid: ${reason}. Write segments as text, ":name", or "**:name" as the last one.`);
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

/** The server cannot listen, for another reason than a port in use. */
export class ListenError extends OxiditeError {
  readonly code = 'OXI_HTTP_LISTEN';
  readonly port: number;
  readonly host: string;

  constructor(host: string, port: number, cause: unknown) {
    super(`Listening on ${host}, port ${port}, failed: ${toMessage(cause)}. Check the host and that this user may open the port.`, cause);
    this.host = host;
    this.port = port;
  }
}

/** A middleware called `next` more than once. */
export class MiddlewareNextError extends OxiditeError {
  readonly code = 'OXI_HTTP_MIDDLEWARE_NEXT';

  constructor(name: string) {
    super(`The middleware ${name === '' ? '(anonymous)' : name} called next() twice for one request. Call it once, and return what it returns.`);
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
