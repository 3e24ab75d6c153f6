import { join } from 'node:path';
import type { Command, CommandRegistry, DoctorCheck, DoctorChecks } from 'oxidite';
import { sql } from 'kysely';
import { SyncHook } from 'tapable';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { type AnyModel, orm } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tag } from '../support/blog.ts';
import { createProject, type Project } from '../support/project.ts';

let project: Project;
let kernel: TestKernel;
let commands: Map<string, Command>;
let checks: DoctorCheck[];

beforeEach(async () => {
  project = await createProject();
  const commandHook = new SyncHook<[CommandRegistry]>(['commands']);
  const doctorHook = new SyncHook<[DoctorChecks]>(['checks']);
  const host = definePlugin({
    name: 'oxidite',
    version: '0.1.0',
    setup(scope) {
      scope.declareHook('cli:commands', commandHook);
      scope.declareHook('cli:doctor', doctorHook);
    },
  });
  kernel = await createTestKernel({ root: project.root, plugins: [host(), orm({ driver: 'sqlite', database: 'app.db', models: [Tag] })] });
  const loaders: (() => Promise<Readonly<Record<string, unknown>>>)[] = [];
  commandHook.call({ add: (...added) => void loaders.push(...added.filter((item) => typeof item === 'function')) });
  const loaded = (await Promise.all(loaders.map((load) => load()))).flatMap((module) => Object.values(module) as Command[]);
  commands = new Map(loaded.map((command) => [command.name, command]));
  checks = [];
  doctorHook.call({ add: (...added) => void checks.push(...added) });
});

afterEach(async () => {
  await kernel.stop();
  await project[Symbol.asyncDispose]();
});

