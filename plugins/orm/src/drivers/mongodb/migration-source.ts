/** Writes the text of a migration's file: collections and indexes that are missing, or nothing yet. */
import type { WantedIndex } from './indexes.ts';
import type { MissingParts } from './schema-tools.ts';

/** Returns the text. */
export function toMongoMigrationSource({ collections, indexes }: MissingParts): string {
  const kept = indexes.filter(({ collection }) => !collections.includes(collection));
  const up = [
    ...collections.map((name) => `await db.createCollection(${quote(name)});`),
    ...indexes.map(({ collection, index }) => `await db.collection(${quote(collection)}).createIndex(${toKey(index)}, ${toOptions(index)});`),
  ];
  const down = [
    ...kept.map(({ collection, index }) => `await db.collection(${quote(collection)}).dropIndex(${quote(index.name)});`).toReversed(),
    ...collections.map((name) => `await db.dropCollection(${quote(name)}); // with all that is in it`).toReversed(),
  ];
  return `import { defineMongoMigration } from '@oxidite/orm/mongodb';

export default defineMongoMigration({
  async up({ db }) {
${toBody(up)}
  },

  async down({ db }) {
${toBody(down)}
  },
});
`;
}

/** Names a migration after what it makes. */
export function describeMissing({ collections, indexes }: MissingParts): string {
  const names = collections.length > 0 ? collections : [...new Set(indexes.map(({ collection }) => collection))];
  const what = names.length > 3 ? 'collections' : names.join(' ');
  return collections.length > 0 ? `create ${what}` : `index ${what}`;
}

function toBody(lines: readonly string[]): string {
  return lines.length === 0
    ? "    // await db.collection('…').updateMany({ … }, { $set: { … } });\n    void db;"
    : lines.map((line) => `    ${line}`).join('\n');
}

function toKey({ fields }: WantedIndex): string {
  return `{ ${fields.map((field) => `${toName(field)}: 1`).join(', ')} }`;
}

function toOptions({ name, unique, filter }: WantedIndex): string {
  const parts = [`name: ${quote(name)}`];
  if (unique) parts.push('unique: true');
  if (filter !== undefined)
    parts.push(
      `partialFilterExpression: { ${Object.entries(filter)
        .map(([field, { $gte }]) => `${toName(field)}: { $gte: ${toLiteral($gte)} }`)
        .join(', ')} }`,
    );
  return `{ ${parts.join(', ')} }`;
}

function toLiteral(value: unknown): string {
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value === Number.NEGATIVE_INFINITY) return 'Number.NEGATIVE_INFINITY';
  return value instanceof Map ? '{}' : typeof value === 'string' ? quote(value) : String(value);
}

function toName(field: string): string {
  return /^[A-Za-z_]\w*$/.test(field) ? field : quote(field);
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
