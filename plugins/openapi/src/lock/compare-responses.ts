/** Compares the responses of an operation: statuses, media types, headers and schemas. */
import type { OpenApiResponse } from '../document/openapi-document.ts';
import { toPointer } from './api-change.ts';
import { isSame } from './canonical-json.ts';
import { compareContent } from './compare-content.ts';
import type { OperationPlace, Place } from './operation-place.ts';
import type { SchemaComparison } from './schema-comparison.ts';

/** Headers that announce something; nobody relies on getting them. */
const NOTICES = new Set(['deprecation', 'sunset', 'link']);

/** Compares all responses of two operations. */
export function compareResponses(before: OperationPlace, after: OperationPlace, comparison: SchemaComparison): void {
  const { report } = comparison;
  const [left, right] = [listResponses(before), listResponses(after)];
  const [lost, gained] = [[...left.keys()].filter((status) => !right.has(status)), [...right.keys()].filter((status) => !left.has(status))];
  const moved = findMovedDefault([...left.keys()], [...right.keys()]);
  if (moved !== undefined) {
    const sentence = `${after.label} answered with ${moved.from} and answers with ${moved.to}`;
    report('response.default-status-changed', { pointer: toPointer(after.pointer, 'responses', moved.to), before: moved.from, after: moved.to, sentence });
    const [from, to] = [left.get(moved.from), right.get(moved.to)];
    if (from !== undefined && to !== undefined) compareResponse(from, to, comparison);
  }
  for (const [status, place] of left) {
    const other = right.get(status);
    if (other !== undefined) compareResponse(place, other, comparison);
  }
  for (const status of lost.filter((one) => one !== moved?.from)) {
    const { part, pointer, label } = left.get(status) ?? NOWHERE;
    report(isSuccess(status) ? 'response.success-removed' : 'response.error-removed', { pointer, before: part, sentence: `${label} comes no longer` });
  }
  for (const status of gained.filter((one) => one !== moved?.to)) {
    const { part, pointer, label } = right.get(status) ?? NOWHERE;
    report(isSuccess(status) ? 'response.success-added' : 'response.error-added', { pointer, after: part, sentence: `${label} may come now` });
  }
}

const NOWHERE: Place<OpenApiResponse | undefined> = { part: undefined, pointer: '', label: '' };

/** The only success, which became another one. */
function findMovedDefault(before: readonly string[], after: readonly string[]): { readonly from: string; readonly to: string } | undefined {
  const [[from, ...othersBefore], [to, ...othersAfter]] = [before.filter(isSuccess), after.filter(isSuccess)];
  if (from === undefined || to === undefined || othersBefore.length + othersAfter.length > 0 || from === to) return undefined;
  return { from, to };
}

function isSuccess(status: string): boolean {
  return /^[123]/.test(status);
}

function listResponses({ operation, pointer, label }: OperationPlace): ReadonlyMap<string, Place<OpenApiResponse>> {
  const entries = Object.entries(operation.responses);
  return new Map(
    entries.map(([status, part]) => [status, { part, pointer: toPointer(pointer, 'responses', status), label: `the response ${status} of ${label}` }]),
  );
}

function compareResponse(before: Place<OpenApiResponse>, after: Place<OpenApiResponse>, comparison: SchemaComparison): void {
  const { report } = comparison;
  const { part: left } = before;
  const { part: right, pointer, label } = after;
  if (left.description !== right.description) {
    const sentence = `"description" of ${label} says something else`;
    report('response.text-changed', { pointer: toPointer(pointer, 'description'), before: left.description, after: right.description, sentence });
  }
  compareHeaders(before, after, comparison);
  const [from, to] = [toPointer(before.pointer, 'content'), toPointer(pointer, 'content')];
  if (left.content === undefined || right.content === undefined) {
    if (left.content !== undefined) report('response.content-removed', { pointer: from, before: left.content, sentence: `${label} has no content any more` });
    if (right.content !== undefined)
      report('response.content-added', { pointer: to, after: right.content, sentence: `the content of ${label} is described now` });
    return;
  }
  for (const type of Object.keys(left.content)) {
    if (right.content[type] === undefined) {
      report('response.media-type-removed', { pointer: toPointer(from, type), before: type, sentence: `${label} is ${type} no longer` });
    }
  }
  for (const type of Object.keys(right.content)) {
    if (left.content[type] === undefined)
      report('response.media-type-added', { pointer: toPointer(to, type), after: type, sentence: `${label} may be ${type} now` });
  }
  compareContent({ part: left.content, pointer: from, label }, { part: right.content, pointer: to, label }, 'output', comparison);
}

function compareHeaders(before: Place<OpenApiResponse>, after: Place<OpenApiResponse>, comparison: SchemaComparison): void {
  const { report } = comparison;
  const [left, right] = [before.part.headers ?? {}, after.part.headers ?? {}];
  for (const [name, header] of Object.entries(left)) {
    const other = right[name];
    const pointers = [toPointer(before.pointer, 'headers', name), toPointer(after.pointer, 'headers', name)] as const;
    const label = `the header "${name}" of ${after.label}`;
    if (other === undefined) {
      const rule = NOTICES.has(name.toLowerCase()) ? 'response.notice-removed' : 'response.header-removed';
      report(rule, { pointer: pointers[0], before: header, sentence: `${label} comes no longer` });
      continue;
    }
    if ((header.required === true) !== (other.required === true)) {
      const sentence = other.required === true ? `${label} always comes now` : `${label} may be missing now`;
      report(`response.header-became-${other.required === true ? 'required' : 'optional'}`, {
        pointer: pointers[1],
        before: header.required,
        after: other.required,
        sentence,
      });
    }
    if (!isSame(header.description, other.description)) {
      const sentence = `"description" of ${label} says something else`;
      report('response.text-changed', { pointer: toPointer(pointers[1], 'description'), before: header.description, after: other.description, sentence });
    }
    const toNode = (schema: unknown, pointer: string) => ({ schema, pointer: toPointer(pointer, 'schema'), label });
    comparison.compare({ before: toNode(header.schema, pointers[0]), after: toNode(other.schema, pointers[1]), direction: 'output' });
  }
  for (const [name, header] of Object.entries(right)) {
    if (left[name] !== undefined) continue;
    const pointer = toPointer(after.pointer, 'headers', name);
    report('response.header-added', { pointer, after: header, sentence: `the header "${name}" of ${after.label} is new` });
  }
}
