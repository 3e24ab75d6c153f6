/** Articles: listing, reading, writing, favouring. */
import { created, defineRoutes, noContent } from '@oxidite/http';
import type { Orm } from '@oxidite/orm';
import { identity } from '../identity.ts';
import { Article } from '../models/article.ts';
import { Tag } from '../models/tag.ts';
import type { User } from '../models/user.ts';
import { missing, notYours } from '../refusals.ts';
import { toSlug } from '../slug.ts';
import { type ArticleRow, queryArticles, toArticleView } from './article-views.ts';
import { ArticleChanges, ArticleFilter, ArticleResponse, ArticlesResponse, Errors, NewArticle, Nothing, Page } from './schemas.ts';

const NEWEST_FIRST = { createdAt: 'desc', id: 'desc' } as const;

export const articles = defineRoutes('/articles', { tags: ['Articles'] }, (routes) => {
  routes.get(
    '/',
    { name: 'articles.list', summary: 'List the newest articles', query: ArticleFilter, guards: [identity.recognized], response: { 200: ArticlesResponse } },
    async ({ query, user }, { orm }) => {
      const page = await queryArticles(orm, user)
        .when(query.tag, (found, name) => found.where({ tags: { name } }))
        .when(query.author, (found, username) => found.where({ author: { username } }))
        .when(query.favorited, (found, username) => found.where({ favoritedBy: { username } }))
        .orderBy(NEWEST_FIRST)
        .paginate(query);
      return toArticlesResponse(page);
    },
  );

  routes.get(
    '/feed',
    {
      name: 'articles.feed',
      summary: 'List the newest articles of the people one follows',
      query: Page,
      guards: [identity.signedIn],
      response: { 200: ArticlesResponse },
    },
    async ({ query, user }, { orm }) => {
      const page = await queryArticles(orm, user)
        .where({ author: { followers: { id: user.id } } })
        .orderBy(NEWEST_FIRST)
        .paginate(query);
      return toArticlesResponse(page);
    },
  );

  routes.post(
    '/',
    { name: 'articles.create', summary: 'Write an article', body: NewArticle, guards: [identity.signedIn], response: { 201: ArticleResponse } },
    async ({ body, user }, { orm, random }) => {
      const { tagList, ...text } = body.article;
      const slug = toSlug(text.title, random);
      orm.create(Article, { ...text, slug, author: user, tags: await getTags(orm, tagList) });
      return created(await showArticle(orm, slug, user));
    },
  );

  routes.get(
    '/:slug',
    { name: 'articles.get', summary: 'Show an article', guards: [identity.recognized], response: { 200: ArticleResponse, 404: Errors } },
    ({ params, user }, { orm }) => showArticle(orm, params.slug, user),
  );

  routes.put(
    '/:slug',
    {
      name: 'articles.update',
      summary: 'Change an article',
      body: ArticleChanges,
      guards: [identity.signedIn],
      response: { 200: ArticleResponse, 403: Errors, 404: Errors },
    },
    async ({ params, body, user }, { orm, random }) => {
      const article = await getOwnArticle(orm, params.slug, user);
      const { tagList, ...text } = body.article;
      const renamed = text.title === undefined || text.title === article.title ? {} : { slug: toSlug(text.title, random) };
      article.assign({ ...text, ...renamed });
      if (tagList !== undefined) await orm.sync(article, 'tags', await getTags(orm, tagList));
      return showArticle(orm, article.slug, user);
    },
  );

  routes.delete(
    '/:slug',
    { name: 'articles.delete', summary: 'Delete an article', guards: [identity.signedIn], response: { 204: Nothing, 403: Errors, 404: Errors } },
    async ({ params, user }, { orm }) => {
      orm.remove(await getOwnArticle(orm, params.slug, user));
      return noContent();
    },
  );

  routes.post(
    '/:slug/favorite',
    { name: 'articles.favorite', summary: 'Favour an article', guards: [identity.signedIn], response: { 200: ArticleResponse, 404: Errors } },
    async ({ params, user }, { orm }) => {
      orm.attach(await getArticle(orm, params.slug), 'favoritedBy', user);
      return showArticle(orm, params.slug, user);
    },
  );

  routes.delete(
    '/:slug/favorite',
    { name: 'articles.unfavorite', summary: 'Favour an article no more', guards: [identity.signedIn], response: { 200: ArticleResponse, 404: Errors } },
    async ({ params, user }, { orm }) => {
      orm.detach(await getArticle(orm, params.slug), 'favoritedBy', user);
      return showArticle(orm, params.slug, user);
    },
  );
});

/** Returns the managed article. */
export async function getArticle(orm: Orm, slug: string): Promise<Article> {
  const article = await orm.find(Article, { slug });
  if (article === undefined) throw missing('article');
  return article;
}

async function getOwnArticle(orm: Orm, slug: string, user: User): Promise<Article> {
  const article = await getArticle(orm, slug);
  if (article.author.id !== user.id) throw notYours('article');
  return article;
}

/** Writes what is pending and reads the article as it now is. */
async function showArticle(orm: Orm, slug: string, viewer: User | undefined) {
  await orm.flush();
  const row = await queryArticles(orm, viewer).where({ slug }).first();
  if (row === undefined) throw missing('article');
  return { article: toArticleView(row) };
}

function toArticlesResponse({ items, total }: { readonly items: readonly ArticleRow[]; readonly total: number }) {
  return { articles: items.map(toArticleView), articlesCount: total };
}

/** Returns the tags of these names. Those that are new are made at once: somebody else may be about to make them, too. */
async function getTags(orm: Orm, names: readonly string[]): Promise<Tag[]> {
  const rows = [...new Set(names)].map((name) => ({ name }));
  if (rows.length > 0) await orm.upsert(Tag, rows, { by: ['name'], update: [] });
  return orm.list(Tag, { name: { in: names } });
}
