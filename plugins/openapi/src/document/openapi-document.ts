/** The parts of an OpenAPI document that are written here. Source: OpenAPI Specification 3.1.1 and 3.0.4. */

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The versions of the specification that documents are made for. */
export const SPECS = ['3.1', '3.0'] as const;

/** A version of the specification. */
export type Spec = (typeof SPECS)[number];

/** Who answers questions about the API. */
export interface ApiContact {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly email?: string | undefined;
}

/** On which terms the API may be used. */
export interface ApiLicense {
  readonly name: string;
  readonly url?: string | undefined;
  /** An SPDX expression, instead of `url`; left out of 3.0 documents, which do not know it. */
  readonly identifier?: string | undefined;
}

/** What the application says about its API. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  /** One line; left out of 3.0 documents. */
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly termsOfService?: string | undefined;
  readonly contact?: ApiContact | undefined;
  readonly license?: ApiLicense | undefined;
}

/** A server that serves the API. */
export interface ApiServer {
  readonly url: string;
  readonly description?: string | undefined;
  readonly variables?: Readonly<Record<string, { readonly default: string; readonly description?: string | undefined }>> | undefined;
}

/** Documentation elsewhere. */
export interface ExternalDocs {
  readonly url: string;
  readonly description?: string | undefined;
}

/** A tag: a chapter of the documentation. */
export interface ApiTag {
  readonly name: string;
  readonly description?: string | undefined;
  readonly externalDocs?: ExternalDocs | undefined;
}

/** An example, by its name. */
export type OpenApiExamples = Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>;

/** What a body or a response of one media type is. */
export interface OpenApiMedia {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: OpenApiExamples;
  /** The media types of the parts of a multipart body. */
  readonly encoding?: Readonly<Record<string, { readonly contentType: string }>>;
}

/** Bodies by media type. */
export type OpenApiContent = Readonly<Record<string, OpenApiMedia>>;

/** A parameter of an operation. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly examples?: OpenApiExamples;
  /** `true`: the rest of a path, which may hold slashes. OpenAPI itself has no word for it. */
  readonly 'x-rest'?: boolean;
}

/** A header of a response. */
export interface OpenApiHeader {
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

/** A response of an operation. */
export interface OpenApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, OpenApiHeader>>;
  readonly content?: OpenApiContent;
}

/** The body of a request. */
export interface OpenApiRequestBody {
  readonly description?: string;
  readonly required: boolean;
  readonly content: OpenApiContent;
}

/** Ways to be let in: all schemes of one of the entries. An empty list: everybody is. */
export type OpenApiSecurity = readonly Readonly<Record<string, readonly string[]>>[];

/** One method of one path. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly servers?: readonly ApiServer[];
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: OpenApiRequestBody;
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
  readonly security?: OpenApiSecurity;
}

/** The methods of one path. */
export type OpenApiPathItem = Readonly<Record<string, OpenApiOperation>>;

/** A document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1' | '3.0.4';
  readonly info: ApiInfo;
  readonly servers?: readonly ApiServer[];
  readonly tags?: readonly ApiTag[];
  readonly externalDocs?: ExternalDocs;
  readonly paths: Readonly<Record<string, OpenApiPathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes?: Readonly<Record<string, unknown>>;
  };
}
