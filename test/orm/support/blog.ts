/** A blog whose models refer to each other from separate files, on a new database. */
import { type Orm, orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel, type TestKernelOptions } from '@oxidite/plugin-sdk/testing';
import { Article } from './models/article.ts';
import { User } from './models/user.ts';

export { Article } from './models/article.ts';
export { Comment } from './models/comment.ts';
export { Profile } from './models/profile.ts';
export { Tag } from './models/tag.ts';
export { User } from './models/user.ts';

/** Boots an application that has only the models of the blog, and its tables. */
export async function createBlog(database = ':memory:', options: TestKernelOptions = {}): Promise<TestKernel & { readonly orm: Orm }> {
  const kernel = await createTestKernel({ ...options, plugins: [orm({ driver: 'sqlite', database, models: [Article], autoMigrate: 'models' })] });
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
