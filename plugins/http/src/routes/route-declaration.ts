/** What a route declares about itself: inputs, outputs, guards, documentation. Everything is inferred; nothing needs annotation. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Guard } from '../request/guard.ts';
import type { Middleware } from '../request/middleware.ts';
import type { Deprecation } from './deprecation.ts';

/** A schema of any library that implements Standard Schema, or none. */
export type SchemaOption = StandardSchemaV1 | undefined;

/** Schemas of responses by status. */
export type ResponseSchemas = Readonly<Record<number, StandardSchemaV1>>;

/** A declaration, with the types of its schemas. */
export interface RouteDeclaration<
  Params extends SchemaOption = SchemaOption,
  Query extends SchemaOption = SchemaOption,
  Headers extends SchemaOption = SchemaOption,
  Cookies extends SchemaOption = SchemaOption,
  Body extends SchemaOption = SchemaOption,
  Responses extends ResponseSchemas | undefined = ResponseSchemas | undefined,
  Guards extends readonly Guard[] = readonly Guard[],
> {
  /** A unique name, and the operation's id in OpenAPI: `articles.create`. */
  readonly name?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  /** The version of the API this belongs to, or several. Default: that of the group; without one it answers for every version. */
  readonly version?: string | readonly string[];
  /** Sends `Deprecation`, `Sunset` and `Link`, and marks the operation in OpenAPI. Default: that of the group or the version. */
  readonly deprecation?: Deprecation;
  /** `false` leaves the route out of OpenAPI documents. Default: `true`. */
  readonly documented?: boolean;
  readonly params?: Params;
  readonly query?: Query;
  readonly headers?: Headers;
  readonly cookies?: Cookies;
  /** The schema of the JSON body. Without one the body is not read. */
  readonly body?: Body;
  /**
   * Schemas of results by status. They validate and strip what leaves; a result that does not fit is a 500.
   * When exactly one status from 200 to 299 is declared, a plain result has that status.
   */
  readonly response?: Responses;
  /** Run in this order, after those of the groups. */
  readonly guards?: Guards;
  /** The first is the outermost, inside those of the groups. */
  readonly middleware?: readonly Middleware[];
  /** The greatest body in bytes. Default: the plugin's `limits.bodyBytes`. */
  readonly bodyLimitBytes?: number;
}
