/** The shapes that go in and out. What a response schema does not name never leaves. */
import * as z from 'zod';

const BLANK = "can't be blank";

/** Text that says something. */
const text = z.string({ error: BLANK }).trim().min(1, BLANK);
/** Text that may be taken back: an empty one is none. */
const optionalText = z
  .string()
  .trim()
  .nullable()
  .transform((value) => (value === '' ? null : value));
/** An address is one in any case: `Ada@…` and `ada@…` are one person. */
const address = text.toLowerCase();
const email = address.pipe(z.email('is invalid').max(254));
const username = text.max(64, 'is too long (maximum is 64 characters)');
const password = z.string({ error: BLANK }).min(1, BLANK).max(1_024, 'is too long (maximum is 1024 characters)');
const timestamp = z.date();

export const Credentials = z.object({ user: z.object({ email: address, password }) });
export const Registration = z.object({ user: z.object({ username, email, password }) });
export const UserChanges = z.object({ user: z.object({ username, email, password, bio: optionalText, image: optionalText }).partial() });

export const NewArticle = z.object({
  article: z.object({ title: text.max(250), description: text.max(1_000), body: text, tagList: z.array(text.max(64)).max(32).default([]) }),
});
export const ArticleChanges = z.object({
  article: z.object({ title: text.max(250), description: text.max(1_000), body: text, tagList: z.array(text.max(64)).max(32) }).partial(),
});
export const NewComment = z.object({ comment: z.object({ body: text }) });

/** `?limit=20&offset=0`. */
export const Page = z.object({ limit: z.coerce.number().int().min(0).max(100).default(20), offset: z.coerce.number().int().min(0).default(0) });
export const ArticleFilter = Page.extend({ tag: z.string().optional(), author: z.string().optional(), favorited: z.string().optional() });

export const Nothing = z.undefined();

/** What is wrong: `body` lists whole sentences, and each field has its own list. */
export const Errors = z.object({ errors: z.record(z.string(), z.array(z.string())) }).meta({ id: 'Errors' });

const User = z
  .object({ email: z.string(), token: z.string(), username: z.string(), bio: z.string().nullable(), image: z.string().nullable() })
  .meta({ id: 'User' });
const Profile = z.object({ username: z.string(), bio: z.string().nullable(), image: z.string().nullable(), following: z.boolean() }).meta({ id: 'Profile' });
const ArticleSummary = z
  .object({
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    tagList: z.array(z.string()),
    createdAt: timestamp,
    updatedAt: timestamp,
    favorited: z.boolean(),
    favoritesCount: z.int(),
    author: Profile,
  })
  .meta({ id: 'ArticleSummary' });
const Article = ArticleSummary.extend({ body: z.string() }).meta({ id: 'Article' });
const Comment = z.object({ id: z.int(), createdAt: timestamp, updatedAt: timestamp, body: z.string(), author: Profile }).meta({ id: 'Comment' });

export const UserResponse = z.object({ user: User });
export const ProfileResponse = z.object({ profile: Profile });
export const ArticleResponse = z.object({ article: Article });
export const ArticlesResponse = z.object({ articles: z.array(ArticleSummary), articlesCount: z.int() });
export const CommentResponse = z.object({ comment: Comment });
export const CommentsResponse = z.object({ comments: z.array(Comment) });
export const TagsResponse = z.object({ tags: z.array(z.string()) });
