/** Comments on articles. */
import { defineRoutes, noContent } from '@oxidite/http';
import type { Orm } from '@oxidite/orm';
import * as z from 'zod';
import { identity } from '../identity.ts';
import { Comment } from '../models/comment.ts';
import type { User } from '../models/user.ts';
import { missing, notYours } from '../refusals.ts';
import { getArticle } from './articles.ts';
import { CommentResponse, CommentsResponse, Errors, NewComment, Nothing } from './schemas.ts';

export const comments = defineRoutes('/articles/:slug/comments', { tags: ['Comments'] }, (routes) => {
  routes.get(
    '/',
    { name: 'comments.list', summary: 'List the comments of an article', guards: [identity.recognized], response: { 200: CommentsResponse, 404: Errors } },
    async ({ params, user }, { orm }) => {
      const article = await getArticle(orm, params.slug);
      const found = await queryComments(orm, user)
        .where({ article: { id: article.id } })
        .orderBy({ id: 'asc' })
        .all();
      return { comments: found.map(toCommentView) };
    },
  );

  routes.post(
    '/',
    {
      name: 'comments.create',
      summary: 'Comment on an article',
      body: NewComment,
      guards: [identity.signedIn],
      response: { 200: CommentResponse, 404: Errors },
    },
    async ({ params, body, user }, { orm }) => {
      const comment = orm.create(Comment, { ...body.comment, article: await getArticle(orm, params.slug), author: user });
      await orm.flush();
      return { comment: toCommentView(await queryComments(orm, user).where({ id: comment.id }).get()) };
    },
  );

  routes.delete(
    '/:id',
    {
      name: 'comments.delete',
      summary: 'Delete a comment',
      params: z.object({ slug: z.string(), id: z.coerce.number().int() }),
      guards: [identity.signedIn],
      response: { 204: Nothing, 403: Errors, 404: Errors },
    },
    async ({ params, user }, { orm }) => {
      const article = await getArticle(orm, params.slug);
      const comment = await orm.find(Comment, params.id);
      if (comment === undefined || comment.article.id !== article.id) throw missing('comment');
      if (comment.author.id !== user.id) throw notYours('comment');
      orm.remove(comment);
      return noContent();
    },
  );
});

function queryComments(orm: Orm, viewer: User | undefined) {
  return orm.query(Comment).with('author', (author) => author.with('followers', (followers) => followers.where({ id: viewer?.id ?? 0 })));
}

function toCommentView({ author, ...comment }: Awaited<ReturnType<ReturnType<typeof queryComments>['get']>>) {
  return { ...comment, author: { ...author, following: author.followers.length > 0 } };
}
