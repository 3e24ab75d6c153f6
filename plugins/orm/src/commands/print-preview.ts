/** Prints what migrations would do. */
import type { Output } from 'oxidite';
import type { MigrationPreview } from '../migrations/preview.ts';

const PLACES: Readonly<Record<MigrationPreview['on'], string>> = {
  transaction: 'They were run in a transaction that was rolled back: nothing was changed.',
  copy: 'They were run on a copy of the tables without rows, because a change of tables that is not in a transaction cannot be undone: nothing was changed.',
};

/** Prints each statement with its parameters. */
export function printPreview(output: Output, { on, migrations }: MigrationPreview): void {
  if (migrations.length === 0) return output.line('There is nothing to do.');
  for (const { name, statements } of migrations) {
    output.line(`-- ${name}`);
    for (const { sql, parameters } of statements) {
      output.line(`${sql};`);
      if (parameters.length > 0) output.line(`-- with ${parameters.map(toText).join(', ')}`);
    }
  }
  output.line(`-- ${PLACES[on]}`);
}

function toText(parameter: unknown): string {
  if (parameter instanceof Date) return parameter.toISOString();
  return typeof parameter === 'bigint' ? String(parameter) : (JSON.stringify(parameter) ?? 'null');
}
