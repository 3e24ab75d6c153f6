/** `oxidite routes`: lists the routes of the application, with their guards and where each is declared. */
import { defineCommand } from 'oxidite';
import * as z from 'zod';

/** One line of the list. */
interface ListedRoute {
  readonly method: string;
  readonly path: string;
  readonly name: string | undefined;
  readonly guards: readonly string[];
  readonly place: string;
}

/** Lists the routes in the order of their registration. */
export const routes = defineCommand(
  'routes',
  {
    summary: 'List the routes, with their guards and places',
    flags: z.object({
      method: z.string().optional().meta({ description: 'Only routes of this method' }),
      path: z.string().optional().meta({ description: 'Only routes whose path holds this text' }),
    }),
    examples: ['routes', 'routes --method post', 'routes --path /articles --json'],
  },
  ({ flags, output }, { http }): readonly ListedRoute[] => {
    const listed = http.routes
      .filter(({ method, path }) => (flags.method === undefined || method === flags.method.toUpperCase()) && path.includes(flags.path ?? ''))
      .map(({ method, path, name, guards, place }) => ({ method, path, name, guards: guards.map((guard) => guard.name), place }));
    output.table(listed.map(({ name, guards, ...rest }) => ({ ...rest, name: name ?? '', guards: guards.join(', ') })));
    return listed;
  },
);