/** Runs a command as the command line does, and returns its result and what it printed. */
async function run(
  name: string,
  { args = {}, flags = {} }: { readonly args?: object; readonly flags?: object } = {},
): Promise<{ result: unknown; lines: string[]; exitCode: number }> {
  const lines: string[] = [];
  let exitCode = 0;
  const command = commands.get(name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const validated = async (schema: Command['declaration']['args'], value: object): Promise<unknown> => {
    const outcome = await schema?.['~standard'].validate(value);
    if (outcome?.issues !== undefined) throw new Error(outcome.issues[0]?.message);
    return outcome?.value ?? {};
  };
  const output = {
    json: false,
    line: (text = '') => void lines.push(text),
    table: (rows: readonly object[]) => void lines.push(...rows.map((row) => Object.values(row).join(' '))),
    warn: (text: string) => void lines.push(`! ${text}`),
  };
  const input = {
    args: await validated(command.declaration.args, args),
    flags: await validated(command.declaration.flags, flags),
    output,
    signal: new AbortController().signal,
    exitWith: (code: number) => void (exitCode = code),
  };
  const result = await kernel.scopes.run((services) => command.run(input as never, services));
  return { result, lines, exitCode };
}

const diagnose = async (): Promise<string[]> => {
  const results = await Promise.all(checks.map(async (check) => ({ name: check.name, ...(await check.run(kernel.services)) })));
  return results.map(({ name, status }) => `${name} ${status}`);
};

describe('the commands', () => {
  it('write the factory of a model, which makes its entities', async () => {
    project.write(
      'app/models/book.ts',
      `import { defineModel, field } from '@oxidite/orm';
export const Book = defineModel('book', {
  title: field.string(), isbn: field.string().unique(), pages: field.integer({ min: 1, max: 9 }), text: field.text(), mail: field.string({ format: 'email' }),
  kind: field.enum(['a', 'b']), read: field.boolean(), at: field.datetime(), price: field.decimal(), code: field.string({ pattern: /^x$/ }), note: field.text().nullable(),
});
`,
    );
    const { lines } = await run('make:factory', { args: { name: 'Book' } });
    expect(lines[0]).toMatch(/^wrote .*factories.book\.ts$/);
    expect(project.read('factories/book.ts')).toBe(`import { defineFactory } from '@oxidite/orm';
import { Book } from '../app/models/book.ts';

export const booksFactory = defineFactory(Book, ({ chance, integer, past, pick, sentence, sequence, words }) => ({
  title: words(3),
  isbn: \`isbn-\${sequence}\`,
  pages: integer(1, 9),
  text: sentence(),
  mail: \`mail-\${sequence}@example.com\`,
  kind: pick(['a', 'b']),
  read: chance(),
  at: past(),
}));
`);
    await expect(run('make:factory', { args: { name: 'book' } })).rejects.toMatchObject({ code: 'OXI_ORM_FILES_EXIST' });
    await expect(run('make:factory', { args: { name: 'author' } })).rejects.toMatchObject({ code: 'OXI_ORM_MODEL_UNKNOWN' });
    const { Book } = (await import(join(project.root, 'app/models/book.ts'))) as { readonly Book: AnyModel };
    await using application = await project.boot([Book], { autoMigrate: 'models', database: 'books.db' });
    const made = await application.orm.unitOfWork((unit) => unit.factory(Book).create());
    expect(made).toMatchObject({ isbn: 'isbn-1', mail: 'mail-1@example.com', code: 'x', note: null });
  });

  it('encrypt anew what an older key has encrypted', async () => {
    await run('make:migration');
    await run('migrate');
    expect((await run('orm:reencrypt')).lines).toEqual(['Encrypted 0 rows anew.']);
  });

  it('make, apply, show and undo migrations', async () => {
    expect((await run('migrate:status')).lines[0]).toContain('There are no migrations');
    const made = await run('make:migration', { args: { name: 'tags' } });
    expect(made.lines[0]).toMatch(/^wrote .*20260101000000_tags\.ts$/);
    expect((await run('make:migration')).lines).toEqual(['The migrations agree with the models; nothing was written.']);
    expect((await run('migrate')).lines).toEqual(['applied 20260101000000_tags', 'Applied 1 migration.']);
    expect(await run('migrate')).toMatchObject({ result: { applied: [] }, lines: ['Nothing to apply.'] });
    expect((await run('migrate:status')).lines).toEqual(['20260101000000_tags applied 1 2026-01-01T00:00:00.000Z 0 ']);
    expect((await run('rollback', { flags: { step: 1 } })).result).toEqual({ undone: ['20260101000000_tags'] });
    expect((await run('rollback', { flags: { batch: 1 } })).lines).toEqual(['Nothing to undo.']);
    await expect(run('rollback', { flags: { batch: 1, step: 5 } })).rejects.toThrow('Give only one of');
    await expect(run('rollback', { flags: { step: 0 } })).rejects.toThrow();
  });

  it('write a blank migration, and warn of what is lost', async () => {
    project.migration('1_old', 'create table old (a text)', 'drop table old');
    const { lines } = await run('make:migration');
    expect(lines.some((line) => line.startsWith('! This loses all rows of "old"'))).toBe(true);
    expect((await run('make:migration', { args: { name: 'x' }, flags: { blank: true } })).result).toMatchObject({ created: { notes: [] } });
  });

  it('show what would be done, and change nothing', async () => {
    project.migration('1_one', 'create table one (a text)', 'drop table one');
    expect((await run('migrate', { flags: { dryRun: true } })).lines).toEqual([
      '-- 1_one',
      'create table one (a text);',
      '-- They were run in a transaction that was rolled back: nothing was changed.',
    ]);
    expect((await run('migrate')).result).toEqual({ applied: ['1_one'] });
    expect((await run('rollback', { flags: { dryRun: true } })).lines[1]).toBe('drop table one;');
    expect((await run('migrate', { flags: { dryRun: true } })).lines).toEqual(['There is nothing to do.']);
  });

  it('check what would be done, and fail when it does harm that is not allowed', async () => {
    expect((await run('migrate', { flags: { check: true } })).lines).toEqual(['There is nothing to check: no migration is pending.']);
    project.migration('1_one', 'create table one (a text)', 'drop table one');
    expect(await run('migrate', { flags: { check: true } })).toMatchObject({ lines: ['1 pending migration: 0 errors, 0 warnings, 0 allowed.'], exitCode: 0 });
    await run('migrate');
    const write = (allowance: string): string =>
      project.write(
        'migrations/2_two.ts',
        `import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({\n  async up(schema) {\n    ${allowance}\n    await schema.sql('delete from one');\n  },\n  down() {},\n});\n`,
      );
    const file = write('');
    const harmful = await run('migrate', { flags: { check: true } });
    expect(harmful).toMatchObject({
      exitCode: 1,
      result: { check: { migrations: ['2_two'], findings: [{ rule: 'delete-all', severity: 'error', line: 5 }] } },
    });
    expect(harmful.lines).toEqual([
      `${file}:5  error  delete-all`,
      '    delete from one',
      '  The rows of "one" (about 0 rows): all rows are lost.',
      expect.stringMatching(/^  Instead: Say which rows/),
      '',
      '1 pending migration: 1 error, 0 warnings, 0 allowed.',
    ]);
    write('// oxidite-allow delete-all: it is filled anew at boot');
    expect(await run('migrate', { flags: { check: true } })).toMatchObject({
      exitCode: 0,
      lines: [`${file}:5  allowed  delete-all: it is filled anew at boot`, '1 pending migration: 0 errors, 0 warnings, 1 allowed.'],
    });
    await expect(run('migrate', { flags: { check: true, dryRun: true } })).rejects.toThrow('Give only one of');
    expect(await project.tables(kernel.use('orm'))).toEqual(['one', 'oxidite_migrations']);
  });

  it('start afresh', async () => {
    project.migration('1_one', 'create table one (a text)');
    expect((await run('migrate:fresh')).lines).toEqual(['There were no tables.', 'applied 1_one']);
    project.write('seeders/a.ts', "import { defineSeeder } from '@oxidite/orm';\nexport const a = defineSeeder('a', () => undefined);");
    expect((await run('migrate:fresh', { flags: { seed: true } })).lines).toEqual(['dropped oxidite_migrations, one', 'applied 1_one', 'seeded a']);
  });

  it('squash, and resolve', async () => {
    project.migration('1_one', 'create table one (a text)');
    expect((await run('migrate:squash')).lines).toEqual(['There are fewer than two migrations to squash; nothing was written.']);
    project.migration('2_two', 'create table two (a text)');
    expect((await run('migrate:resolve', { args: { name: '1_one' }, flags: { applied: true } })).lines).toEqual(['1_one counts as applied.']);
    await expect(run('migrate:resolve', { args: { name: '1_one' } })).rejects.toThrow('Give one of --applied and --not-applied');
    const { lines } = await run('migrate:squash', { args: { name: 'Initial' } });
    expect(lines.slice(1, 3)).toEqual(['removed 1_one', 'removed 2_two']);
    expect(project.list('migrations')).toEqual(['2_initial.ts']);
  });

  it('show the tables, and where they have drifted', async () => {
    expect((await run('db:show')).lines).toEqual(['There are no tables.']);
    await run('make:migration', { args: { name: 'tags' } });
    await run('migrate');
    const clean = await run('db:diff');
    expect(clean).toMatchObject({ exitCode: 0, lines: ['The tables agree with what the applied migrations make.', 'The tables agree with the models.'] });
    await kernel.use('orm').kysely.schema.alterTable('tags').addColumn('extra', 'text').execute();
    const { lines, exitCode } = await run('db:diff');
    expect(exitCode).toBe(1);
    expect(lines).toContain('  column tags.extra\n    found    text null\n    expected nothing');
    expect((await run('db:show')).lines).toContainEqual(expect.stringMatching(/^tags 3 1 0 \d+$/));
    expect((await run('db:show', { args: { table: 'tags' } })).lines).toContain('extra text true  ');
    expect((await run('db:show', { args: { table: 'none' } })).lines[0]).toContain('There is no table "none"');
  });

  it('write models from the tables, a model, and a seeder, and never over a file', async () => {
    expect((await run('db:pull')).lines).toEqual(['There are no tables.']);
    await kernel
      .use('orm')
      .kysely.schema.createTable('old_things')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('shape', sql`polygon`)
      .execute();
    expect(await run('db:pull', { flags: { tables: 'old_things' } })).toMatchObject({
      lines: [`wrote ${project.root}/app/models/old-thing.ts`, '! old_things: The column "shape" is a polygon, which no field holds; it is left out.'],
    });
    await expect(run('db:pull')).rejects.toMatchObject({ code: 'OXI_ORM_FILES_EXIST' });
    expect((await run('db:pull', { flags: { force: true } })).lines).toHaveLength(2);
    const made = await run('make:model', { args: { name: 'book', fields: ['title:string:unique', 'thing:belongsTo:old-thing'] } });
    expect(made).toMatchObject({
      result: { file: `${project.root}/app/models/book.ts` },
      lines: [`wrote ${project.root}/app/models/book.ts`, '"oxidite make:migration" makes its table.'],
    });
    await expect(run('make:model', { args: { name: 'Book' } })).rejects.toMatchObject({ code: 'OXI_ORM_FILES_EXIST' });
    await expect(run('make:model', { args: { name: '../book' } })).rejects.toMatchObject({ code: 'OXI_ORM_SOURCE_NAME' });
    await using application = await project.boot([]);
    await application.orm.schema.diff(); // the models that were written can be loaded
    expect((await run('make:seeder', { args: { name: 'DemoBooks' } })).lines[1]).toBe('Fill it, and run it with "oxidite seed demo-books".');
    expect((await run('seed', { args: { name: 'demo-books' } })).lines).toEqual(['seeded demo-books']);
    await expect(run('make:seeder', { args: { name: 'demo-books' } })).rejects.toMatchObject({ code: 'OXI_ORM_FILES_EXIST' });
    await expect(run('make:seeder', { args: { name: 'a/b' } })).rejects.toMatchObject({ code: 'OXI_ORM_SOURCE_NAME' });
  });

  it('seed', async () => {
    expect((await run('seed')).lines[0]).toContain('There are no seeders');
    project.write('seeders/a.ts', "import { defineSeeder } from '@oxidite/orm';\nexport const a = defineSeeder('a', () => undefined);");
    expect(await run('seed', { args: { name: 'a' } })).toMatchObject({ result: { seeded: ['a'] }, lines: ['seeded a'] });
  });
});

describe('the checks of doctor', () => {
  it('tell whether the database answers and where migrations stand', async () => {
    expect(await diagnose()).toEqual(['database ok', 'migrations ok']);
    project.migration('1_one', 'create table one (a text)');
    expect(await diagnose()).toEqual(['database ok', 'migrations warn']);
    await run('migrate');
    project.migration('1_one', 'create table one (b text)');
    expect(await diagnose()).toEqual(['database ok', 'migrations fail']);
    const { rmSync } = await import('node:fs');
    rmSync(`${project.root}/migrations`, { recursive: true });
    expect(await diagnose()).toEqual(['database ok', 'migrations warn']);
    expect(kernel.describe().plugins.map(({ name }) => name)).toContain('@oxidite/orm');
  });

  it('tell when the database does not answer', async () => {
    const [database] = checks;
    await kernel.stop();
    expect(await database?.run(kernel.services)).toMatchObject({ status: 'fail', remedy: expect.stringContaining('"database" option') });
  });
});
