/** `oxidite routes`: lists the routes of the application, shows the way through each, and writes their names as types. */
import type { Services } from '@oxidite/plugin-sdk';
import { type CommandInput, defineCommand } from 'oxidite';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import type { ChainEntry } from '../compile/layers.ts';
import type { Deprecation } from '../routes/deprecation.ts';
import type { Route } from '../routes/route.ts';
import { writeRouteNames } from '../url/write-route-names.ts';

const flags = z.object({
  method: z.string().optional().meta({ description: 'Only routes of this method' }),
  path: z.string().optional().meta({ description: 'Only routes whose path holds this text' }),
  version: z.string().optional().meta({ description: 'Only routes of this version of the API' }),
  verbose: z.boolean().default(false).meta({ alias: 'v', description: 'Show the way of a request through each route' }),
  types: z.string().optional().meta({ description: 'Write the names of all routes as types for http.url() to this file' }),
});

/** One line of the list. */
interface ListedRoute {
  readonly method: string;
  readonly path: string;
  readonly name: string | undefined;
  readonly host: string | undefined;
  readonly version: string | undefined;
  readonly guards: readonly string[];
  readonly place: string;
}

/** A route with everything that is known of it. */
interface DescribedRoute extends ListedRoute {
  readonly deprecation: Deprecation | undefined;
  readonly bodyLimitBytes: number | undefined;
  readonly inputs: readonly string[];
  readonly chain: readonly ChainEntry[];
}

/** Lists the routes in the order of their registration. */
export const routes = defineCommand(
  'routes',
  {
    summary: 'List the routes, with their guards and places',
    flags,
    examples: ['routes', 'routes --method post', 'routes --path /articles --json', 'routes --verbose', 'routes --types app/route-names.d.ts'],
  },
  ({ flags: { method, path, version, verbose, types }, output }: CommandInput<unknown, z.output<typeof flags>>, { http }: Services): unknown => {
    if (types !== undefined) return writeTypes(types, http.routes, output);
    const found = http.routes.filter(
      (route) =>
        (method === undefined || route.method === method.toUpperCase()) &&
        route.path.includes(path ?? '') &&
        (version === undefined || route.version === version),
    );
    if (!verbose) return printTable(found.map(list), output);
    const described = found.map((route) => describe(route, http));
    for (const route of described) for (const line of toLines(route)) output.line(line);
    return described;
  },
);

type Output = CommandInput['output'];

function list({ method, path, name, host, version, guards, place }: Route): ListedRoute {
  return { method, path, name, host, version, guards: guards.map((guard) => guard.name), place };
}

/** Columns that no route fills are left out. */
function printTable(listed: readonly ListedRoute[], output: Output): readonly ListedRoute[] {
  const hasHosts = listed.some(({ host }) => host !== undefined);
  const hasVersions = listed.some(({ version }) => version !== undefined);
  output.table(
    listed.map(({ method, path, name, host, version, guards, place }) => ({
      method,
      path,
      ...(hasHosts ? { host: host ?? '' } : {}),
      ...(hasVersions ? { version: version ?? '' } : {}),
      name: name ?? '',
      guards: guards.join(', '),
      place,
    })),
  );
  return listed;
}

function describe(route: Route, http: Services['http']): DescribedRoute {
  const { declaration } = route;
  const inputs = (['params', 'query', 'headers', 'cookies', 'body'] as const).filter((source) => declaration[source] !== undefined);
  return {
    ...list(route),
    deprecation: route.deprecation,
    bodyLimitBytes: declaration.body === undefined ? undefined : (declaration.bodyLimitBytes ?? http.limits.bodyBytes),
    inputs,
    chain: http.chainOf(route),
  };
}

function toLines({ method, path, name, host, version, deprecation, bodyLimitBytes, inputs, chain, place }: DescribedRoute): readonly string[] {
  const facts = [
    ['name', name],
    ['host', host],
    ['version', version],
    ['deprecated', deprecation === undefined ? undefined : describeDeprecation(deprecation)],
    ['inputs', inputs.length === 0 ? undefined : inputs.join(', ')],
    ['body', bodyLimitBytes === undefined ? undefined : `at most ${bodyLimitBytes} bytes`],
    ['chain', chain.map((entry) => `${entry.phase}:${entry.name}`).join(' > ')],
    ['place', place],
  ] as const;
  return [`${method} ${path}`, ...facts.flatMap(([label, fact]) => (fact === undefined ? [] : [`  ${label.padEnd(10)} ${fact}`]))];
}

function describeDeprecation({ since, sunset }: Deprecation): string {
  const toDay = (date: Date | string): string => new Date(date).toISOString().slice(0, 10);
  return `since ${toDay(since)}${sunset === undefined ? '' : `, until ${toDay(sunset)}`}`;
}

function writeTypes(target: string, all: readonly Route[], output: Output): { readonly types: string } {
  const file = resolve(target);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, writeRouteNames(all));
  output.line(`Wrote ${target}.`);
  return { types: file };
}
