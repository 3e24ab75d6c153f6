/** Compares two documents of one API, and the documents of all its versions. */
import type { OpenApiDocument } from '../document/openapi-document.ts';
import { type ApiChange, createReport, type Report, toPointer } from './api-change.ts';
import { isSame } from './canonical-json.ts';
import { compareOperations } from './compare-operations.ts';
import { compareSchemes } from './compare-security.ts';
import { compareSchemas } from './compare-schemas.ts';
import type { OperationPlace } from './operation-place.ts';
import type { SchemaComparison, SchemaPair } from './schema-comparison.ts';

/** The key of the only document of an API without versions. */
export const UNVERSIONED = 'default';

/** The documents of an API by version. */
export type VersionedDocuments = Readonly<Record<string, OpenApiDocument>>;

/** Lists what changed between two documents, in the order of the documents: breaking, additive and neutral changes alike. */
export function compareDocuments(before: OpenApiDocument, after: OpenApiDocument, version?: string): readonly ApiChange[] {
  const changes: ApiChange[] = [];
  const report = createReport(changes, version);
  const compare = (pair: SchemaPair): void => compareSchemas(pair, comparison);
  const comparison: SchemaComparison = { before, after, report, visited: new Set(), compare };
  compareTexts(before, after, report);
  compareSchemes(before, after, report);
  const [left, right] = [listOperations(before), listOperations(after)];
  for (const [key, place] of left) {
    const other = right.get(key);
    if (other !== undefined) compareOperations(place, other, comparison);
    else report('operation.removed', { pointer: place.pointer, before: place.operation, sentence: `${place.label} is gone` });
  }
  for (const [key, { pointer, operation, label }] of right) {
    if (!left.has(key)) report('operation.added', { pointer, after: operation, sentence: `${label} is new` });
  }
  return changes;
}

/**
 * Lists what changed between all versions of an API. When an API without versions gets some, its document is compared with
 * that of the newest one.
 * @param newest the version that `default` is compared with.
 */
export function compareVersions(before: VersionedDocuments, after: VersionedDocuments, newest: string): readonly ApiChange[] {
  const changes: ApiChange[] = [];
  const matched = new Set<string>();
  for (const [version, document] of Object.entries(before)) {
    const successor = after[version] === undefined && version === UNVERSIONED ? newest : version;
    const other = after[successor];
    matched.add(successor);
    const named = successor === UNVERSIONED ? undefined : successor;
    if (other !== undefined) changes.push(...compareDocuments(document, other, named));
    else createReport(changes, named)('version.removed', { pointer: '', before: document.info.version, sentence: `version ${version} of the API is gone` });
  }
  for (const [version, document] of Object.entries(after)) {
    if (matched.has(version)) continue;
    createReport(changes, version)('version.added', { pointer: '', after: document.info.version, sentence: `version ${version} of the API is new` });
  }
  return changes;
}

/** Operations by method and path, whatever the parameters of the path are called. */
function listOperations({ paths }: OpenApiDocument): ReadonlyMap<string, OperationPlace> {
  const operations = new Map<string, OperationPlace>();
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const place = { path, operation, pointer: toPointer('', 'paths', path, method), label: `${method.toUpperCase()} ${path}` };
      operations.set(`${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`, place);
    }
  }
  return operations;
}

function compareTexts(before: OpenApiDocument, after: OpenApiDocument, report: Report): void {
  for (const key of ['openapi', 'info', 'tags', 'externalDocs'] as const) {
    if (isSame(before[key], after[key])) continue;
    report('document.text-changed', {
      pointer: toPointer('', key),
      before: before[key],
      after: after[key],
      sentence: `"${key}" of the document says something else`,
    });
  }
  if (isSame(before.servers, after.servers)) return;
  const sentence = 'the API is served elsewhere: that is a matter of its deployment';
  report('document.servers-changed', { pointer: '/servers', before: before.servers, after: after.servers, sentence });
}
