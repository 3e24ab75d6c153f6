/** The tags that articles have. */
import { defineRoutes } from '@oxidite/http';
import { Tag } from '../models/tag.ts';
import { TagsResponse } from './schemas.ts';

export const tags = defineRoutes('/tags', { tags: ['Tags'] }, (routes) => {
  routes.get('/', { name: 'tags.list', summary: 'List the tags', response: { 200: TagsResponse } }, async (_request, { orm }) => {
    const found = await orm.query(Tag).orderBy({ name: 'asc' }).all();
    return { tags: found.map(({ name }) => name) };
  });
});
