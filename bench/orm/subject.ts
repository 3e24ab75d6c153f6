/** What is measured: the same work, done by each library in its own way on the same tables. */

/** The databases that are measured. */
export const DATABASES = ['sqlite', 'postgresql'] as const;

/** The name of a database. */
export type DatabaseName = (typeof DATABASES)[number];

/** The pieces of work; `bulk` is timed as a whole, all others by how many of them are done in a second. */
export const CASES = ['find', 'list', 'insert', 'update', 'load+update', 'create', 'transaction', 'unit', 'bulk'] as const;

/** The name of a piece of work. */
export type CaseName = (typeof CASES)[number];

/** What each piece of work is, for the table's legend. */
export const CASE_TITLES: Readonly<Record<CaseName, string>> = {
  find: 'one row by its key',
  list: '20 rows in the order of their keys, each with its author',
  insert: 'one row, its key is returned',
  update: 'two columns of a row by its key',
  'load+update': 'a managed entity is loaded, changed and saved',
  create: 'a managed entity is made and saved',
  transaction: 'one transaction: read a row, change it, insert another',
  unit: 'a unit of work in which nothing is done, as each request has one',
  bulk: '10,000 rows in one call, milliseconds',
};

/** How many authors and posts there are before anything is measured. */
export const AUTHORS = 1_000;
/** See {@link AUTHORS}. */
export const POSTS = 10_000;
/** How many rows are inserted at once. */
export const BULK_ROWS = 10_000;

/** Where the tables are. */
export interface Target {
  readonly database: DatabaseName;
  /** The file of SQLite. */
  readonly file: string;
  /** The URL of PostgreSQL. */
  readonly url: string;
  /** How many pieces of work are done at once: the size of pools. */
  readonly concurrency: number;
}

/** A row to insert. */
export interface NewPost {
  readonly authorId: number;
  readonly title: string;
  readonly slug: string;
  readonly body: string;
  readonly views: number;
  readonly createdAt: Date;
}

/** One piece of work; `number` differs from call to call. `find` returns the row, `list` the rows. */
export type Work = (number: number) => Promise<unknown>;

/** A library at work. What it has no way of its own for is missing. */
export interface Subject {
  readonly cases: Readonly<Partial<Record<CaseName, Work>>>;
  close(): Promise<void>;
}

/** Opens a library on the tables. */
export type OpenSubject = (target: Target) => Promise<Subject>;

/** The key of the post that the n-th call is about. */
export function toPostId(number: number): number {
  return ((number * 7_919) % POSTS) + 1;
}

/** The post before the first one of the n-th list. */
export function toListStart(number: number): number {
  return (number * 7_919) % (POSTS - 20);
}

/** The n-th row to insert; slugs are unique. */
export function toNewPost(number: number, kind = 'new'): NewPost {
  const slug = `${kind}-${process.pid}-${number}`;
  return {
    authorId: (number % AUTHORS) + 1,
    title: `Post ${number}`,
    slug,
    body: 'lorem ipsum '.repeat(8),
    views: number,
    createdAt: new Date(1_700_000_000_000 + number),
  };
}

/** The rows of one bulk insert. */
export function toNewPosts(number: number): NewPost[] {
  return Array.from({ length: BULK_ROWS }, (_, index) => toNewPost(number * BULK_ROWS + index, 'bulk'));
}
