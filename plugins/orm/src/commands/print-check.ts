/** Prints what was found in migrations. */
import type { Output } from 'oxidite';
import type { MigrationCheck } from '../migrations/lint/check-migrations.ts';

/** Prints each finding: where it is, what goes wrong, and what to do instead. */
export function printCheck(output: Output, { migrations, findings, allowed }: MigrationCheck): void {
  if (migrations.length === 0) return output.line('There is nothing to check: no migration is pending.');
  for (const { rule, severity, file, line, statement, message, recipe } of findings) {
    output.line(`${file}${line === undefined ? '' : `:${line}`}  ${severity}  ${rule}`);
    if (statement !== undefined) output.line(`    ${statement.replaceAll('\n', '\n    ')}`);
    output.line(`  ${message}`);
    output.line(`  Instead: ${recipe}`);
    output.line();
  }
  for (const { rule, file, line, reason } of allowed) output.line(`${file}${line === undefined ? '' : `:${line}`}  allowed  ${rule}: ${reason}`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const numbers = [toCount(errors, 'error'), toCount(findings.length - errors, 'warning'), `${allowed.length} allowed`];
  output.line(`${toCount(migrations.length, 'pending migration')}: ${numbers.join(', ')}.`);
}

function toCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
