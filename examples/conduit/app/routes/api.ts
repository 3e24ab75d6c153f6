/** The whole API below `/api`, with errors in the form of the RealWorld specification. */
import { defineRoutes } from '@oxidite/http';
import { articles } from '../api/articles.ts';
import { comments } from '../api/comments.ts';
import { profiles } from '../api/profiles.ts';
import { tags } from '../api/tags.ts';
import { currentUser, users } from '../api/users.ts';
import { toConduitErrors } from '../problems.ts';

export const api = defineRoutes('/api', { problem: toConduitErrors }, (routes) => {
  for (const group of [users, currentUser, profiles, articles, comments, tags]) routes.use(group);
});
