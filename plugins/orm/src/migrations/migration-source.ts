/** Writes the text of a migration's file. */
import type { SchemaChanges, SchemaStatement } from '../drivers/schema-snapshot.ts';
import type { ReplacedMigration } from './define-migration.ts';

/** What stands in the file besides the statements. */
export interface MigrationSourceParts extends SchemaChanges {
  /** What whoever reads it should know. */
  readonly notes?: readonly string[];
  /** The migrations that it stands for. */
  readonly replaces?: readonly ReplacedMigration[];
}

/** Returns the text. */
export function toMigrationSource({ up, down, notes = [], replaces = [] }: MigrationSourceParts): string {
  return `import { defineMigration } from '@oxidite/orm';

${notes.map((note) => `// ${note}\n`).join('')}export default defineMigration({
${replaces.length === 0 ? '' : `  replaces: ${toReplaces(replaces, '  ')},\n\n`}  async up(schema) {
${toBody(up)}
  },

  async down(schema) {
${toBody(down)}
  },
});
`;
}

/** Turns a name in any case into the part of the file's name behind the time. */
export function toFileSuffix(name: string): string {
  return (
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '') || 'change'
  );
}

function toBody(statements: readonly SchemaStatement[]): string {
  if (statements.length === 0) return '    // await schema.sql(`…`);\n    void schema;';
  return statements
    .map(({ sql, note }) => {
      const text = sql.replace(/[\\`]|\$\{/g, '\\$&').replaceAll('\n', '\n    ');
      return `${note === undefined ? '' : `    // ${note}\n`}    await schema.sql(\`${text}\`);`;
    })
    .join('\n');
}

function toReplaces(replaces: readonly ReplacedMigration[], indent: string): string {
  const items = replaces.map((item) =>
    typeof item === 'string'
      ? `${indent}  ${JSON.stringify(item).replaceAll("'", "\\'").replaceAll('"', "'")},\n`
      : `${indent}  { name: '${item.name}', replaces: ${toReplaces(item.replaces, `${indent}  `)} },\n`,
  );
  return `[\n${items.join('')}${indent}]`;
}
