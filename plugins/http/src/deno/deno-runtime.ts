/** The members of Deno that are used here, as they are documented: its types are no dependency. Source: docs.deno.com/api/deno/~/Deno.serve. */

/** What comes along with a request. */
export interface DenoServeInfo {
  readonly remoteAddr: { readonly transport: string; readonly hostname?: string };
}

/** A server that listens. */
export interface DenoHttpServer {
  readonly addr: { readonly port?: number };
  /** Stops to accept and closes idle connections; resolves when nothing is under way any more. */
  shutdown(): Promise<void>;
}

/** Options of `Deno.serve`. */
export interface DenoServeOptions extends Readonly<Record<string, unknown>> {
  readonly onListen: () => void;
  /** Answers when the handler throws, and is told when the stream of a response fails. */
  readonly onError: (error: unknown) => Response;
}

/** What the global object `Deno` has. */
export interface DenoRuntime {
  serve(options: DenoServeOptions, handler: (request: Request, info: DenoServeInfo) => unknown): DenoHttpServer;
}

/** Finds the runtime; `undefined` on any other. */
export function findDeno(scope: object): DenoRuntime | undefined {
  return 'Deno' in scope ? (scope.Deno as DenoRuntime) : undefined; // nobody else has this name
}
