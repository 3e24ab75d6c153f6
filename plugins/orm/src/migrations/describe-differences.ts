/** Says in what two states of a database differ, so that a human understands it: what was found, and what was expected. */
import type { SqlDriver } from '../drivers/driver.ts';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from '../drivers/schema-snapshot.ts';

/** One difference. */
export interface SchemaDifference {
  readonly kind: 'column' | 'constraint' | 'index' | 'table';
  /** The table, or what belongs to it: `users`, `users.email`. Constraints are named by what they say. */
  readonly name: string;
  /** What is there; missing when nothing is. */
  readonly found?: string;
  /** What should be there; missing when nothing should. */
  readonly expected?: string;
}

/** Lists the differences; none when the database would have nothing to change. */
export function describeDifferences(driver: Pick<SqlDriver, 'compareSchemas'>, found: SchemaSnapshot, expected: SchemaSnapshot): SchemaDifference[] {
  const differences: SchemaDifference[] = [];
  for (const name of new Set([...found.keys(), ...expected.keys()])) {
    const [left, right] = [found.get(name), expected.get(name)];
    if (left === undefined || right === undefined) {
      if (left !== undefined) differences.push({ kind: 'table', name, found: toNames(left) });
      if (right !== undefined) differences.push({ kind: 'table', name, expected: toNames(right) });
      continue;
    }
    const { up } = driver.compareSchemas(new Map([[name, left]]), new Map([[name, right]]));
    if (up.length === 0) continue;
    const parts = compareTable(left, right);
    differences.push(...(parts.length > 0 ? parts : [{ kind: 'table' as const, name, found: left.sql, expected: right.sql }]));
  }
  return differences;
}

function compareTable(found: TableSnapshot, expected: TableSnapshot): SchemaDifference[] {
  const toTexts = <Part>(parts: ReadonlyMap<string, Part>, toText: (part: Part) => string): Map<string, string> =>
    new Map([...parts].map(([name, part]) => [`${found.name}.${name}`, toText(part)]));
  const toLogic = (table: TableSnapshot): Map<string, string> =>
    new Map([...table.constraints.keys()].map((definition) => [`${table.name}: ${definition}`, definition]));
  const toIndexes = (table: TableSnapshot, other: TableSnapshot): Map<string, string> => {
    const known = new Set([...other.indexes.values()].map(({ name, sql }) => sql.replace(`"${name}"`, '').toLowerCase()));
    const own = new Map([...table.indexes].filter(([, { name, sql }]) => other.indexes.has(name) || !known.has(sql.replace(`"${name}"`, '').toLowerCase())));
    return toTexts(own, ({ sql }) => sql);
  };
  return [
    ...compareTexts('column', toTexts(found.columns, describeColumn), toTexts(expected.columns, describeColumn)),
    ...compareTexts('constraint', toLogic(found), toLogic(expected)),
    ...compareTexts('index', toIndexes(found, expected), toIndexes(expected, found)),
  ];
}

function compareTexts(kind: SchemaDifference['kind'], found: ReadonlyMap<string, string>, expected: ReadonlyMap<string, string>): SchemaDifference[] {
  const names = [...new Set([...found.keys(), ...expected.keys()])].filter((name) => found.get(name) !== expected.get(name));
  return names.map((name) => {
    const [left, right] = [found.get(name), expected.get(name)];
    return { kind, name, ...(left === undefined ? {} : { found: left }), ...(right === undefined ? {} : { expected: right }) };
  });
}

function describeColumn({ type, nullable, default: value, primary }: ColumnSnapshot): string {
  return `${type}${nullable ? ' null' : ' not null'}${value === null ? '' : ` default ${value}`}${primary ? ' primary key' : ''}`;
}

function toNames({ columns }: TableSnapshot): string {
  return `a table with ${[...columns.keys()].join(', ')}`;
}
