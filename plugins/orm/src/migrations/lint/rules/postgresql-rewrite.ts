/** Changes for which PostgreSQL writes the whole table anew. Source: PostgreSQL, "ALTER TABLE", Notes. */
import { isChangedInPlace } from '../column-type.ts';
import { type LintRule, nameOf } from '../lint-rule.ts';
import { withDepth } from '../token-reader.ts';
import type { SqlToken } from '../sql-tokens.ts';

const REWRITE = 'the table and its indexes are written anew under an ACCESS EXCLUSIVE lock; nobody can even read it until that is done';
const EXPAND =
  'Add a new nullable column, let the application write both, fill it in batches, make it the one that is read, and drop the old one in a later release.';

/** Functions whose value is one for the whole statement, so that it is stored once. */
const STABLE = new Set(
  'now current_timestamp current_date current_time localtime localtimestamp statement_timestamp transaction_timestamp current_user session_user current_schema lower upper coalesce jsonb_build_object jsonb_build_array json_build_object json_build_array array to_timestamp make_interval make_date date_trunc cast nullif abs round concat length replace greatest least'.split(
    ' ',
  ),
);
/** Words that parentheses follow, and that are no functions. */
const TYPES = new Set('varchar char character varying numeric decimal timestamp timestamptz time interval bit in and or not'.split(' '));

/** A change of type that is more than a longer text. */
export const pgTypeRewrite: LintRule = {
  id: 'pg-type-rewrite',
  severity: 'error',
  drivers: ['postgresql'],
  about: 'a change of type, but for longer texts and numbers',
  harm: REWRITE,
  recipe: EXPAND,
  find(operation, { history }) {
    if (operation.kind !== 'change type' || history.oldTable(operation.table) === undefined) return undefined;
    const column = history.oldColumn(operation.table, operation.name);
    if (column === undefined || (!operation.using && isChangedInPlace(column.type, operation.type))) return undefined;
    return `${nameOf('the column', operation.table, operation.name)}, from ${column.type} to ${operation.type}`;
  },
};

/** A new column whose default is another in each row. */
export const pgVolatileDefault: LintRule = {
  id: 'pg-volatile-default',
  severity: 'error',
  drivers: ['postgresql'],
  about: 'a new column whose default is computed for each row',
  harm: REWRITE,
  recipe: 'Add the column without a default, set the default in a second statement (it holds for new rows), and fill the old rows in batches.',
  find(operation, { history }) {
    if (operation.kind !== 'add column' || history.oldTable(operation.table) === undefined) return undefined;
    const called = findVolatile(operation.column.default ?? []);
    return called === undefined ? undefined : `${nameOf('the column', operation.table, operation.column.name)}, whose default calls ${called}()`;
  },
};

/** A new column that counts, or is stored. */
export const pgGeneratedColumn: LintRule = {
  id: 'pg-generated-column',
  severity: 'error',
  drivers: ['postgresql'],
  about: 'a new column that counts (serial, identity) or is stored (generated … stored)',
  harm: REWRITE,
  recipe:
    'Add a plain nullable column; make the sequence and set its default in further statements; fill the old rows in batches. In place of a stored expression, use an index on it or a trigger.',
  find(operation, { history }) {
    if (operation.kind !== 'add column' || history.oldTable(operation.table) === undefined) return undefined;
    return operation.column.generated === undefined ? undefined : nameOf('the column', operation.table, operation.column.name);
  },
};

/** What is called and not known to be the same for all rows: in doubt, it is another in each. */
function findVolatile(tokens: readonly SqlToken[]): string | undefined {
  const calls = withDepth(tokens).filter(({ token }, place) => {
    const next = tokens[place + 1];
    return token.kind === 'word' && next?.kind === 'sign' && next.value === '(';
  });
  return calls.find(({ token }) => !STABLE.has(token.value) && !TYPES.has(token.value))?.token.value;
}
