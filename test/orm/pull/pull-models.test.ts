import { type AnyModel, belongsTo, defineModel, field } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Article } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

const Category = defineModel('category', { code: field.string({ maxLength: 10 }).primary(), label: field.string({ maxLength: 30 }).index() });
const Line = defineModel('line', { category: belongsTo(() => Category), position: field.integer(), text: field.text() }, { key: ['category', 'position'] });
const Everything = defineModel(
  'everything',
  {
    name: field.string().unique(),
    text: field.text().nullable(),
    count: field.integer().nullable(),
    price: field.decimal({ precision: 15, scale: 4 }),
    day: field.date(),
    at: field.datetime().nullable(),
    flag: field.boolean(),
    mood: field.enum(['good', "it's bad"]).nullable(),
    token: field.uuid(),
    data: field.json(z.json()),
    odd: field.string().column('odd_column_name'),
    category: belongsTo(() => Category)
      .nullable()
      .onDelete('cascade'),
    old: belongsTo(() => Category).column('previous'),
  },
  { id: 'uuid', table: 'all_things', softDeletes: true, indexes: [['flag', 'day']], uniques: [['count', 'category']], search: ['name', 'text'] },
);

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  async function pull(models: readonly AnyModel[]): Promise<readonly string[]> {
    await using kernel = await project.boot(models, { autoMigrate: 'models' });
    return (await kernel.orm.schema.pull()).notes;
  }

  describe('SchemaTools.pull', () => {
    it('writes models that make the same tables', async () => {
      expect(await pull([Article, Everything, Line])).toEqual([]);
      await using kernel = await project.boot([]);
      expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
      expect(project.read('app/models/line.ts')).toContain("{ key: ['category', 'position'] }");
      expect(project.list('app/models')).toEqual(['all-thing.ts', 'article.ts', 'category.ts', 'comment.ts', 'line.ts', 'profile.ts', 'tag.ts', 'user.ts']);
    });

    it('names relations from both sides, and says only what is not the default', async () => {
      await pull([Article]);
      expect(project.read('app/models/article.ts')).toBe(`import { belongsTo, defineModel, field, hasMany, type InferModel, manyToMany } from '@oxidite/orm';
import { Comment } from './comment.ts';
import { Tag } from './tag.ts';
import { User } from './user.ts';

export const Article = defineModel(
  'article',
  {
${
  database.name === 'sqlite'
    ? `    title: field.text(),
    slug: field.text().unique(),`
    : `    title: field.string({ maxLength: 200 }),
    slug: field.string().unique(),`
}
    body: field.text(),
    status: field.enum(['draft', 'published']),
    views: field.integer().index(),
    author: belongsTo(() => User),
    editor: belongsTo(() => User).nullable(),
    comments: hasMany(() => Comment, 'article'),
    favoritedBy: manyToMany(() => User),
    tags: manyToMany(() => Tag),
  },
  { timestamps: true, softDeletes: true, indexes: [['author', 'status']] },
);
export type Article = InferModel<typeof Article>;
`);
      const user = project.read('app/models/user.ts');
      expect(user).toContain("profile: hasOne(() => Profile, 'user'),");
      expect(user).toContain("articles: manyToMany(() => Article, 'favoritedBy'),");
      expect(user).toContain("authorArticles: hasMany(() => Article, 'author'),");
      expect(user).toContain("{ table: 'follows', sourceColumn: 'follower_id', targetColumn: 'followed_id' }");
      expect(project.read('app/models/comment.ts')).toContain("{ id: 'uuid', timestamps: true, softDeletes: true },");
    });

    it('writes nothing over a file, and then nothing at all, unless it is told to', async () => {
      await using kernel = await project.boot([Article], { autoMigrate: 'models' });
      const file = project.write('app/models/tag.ts', '// mine');
      await expect(kernel.orm.schema.pull()).rejects.toMatchObject({ code: 'OXI_ORM_FILES_EXIST', files: [file] });
      expect(project.list('app/models')).toEqual(['tag.ts']);
      expect((await kernel.orm.schema.pull({ tables: ['users'] })).files).toHaveLength(1);
      await expect(kernel.orm.schema.pull({ tables: ['user'] })).rejects.toMatchObject({ code: 'OXI_ORM_TABLE_UNKNOWN' });
      expect((await kernel.orm.schema.pull({ force: true })).files).toContain(file);
      expect(project.read('app/models/tag.ts')).toContain('defineModel(');
    });

    it('names what no model can say, at its place and in its notes', async () => {
      await using kernel = await project.boot([]);
      const { kysely, schema } = kernel.orm;
      const { sql } = await import('kysely');
      await sql`create table odd (id integer primary key, "when" time, big double precision, ratio integer default 3, constraint c check (ratio > 1))`.execute(
        kysely,
      );
      const moment = { sqlite: 'datetime', postgresql: 'timestamptz', mysql: 'datetime(3)', mariadb: 'datetime(3)' }[database.name];
      await sql`create table stamped (id integer primary key, created_at ${sql.raw(moment)} not null default current_timestamp${sql.raw(moment.endsWith('(3)') ? '(3)' : '')}, updated_at ${sql.raw(moment)} not null)`.execute(
        kysely,
      );
      await sql`create table plain (word varchar(20))`.execute(kysely);
      const { notes } = await schema.pull();
      const text = project.read('app/models/odd.ts');
      for (const note of notes.filter((line) => line.startsWith('odd: '))) expect(text).toContain(`// ${note.slice('odd: '.length)}`);
      expect(notes).toEqual(
        expect.arrayContaining([
          expect.stringContaining('odd: The column "when" is a time'),
          expect.stringContaining('odd: The column "big" is a double'),
          expect.stringContaining('odd: The column "ratio" has the default 3'),
          expect.stringMatching(/odd: No model can say the constraint check/i),
          expect.stringMatching(/stamped: The column "created_at" has the default/),
          'plain: It has no primary key, and every model has one.',
        ]),
      );
      expect(text).toContain('ratio: field.integer().nullable().default(3),');
      expect(text).toContain("{ table: 'odd' }");
      expect(project.read('app/models/stamped.ts')).toContain('timestamps: true },');
    });
  });
});
