/** SQLite changes most of a table by building it anew. Source: https://sqlite.org/lang_altertable.html, section 7. */
import { type LintRule, nameOf } from '../lint-rule.ts';

/** Tables that are smaller are built in less than about a tenth of a second. */
const LARGE_ROWS = 10_000;

/** A large table that is built anew. */
export const sqliteRebuild: LintRule = {
  id: 'sqlite-rebuild',
  severity: 'warning',
  drivers: ['sqlite'],
  about: 'a table of 10,000 rows or more that is built anew',
  harm: 'all its rows are copied while every other connection waits to write, and gives up after busyTimeoutMs; the file grows by as much',
  recipe: 'Add a nullable column or one with a default, which is done at once, and let the rules of the model hold for new rows; or do it while nobody writes.',
  find(operation, { rowsOf, history }) {
    if (operation.kind !== 'rebuild table' || history.oldTable(operation.table) === undefined) return undefined;
    return (rowsOf(operation.table) ?? Infinity) < LARGE_ROWS ? undefined : nameOf('the table', operation.table);
  },
};
