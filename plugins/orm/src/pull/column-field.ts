/** Finds the field that a column of a database can be read and written by. */
import type { SqlDriverName } from '../drivers/driver.ts';
import type { ColumnSnapshot } from '../drivers/schema-snapshot.ts';

/** A field, as it is written in a model. */
export interface PulledField {
  /** `field.string({ maxLength: 200 })`. */
  readonly source: string;
  /** The type of the column that the model would make, when it is another. */
  readonly differs?: string;
}

/** The types of the columns that models make. */
const MADE: Readonly<Record<SqlDriverName, Readonly<Record<string, string>>>> = {
  sqlite: {
    text: 'text',
    integer: 'integer',
    bigint: 'bigint',
    boolean: 'integer',
    datetime: 'datetime',
    date: 'date',
    uuid: 'text',
    json: 'text',
    enum: 'text',
  },
  postgresql: {
    text: 'text',
    integer: 'bigint',
    boolean: 'boolean',
    datetime: 'timestamp with time zone',
    date: 'date',
    uuid: 'uuid',
    json: 'jsonb',
    enum: 'text',
  },
  mysql: toMysqlTypes(),
  mariadb: toMysqlTypes(),
};

function toMysqlTypes(): Readonly<Record<string, string>> {
  return { text: 'longtext', integer: 'bigint', boolean: 'tinyint(1)', datetime: 'datetime(3)', date: 'date', json: 'json', enum: 'varchar(255)' };
}

/** Returns the field of a column; `undefined` when there is none for its type. */
export function toField({ type: written, primary }: ColumnSnapshot, driver: SqlDriverName, words: readonly string[]): PulledField | undefined {
  const type = primary ? written.replace(/ unsigned$/, '') : written; // MySQL counts keys without a sign
  if (words.length > 0) return toMade(`field.enum([${words.map(toText).join(', ')}])`, 'enum', { type, driver });
  const native = /^enum\((.*)\)$/.exec(type)?.[1];
  if (native !== undefined) {
    const values = [...native.matchAll(/'((?:[^']|'')*)'/g)].map(([, word = '']) => toText(word.replaceAll("''", "'")));
    return toMade(`field.enum([${values.join(', ')}])`, 'enum', { type, driver });
  }
  const [, length] = /^(?:varchar|character varying|char|character)\((\d+)\)$/.exec(type) ?? [];
  if (length !== undefined) {
    if (driver === 'sqlite') return toMade('field.string()', 'text', { type, driver }, { maxLength: Number(length) });
    const source = length === '255' ? 'field.string()' : `field.string({ maxLength: ${length} })`;
    return type.startsWith('char(') || type.startsWith('character(') ? { source, differs: `varchar(${length})` } : { source };
  }
  const [, precision, scale = '0'] = /^(?:decimal|numeric)\((\d+)(?:,(\d+))?\)$/.exec(type) ?? [];
  if (precision !== undefined) return { source: `field.decimal({ precision: ${precision}, scale: ${scale} })` };
  const kind = findKind(type, driver);
  return kind === undefined ? undefined : toMade(kind === 'json' ? 'field.json(z.json())' : `field.${kind}()`, kind, { type, driver });
}

/** Tells whether a column holds moments. */
export function isMoment({ type }: ColumnSnapshot): boolean {
  return /^(?:timestamp|datetime)/.test(type);
}

/** Writes a text as it stands in TypeScript. */
export function toText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

function findKind(type: string, driver: SqlDriverName): string | undefined {
  if (type === 'tinyint(1)' || type.startsWith('bool')) return 'boolean';
  if (driver === 'sqlite' && type === 'bigint') return 'bigint';
  if (/^(?:tiny|small|medium|big)?int(?:eger)?(?:\(\d+\))?(?: unsigned)?$|^(?:big|small)?serial$/.test(type)) return 'integer';
  if (/^(?:tiny|medium|long)?text$|^character varying$|^varchar$/.test(type)) return 'text';
  if (/^(?:timestamp|datetime)/.test(type)) return 'datetime';
  return ['date', 'uuid'].includes(type) ? type : /^jsonb?$/.test(type) ? 'json' : undefined;
}

function toMade(
  source: string,
  kind: string,
  { type, driver }: { readonly type: string; readonly driver: SqlDriverName },
  { maxLength }: { readonly maxLength?: number } = {},
): PulledField {
  const made = MADE[driver][kind] ?? type;
  const written = maxLength === undefined || maxLength === 255 ? source : `field.string({ maxLength: ${maxLength} })`;
  const isSame = type.replace(/^(bigint)\(\d+\)$/, '$1') === made;
  return isSame ? { source: written } : { source: written, differs: made };
}
