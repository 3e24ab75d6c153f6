/** A blog whose models refer to each other from separate files, on a new database. */
import { type Orm, orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@oxidite/plugin-sdk/testing';
import type { DatabaseOptions, TestDatabase } from './databases.ts';
import { Article } from './models/article.ts';
import { User } from './models/user.ts';

export { Article } from './models/article.ts';
export { Comment } from './models/comment.ts';
export { Profile } from './models/profile.ts';
export { Tag } from './models/tag.ts';
export { User } from './models/user.ts';

/** An application with the models of the blog. */
export type Blog = TestKernel & { readonly orm: Orm };

/** Boots an application that has only the models of the blog, and its tables; the database is gone with the application. */
export async function createBlog(database: TestDatabase | string = ':memory:', options: TestKernelOptions = {}): Promise<Blog> {
  if (typeof database === 'string') return bootBlog({ driver: 'sqlite', database }, 'models', options);
  if (database.name === 'sqlite') return bootBlog((await database.open()).options, 'models', options);
  const opened = await database.open(createTables);
  const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (kernel) => kernel.onDispose(() => opened.drop()) });
  return bootBlog(opened.options, 'off', { ...options, plugins: [owner()] });
}

async function createTables(database: DatabaseOptions): Promise<void> {
  const blog = await bootBlog(database, 'models', {});
  await blog.stop();
}

async function bootBlog(database: DatabaseOptions, autoMigrate: 'models' | 'off', options: TestKernelOptions): Promise<Blog> {
  const plugins = [...(options.plugins ?? []), orm({ ...database, models: [Article], autoMigrate })];
  const kernel = await createTestKernel({ ...options, plugins });
  return Object.assign(kernel, { orm: kernel.use('orm') });
}

/** Adds a user. */
export function addUser(orm: Orm, username: string): Promise<number> {
  return orm.unitOfWork(async (unit) => {
    const user = unit.create(User, { username, email: `${username}@example.com`, passwordHash: 'x' });
    await unit.flush();
    return user.id;
  });
}
