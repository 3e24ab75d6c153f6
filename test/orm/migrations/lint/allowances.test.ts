import { describe, expect, it } from 'vitest';
import { lintMigrations } from '../../../../plugins/orm/src/migrations/lint/lint-migrations.ts';
import type { LintReport } from '../../../../plugins/orm/src/migrations/lint/finding-sheet.ts';
import { sampleTables } from './sample-tables.ts';

/** Looks at a file whose `up` runs these statements. */
function lint(source: string, statements: readonly string[], isReversible = true): LintReport {
  const migration = { name: '1_one', file: '/app/1_one.ts', source, isReversible, statements: statements.map((sql) => ({ sql, parameters: [] })) };
  return lintMigrations({ driver: 'sqlite', tables: sampleTables('sqlite'), running: new Map(), migrations: [migration] });
}

const places = ({ findings }: LintReport): string[] => findings.map(({ rule, line }) => `${rule}:${line ?? '?'}`);

describe('the line of a finding', () => {
  it('is that of the statement, in any quotes and over several lines', () => {
    const source = `export default defineMigration({
  async up(schema) {
    await schema.sql('delete from "notes"');
    await schema.sql(\`
      update users
      set name = 'it\\'s'
    \`);
    await schema.sql("delete from users; delete from notes where id = 1");
  },
});`;
    const report = lint(source, [
      'delete from "notes"',
      "\n      update users\n      set name = 'it's'\n    ",
      'delete from users; delete from notes where id = 1',
    ]);
    expect(places(report)).toEqual(['delete-all:3', 'update-all:5', 'delete-all:8']);
    expect(report.findings[1]).toMatchObject({
      migration: '1_one',
      file: '/app/1_one.ts',
      severity: 'error',
      statement: "update users\n      set name = 'it's'",
    });
  });

  it('is found when values are put in, and of equal statements for each', () => {
    const source = 'sql(`delete from ${table}`);\nsql("truncate notes");\n// sql("truncate notes")\nsql("truncate notes");';
    expect(places(lint(source, ['delete from notes', 'truncate notes', 'truncate notes']))).toEqual(['delete-all:1', 'delete-all:2', 'delete-all:4']);
  });

  it('is missing when the statement is put together', () => {
    expect(places(lint("sql('delete ' + 'from notes');", ['delete from notes']))).toEqual(['delete-all:?']);
  });
});

describe('// oxidite-allow', () => {
  it('allows one rule for the statement behind it, with its reason', () => {
    const source = `
    // oxidite-allow delete-all: the notes were moved
    // to the archive
    await schema.sql(
      'delete from notes',
    );
    await schema.sql('delete from notes');`;
    const report = lint(source, ['delete from notes', 'delete from notes']);
    expect(places(report)).toEqual(['delete-all:7']);
    expect(report.allowed).toMatchObject([{ rule: 'delete-all', line: 5, reason: 'the notes were moved' }]);
  });

  it('stands before the one that it is about, and allows no other rule', () => {
    expect(places(lint("// oxidite-allow delete-all: x\nsql('update notes set title = 1');", ['update notes set title = 1']))).toEqual([
      'allowance-unused:1',
      'update-all:2',
    ]);
    expect(places(lint("sql('delete from notes'); // oxidite-allow delete-all: x", ['delete from notes']))).toEqual(['delete-all:1', 'allowance-unused:1']);
  });

  it('can be written for several rules', () => {
    const source = "// oxidite-allow drop-table: empty since 2025\n// oxidite-allow drop-used-table: unused since 1.4\nsql('drop table notes');";
    const migration = { name: '1', file: '1.ts', source, isReversible: true, statements: [{ sql: 'drop table notes', parameters: [] }] };
    const report = lintMigrations({ driver: 'sqlite', tables: sampleTables('sqlite'), migrations: [migration] });
    expect(report.findings).toEqual([]);
    expect(report.allowed.map(({ rule }) => rule)).toEqual(['drop-table', 'drop-used-table']);
  });

  it('needs a reason, and a rule that exists', () => {
    const report = lint("// oxidite-allow delete-all\nsql('delete from notes');\n// oxidite-allow no-such-rule: x\nsql('drop table t');", [
      'delete from notes',
      'drop table t',
    ]);
    expect(places(report)).toEqual(['allowance-invalid:1', 'delete-all:2', 'allowance-invalid:3']);
    expect(report.findings.filter(({ rule }) => rule === 'allowance-invalid').map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      expect.stringContaining('error The allowance of delete-all has no reason'),
      expect.stringContaining('error There is no rule "no-such-rule"'),
    ]);
  });

  it('is reported when nothing needs it', () => {
    const report = lint("// oxidite-allow delete-all: x\nsql('delete from notes where id = 1');", ['delete from notes where id = 1']);
    expect(report.findings).toMatchObject([{ rule: 'allowance-unused', severity: 'warning', line: 1 }]);
  });

  it('is no allowance inside of a text', () => {
    expect(places(lint("sql('delete from notes -- // oxidite-allow delete-all: x');", ['delete from notes -- // oxidite-allow delete-all: x']))).toEqual([
      'delete-all:1',
    ]);
  });

  it('before the migration allows that there is no way back', () => {
    expect(places(lint('export default defineMigration({ up() {} });', [], false))).toEqual(['irreversible:?']);
    const report = lint('// oxidite-allow irreversible: the old passwords are gone for good\nexport default defineMigration({ up() {} });', [], false);
    expect([report.findings, report.allowed.length]).toEqual([[], 1]);
  });
});
