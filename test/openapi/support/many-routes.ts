/** An API of many operations, each with parameters, a body and a response of its own. */
import { defineRoutes, type RouteGroup } from '@oxidite/http';
import * as z from 'zod';

/** Operations of one resource. */
const PER_RESOURCE = 5;

/** Declares `count` routes, five for each resource. */
export function declareManyRoutes(count: number): readonly RouteGroup[] {
  return Array.from({ length: count / PER_RESOURCE }, (_, index) => declareResource(`thing${index}`, index));
}

function declareResource(name: string, index: number): RouteGroup {
  const Thing = z
    .object({
      id: z.int(),
      name: z.string(),
      kind: z.enum(['small', 'large']),
      tags: z.array(z.string()),
      price: z.object({ amount: z.number(), currency: z.string() }).nullable(),
      [`only${index}`]: z.boolean().optional(),
    })
    .meta({ id: `Thing${index}` });
  const New = z.object({ name: z.string().max(100), kind: z.enum(['small', 'large']), tags: z.array(z.string()).default([]) });
  const params = z.object({ id: z.coerce.number() });
  const show = (id: number): { id: number; name: string; kind: 'small'; tags: string[]; price: null } => ({ id, name, kind: 'small', tags: [], price: null });
  return defineRoutes(`/${name}`, { tags: [name] }, (routes) => {
    routes.get(
      '/',
      {
        name: `${name}.list`,
        query: z.object({ page: z.coerce.number().default(1), kind: z.enum(['small', 'large']).optional() }),
        response: { 200: z.array(Thing) },
      },
      ({ query }) => [show(query.page)],
    );
    routes.get('/:id', { name: `${name}.show`, params, response: { 200: Thing } }, ({ params }) => show(params.id));
    routes.post('/', { name: `${name}.create`, body: New, response: { 201: Thing } }, ({ body }) => ({ ...show(1), name: body.name }));
    routes.patch('/:id', { name: `${name}.update`, params, body: New.partial(), response: { 200: Thing } }, ({ params, body }) => ({
      ...show(params.id),
      ...(body.name === undefined ? {} : { name: body.name }),
    }));
    routes.delete('/:id', { name: `${name}.delete`, params, response: { 204: z.undefined() } }, () => undefined);
  });
}
