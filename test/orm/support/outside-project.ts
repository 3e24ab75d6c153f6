/** An application on PostgreSQL whose migrations run outside of a transaction. */
import { Client } from 'pg';
import { startChild } from './child-process.ts';
import { SERVER_DATABASES } from './databases.ts';
import { askPostgresql } from './postgresql-database.ts';
import { createProject, type Project } from './project.ts';

/** Builds an index of the project's table. */
export const CREATE_INDEX = 'create index concurrently notes_title on notes (title)';
/** Fails: there are rows with the same title. */
export const CREATE_UNIQUE_INDEX = 'create unique index concurrently notes_title on notes (title)';
/** Drops it. */
export const DROP_INDEX = 'drop index concurrently notes_title';
/** Code that waits for ever in a process that is to be killed there. */
export const HOLD = "if (globalThis.holds) { console.log('holding'); await new Promise((resolve) => setTimeout(resolve, 3600000)); }";

export interface OutsideProject extends Project {
  /** Runs a statement on a connection of its own, and returns its rows. */
  ask<Row extends object>(sql: string): Promise<Row[]>;
  /** Lists the indexes of the table, with whether they are valid. */
  indexes(): Promise<{ name: string; valid: boolean }[]>;
  /** Opens a transaction that can see the rows: an index has to wait for its end. */
  openReader(): Promise<Client>;
  /** Resolves when a statement waits for a reader. */
  waits(statement: string): Promise<void>;
  /** Runs the migrator in a process that is killed where a migration holds. */
  killed(work: string): Promise<void>;
}

/** Creates it, with a first migration that makes a table with two rows. */
export async function createOutsideProject(): Promise<OutsideProject> {
  const project = await createProject(SERVER_DATABASES.find(({ name }) => name === 'postgresql'));
  const url = 'url' in project.database ? project.database.url : '';
  project.migration('1_notes', "create table notes (id integer, title varchar(20)); insert into notes values (1, 'a'), (2, 'a')", 'drop table notes');
  const ask = <Row extends object>(sql: string): Promise<Row[]> => askPostgresql<Row>(url, sql);
  return Object.assign(project, {
    ask,
    indexes: () =>
      ask<{ name: string; valid: boolean }>(
        "select indexrelid::regclass::text as name, indisvalid as valid from pg_index where indrelid = 'notes'::regclass order by 1",
      ),
    async openReader() {
      const reader = new Client({ connectionString: url });
      reader.on('error', () => undefined); // the database is dropped under it when a test fails
      await reader.connect();
      await reader.query('begin isolation level repeatable read; select 1 from notes');
      return reader;
    },
    async waits(statement: string) {
      while ((await ask(`select 1 from pg_stat_activity where query like '${statement}%' and wait_event_type = 'Lock'`)).length === 0);
    },
    async killed(work: string) {
      const child = startChild(project, `globalThis.holds = true;\n${work}`);
      await child.printed('holding');
      await child.kill();
    },
  });
}

/** Returns the code that runs a statement. */
export function toCode(statement: string): string {
  return `await schema.sql(${JSON.stringify(statement)});`;
}

/** Writes a migration that runs outside of a transaction; `up` and `down` are code, or statements. */
export function writeOutside(project: Project, name: string, up: readonly string[] | string, down?: readonly string[] | string): void {
  const toMethod = (direction: string, body: readonly string[] | string): string =>
    `  async ${direction}(schema) { ${typeof body === 'string' ? body : body.map(toCode).join('\n')} },\n`;
  project.write(
    `migrations/${name}.ts`,
    `import { defineMigration } from '@oxidite/orm';
export default defineMigration({
  transaction: false,
${toMethod('up', up)}${down === undefined ? '' : toMethod('down', down)}});
`,
  );
}
