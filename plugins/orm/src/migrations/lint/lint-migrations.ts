/** Looks for statements in migrations that lock for long, lose values, or break the release that still runs. It reads only. */
import type { SqlDriverName } from '../../drivers/driver.ts';
import type { SchemaSnapshot } from '../../drivers/schema-snapshot.ts';
import type { PreviewedStatement } from '../preview.ts';
import { FindingSheet, type LintReport, ruleOf, type SheetMigration } from './finding-sheet.ts';
import type { LintStatement } from './lint-rule.ts';
import { LINT_RULES } from './lint-rules.ts';
import type { Operation } from './operation.ts';
import { readStatement } from './read-statement.ts';
import { foldRebuiltTables, listChanges } from './rebuilt-tables.ts';
import { splitStatements } from './sql-tokens.ts';
import { TableHistory } from './table-history.ts';

/** A migration that is looked at. */
export interface LintedMigration extends SheetMigration {
  readonly isReversible: boolean;
  /** Whether it runs outside of a transaction. */
  readonly isOutside?: boolean;
  /** The statement that the database refuses in a transaction, when the migration has one. */
  readonly refused?: string | undefined;
  readonly statements: readonly PreviewedStatement[];
}

/** What is looked at. */
export interface LintInput {
  readonly driver: SqlDriverName;
  /** The tables before the first of the migrations. */
  readonly tables: SchemaSnapshot;
  /** The tables that the running release knows; without them, each that is there counts. */
  readonly running?: SchemaSnapshot | undefined;
  /** The number of rows of the tables, where it is known. */
  readonly rows?: ReadonlyMap<string, number>;
  readonly migrations: readonly LintedMigration[];
}

/** Looks at migrations that are applied one after the other. */
export function lintMigrations(input: LintInput): LintReport {
  const { driver, tables, rows, running } = input;
  const read = input.migrations.map((migration) => ({ migration, statements: readStatements(migration, driver) }));
  const last = new TableHistory(tables, driver);
  for (const { statements } of read) for (const { operations } of statements) for (const operation of operations) last.apply(operation);
  const history = new TableHistory(tables, driver);
  const rowsOf = (table: string): number | undefined => rows?.get(history.oldTable(table)?.name ?? '');
  const earlier: Operation[] = [];
  let together: Operation[] = [];
  const reports = read.map(({ migration, statements }): LintReport => {
    const sheet = new FindingSheet(migration, driver);
    if (!migration.isReversible) sheet.add(ruleOf('irreversible'), 'the migration has no down()');
    if (migration.isOutside === true && driver === 'postgresql' && needsResuming(statements))
      sheet.add(ruleOf('several-outside'), 'the migration has several statements');
    if (migration.isOutside === true) together = [];
    const refused = statements.find(({ sql }) => migration.refused?.includes(sql));
    for (const statement of statements) {
      const placed = sheet.place(statement.sql);
      for (const operation of statement.operations.flatMap((written) => withChanges(written, history))) {
        for (const rule of LINT_RULES) {
          if (!rule.drivers.includes(driver)) continue;
          const subject = rule.find(operation, { driver, history, last, statement, earlier, together, running, rowsOf });
          if (subject !== undefined) sheet.add(rule, `${subject}${describeRows(operation, rowsOf)}`, placed);
        }
        history.apply(operation);
        earlier.push(operation);
        together.push(operation);
      }
      if (statement === refused) sheet.add(ruleOf('in-transaction'), 'this statement', placed);
      if (migration.isOutside === true) together = [];
    }
    return sheet.finish();
  });
  return { findings: reports.flatMap(({ findings }) => findings), allowed: reports.flatMap(({ allowed }) => allowed) };
}

function readStatements({ statements }: LintedMigration, driver: SqlDriverName): LintStatement[] {
  const all = statements.flatMap(({ sql }) => splitStatements(sql, driver));
  return foldRebuiltTables(all.map((statement) => ({ sql: statement.sql, operations: readStatement(statement, driver) })));
}

/** A table that is built anew is said to change what is another in it. */
function withChanges(operation: Operation, history: TableHistory): readonly Operation[] {
  const old = operation.kind === 'rebuild table' ? history.oldTable(operation.table) : undefined;
  return operation.kind === 'rebuild table' && old !== undefined ? [operation, ...listChanges(operation, old)] : [operation];
}

/** What can be done twice can be run again from the beginning. */
function needsResuming(statements: readonly LintStatement[]): boolean {
  const changing = statements.filter(({ sql }) => !/^\s*(?:analyze|reindex|reset|select|set|vacuum)\b/i.test(sql));
  return changing.length > 1 && changing.some(({ sql }) => !/\bif\s+(?:not\s+)?exists\b/i.test(sql));
}

function describeRows(operation: Operation, rowsOf: (table: string) => number | undefined): string {
  const rows = 'table' in operation ? rowsOf(operation.table) : undefined;
  return rows === undefined ? '' : ` (about ${rows} row${rows === 1 ? '' : 's'})`;
}
