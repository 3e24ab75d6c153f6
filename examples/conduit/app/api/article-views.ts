/** Articles as one viewer sees them: with what they favour and whom they follow. */
import type { Orm, RowOf } from '@oxidite/orm';
import { Article } from '../models/article.ts';
import type { User } from '../models/user.ts';

/** Queries articles with everything that a view of them shows. */
export function queryArticles(orm: Orm, viewer: User | undefined) {
  const isViewer = { id: viewer?.id ?? 0 };
  return orm
    .query(Article)
    .with('tags', (tags) => tags.orderBy({ name: 'asc' }))
    .with('author', (author) => author.with('followers', (followers) => followers.where(isViewer)))
    .with('favoritedBy', (fans) => fans.where(isViewer))
    .withCount('favoritedBy');
}

/** An article as {@link queryArticles} returns it. */
export type ArticleRow = RowOf<ReturnType<typeof queryArticles>>;

/** Makes the view of an article. */
export function toArticleView({ tags, author, favoritedBy, favoritedByCount, ...article }: ArticleRow) {
  return {
    ...article,
    tagList: tags.map(({ name }) => name),
    favorited: favoritedBy.length > 0,
    favoritesCount: favoritedByCount,
    author: { ...author, following: author.followers.length > 0 },
  };
}
