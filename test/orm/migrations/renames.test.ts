import { type AnyModel, belongsTo, defineModel, field } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  const Owner = defineModel('owner', { name: field.string() });
  const before = defineModel('note', {
    title: field.string().unique(),
    mood: field.enum(['good', 'bad']),
    data: field.json(z.json()),
    owner: belongsTo(() => Owner),
  });
  const fields = (declares: boolean) => {
    const heading = field.string().unique();
    const feeling = field.enum(['good', 'bad']);
    const details = field.json(z.json());
    return declares
      ? {
          heading: heading.renamedFrom('title'),
          feeling: feeling.renamedFrom('mood'),
          details: details.renamedFrom('data'),
          keeper: belongsTo(() => Owner).renamedFrom('owner_id'),
        }
      : { heading, feeling, details, keeper: belongsTo(() => Owner) };
  };

  /** Applies the first migration, and fills the tables. */
  async function start(): Promise<void> {
    await using kernel = await project.boot([before, Owner]);
    await kernel.orm.migrator.create();
    await kernel.orm.migrator.migrate();
    await kernel.orm.unitOfWork((unit) => {
      const owner = unit.create(Owner, { name: 'ada' });
      unit.create(before, { title: 'one', mood: 'bad', data: { deep: [1] }, owner });
    });
  }

  const old = { id: 1, title: 'one', mood: 'bad', data: { deep: [1] }, ownerId: 1 };

  /** Makes the migration, applies it, and undoes it; the rows have to be there all the time. */
  async function expectKept(after: AnyModel, options: Parameters<Awaited<ReturnType<Project['boot']>>['orm']['migrator']['create']>[0]): Promise<void> {
    await using kernel = await project.boot([after, Owner]);
    await kernel.clock.advance({ minutes: 1 });
    const { migrator } = kernel.orm;
    const created = await migrator.create(options);
    expect(created?.notes.filter((note) => note.includes('loses'))).toEqual([]);
    await migrator.migrate();
    expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
    expect(await kernel.orm.query(after).all()).toEqual([{ id: 1, heading: 'one', feeling: 'bad', details: { deep: [1] }, keeperId: 1 }]);
    expect(await migrator.create()).toBeUndefined();
    await migrator.rollback();
    await using former = await project.boot([before, Owner]);
    expect(await former.orm.query(before).all()).toEqual([old]);
    expect(await former.orm.schema.diff()).toEqual({ up: [], down: [] });
  }

  describe('a rename', () => {
    it('that the model declares keeps rows, up and down', async () => {
      await start();
      await expectKept(defineModel('memo', fields(true), { renamedFrom: 'notes' }), {});
    });

    it('that is asked for keeps rows, up and down', async () => {
      await start();
      const renames = ['notes:memos', 'memos.title:heading', 'notes.mood:feeling', 'memos.data:details', 'memos.owner_id:keeper_id'];
      await expectKept(defineModel('memo', fields(false)), { renames });
    });

    it('that is confirmed keeps rows, up and down', async () => {
      await start();
      const questions: string[] = [];
      const confirm = (question: string): boolean => {
        questions.push(question);
        return question.includes('"heading"') ? question.includes('"title"') : !question.includes('"title"') || !question.includes('"feeling"');
      };
      await expectKept(defineModel('note', fields(false)), { confirm });
      expect(questions[0]).toMatch(/^Was the column "notes"\."\w+" renamed to "\w+"\?/);
    });

    it('of a table and a column that are searched keeps what is found, up and down', async () => {
      const Note = defineModel('note', { title: field.string(), body: field.text() }, { search: ['title'] });
      const Memo = defineModel('memo', { heading: field.string().renamedFrom('title'), body: field.text() }, { search: ['heading'], renamedFrom: 'notes' });
      await using former = await project.boot([Note]);
      await former.orm.migrator.create();
      await former.orm.migrator.migrate();
      await former.orm.unitOfWork((unit) => void unit.create(Note, { title: 'red apples', body: 'x' }));
      await using kernel = await project.boot([Memo]);
      await kernel.clock.advance({ minutes: 1 });
      await kernel.orm.migrator.create();
      await kernel.orm.migrator.migrate();
      expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
      await kernel.orm.unitOfWork((unit) => void unit.create(Memo, { heading: 'green apples', body: 'x' }));
      expect(await kernel.orm.query(Memo).search('apples').count()).toBe(2);
      await kernel.orm.migrator.rollback();
      expect(await former.orm.schema.diff()).toEqual({ up: [], down: [] });
      expect(await former.orm.query(Note).search('apples').count()).toBe(2);
    });

    it('that nobody confirms is a note in the file, and drops', async () => {
      await start();
      await using kernel = await project.boot([
        defineModel('memo', { title: field.string().unique(), mood: field.enum(['good', 'bad']), data: field.json(z.json()), owner: belongsTo(() => Owner) }),
        Owner,
      ]);
      await kernel.clock.advance({ minutes: 1 });
      const created = await kernel.orm.migrator.create();
      expect(created?.notes[0]).toBe(
        'If the table "notes" was renamed to "memos": remove this file and run "make:migration --rename notes:memos", or declare it with the option renamedFrom: \'notes\' of its model.',
      );
      expect(project.read(`migrations/${created?.name}.ts`)).toContain('// If the table "notes" was renamed to "memos"');
      expect(created?.notes.join(' ')).toContain('This loses all rows of "notes".');
    });

    it('that is declared for good does nothing when it has happened', async () => {
      await using kernel = await project.boot([defineModel('memo', fields(true), { renamedFrom: 'notes' }), Owner]);
      const created = await kernel.orm.migrator.create();
      expect(project.read(`migrations/${created?.name}.ts`)).not.toContain('rename');
    });

    it.each([
      ['notes', /does not consist of two names/],
      ['nothing:memos', /has not a table "nothing"/],
      ['notes:owners', /still have a table "notes"/],
      ['notes.title', /does not consist of a table and two names/],
      ['notes.none:heading', /has not a column of "notes" "none"/],
    ])('%s is refused', async (rename, message) => {
      await start();
      await using kernel = await project.boot([before, Owner]);
      await expect(kernel.orm.migrator.create({ renames: [rename] })).rejects.toMatchObject({
        code: 'OXI_ORM_RENAME_INVALID',
        rename,
        message: expect.stringMatching(message),
      });
    });
  });
});
