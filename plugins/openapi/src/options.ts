/** The options of the plugin and their defaults. */
import type { Guard, Route } from '@oxidite/http';
import * as z from 'zod';

const path = z.string().regex(/^\/[\w./-]*\w$/, 'must begin with "/" and not end with it');
const externalDocs = z.strictObject({ url: z.string().min(1), description: z.string().optional() });

const information = {
  title: z.string().min(1),
  version: z.string().min(1),
  /** One line. */
  summary: z.string().optional(),
  /** As long as it takes, in Markdown. */
  description: z.string().optional(),
  termsOfService: z.string().optional(),
  contact: z.strictObject({ name: z.string().optional(), url: z.string().optional(), email: z.string().optional() }).optional(),
  /** With `url`, or with the SPDX expression `identifier`. */
  license: z.strictObject({ name: z.string().min(1), url: z.string().optional(), identifier: z.string().optional() }).optional(),
};

const server = z.strictObject({
  url: z.string().min(1),
  description: z.string().optional(),
  variables: z.record(z.string(), z.strictObject({ default: z.string(), description: z.string().optional() })).optional(),
});

/** The options of `openapi()`. */
export const OpenApiOptions = z.strictObject({
  info: z.strictObject(information),
  /** What is different in the documents of single versions of the API. Default of each: `info`, with the version's own name as its `version`. */
  versions: z.record(z.string(), z.strictObject(information).partial()).default({}),
  /** Default: the host that serves the document. */
  servers: z.array(server).nonempty().optional(),
  /** Descriptions of tags, in the order in which documentation shows them. */
  tags: z.array(z.strictObject({ name: z.string().min(1), description: z.string().optional(), externalDocs: externalDocs.optional() })).default([]),
  externalDocs: externalDocs.optional(),
  /** Where the document is served; ends in `.json`. */
  path: path.regex(/\.json$/, 'must end in ".json"').default('/openapi.json'),
  /** Where Swagger UI is served; `false` switches it off. */
  docs: path.or(z.literal(false)).default('/docs'),
  /** Which routes are documented, besides `documented: false`. Default: all. */
  filter: z.custom<(route: Route) => boolean>((value) => typeof value === 'function', 'must be a function').optional(),
  /** Guards of the document and of Swagger UI. Default: everybody may read them. */
  guards: z.array(z.custom<Guard>((value) => typeof value === 'object' && value !== null && 'check' in value, 'must be a guard')).default([]),
  /** The file that `oxidite openapi --lock` writes, relative to the application's directory. */
  lock: z.string().min(1).default('openapi.lock.json'),
});

/** The options with their defaults. */
export type OpenApiOptions = z.output<typeof OpenApiOptions>;
