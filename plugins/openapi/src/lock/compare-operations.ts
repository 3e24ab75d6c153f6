/** Compares one operation with what it was: its name, parameters, body, responses and security. */
import type { OpenApiOperation, OpenApiParameter } from '../document/openapi-document.ts';
import { toPointer } from './api-change.ts';
import { isSame } from './canonical-json.ts';
import { compareContent } from './compare-content.ts';
import { compareResponses } from './compare-responses.ts';
import { compareSecurity } from './compare-security.ts';
import type { OperationPlace, Place } from './operation-place.ts';
import type { SchemaComparison } from './schema-comparison.ts';

/** Compares two operations of one method and path. */
export function compareOperations(before: OperationPlace, after: OperationPlace, comparison: SchemaComparison): void {
  compareIdentity(before, after, comparison);
  compareParameters(before, after, comparison);
  compareBodies(before, after, comparison);
  compareResponses(before, after, comparison);
  compareSecurity(before, after, comparison.report);
}

function compareIdentity(before: OperationPlace, after: OperationPlace, { report }: SchemaComparison): void {
  const { operation: left } = before;
  const { operation: right, pointer, label } = after;
  if (left.operationId !== right.operationId) {
    const sentence = `${label} was "${left.operationId}" and is "${right.operationId}": functions of clients are named after it`;
    report('operation.id-changed', { pointer: toPointer(pointer, 'operationId'), before: left.operationId, after: right.operationId, sentence });
  }
  if ((left.deprecated === true) !== (right.deprecated === true)) {
    const rule = right.deprecated === true ? 'operation.deprecated' : 'operation.revived';
    const end = hasSunset(right) ? '' : ', and nothing tells until when it works';
    const sentence = right.deprecated === true ? `${label} is deprecated now${end}` : `${label} is deprecated no longer`;
    report(rule, {
      pointer: right.deprecated === true ? toPointer(pointer, 'deprecated') : pointer,
      before: left.deprecated,
      after: right.deprecated,
      sentence,
    });
  }
  for (const key of ['summary', 'description', 'tags'] as const) {
    if (isSame(left[key], right[key])) continue;
    report('operation.text-changed', {
      pointer: toPointer(pointer, key),
      before: left[key],
      after: right[key],
      sentence: `"${key}" of ${label} says something else`,
    });
  }
  if (isSame(left.servers, right.servers)) return;
  report('operation.host-changed', {
    pointer: toPointer(pointer, 'servers'),
    before: left.servers,
    after: right.servers,
    sentence: `${label} answers on another host`,
  });
}

function hasSunset({ responses }: OpenApiOperation): boolean {
  return Object.values(responses).some(({ headers = {} }) => Object.keys(headers).some((name) => name.toLowerCase() === 'sunset'));
}

function compareParameters(before: OperationPlace, after: OperationPlace, comparison: SchemaComparison): void {
  const { report } = comparison;
  const [left, right] = [listParameters(before), listParameters(after)];
  for (const [key, place] of left) {
    const other = right.get(key);
    if (other !== undefined) compareParameter(place, other, comparison);
    else if (place.part.in !== 'path') report('parameter.removed', { pointer: place.pointer, before: place.part, sentence: `${place.label} is gone` });
  }
  for (const [key, { part, pointer, label }] of right) {
    if (left.has(key) || part.in === 'path') continue;
    if (part.required) report('parameter.required-added', { pointer, after: part, sentence: `${label} is needed now` });
    else report('parameter.optional-added', { pointer, after: part, sentence: `${label} is new` });
  }
}

function compareParameter(before: Place<OpenApiParameter>, after: Place<OpenApiParameter>, comparison: SchemaComparison): void {
  const { report } = comparison;
  const { part: left } = before;
  const { part: right, pointer, label } = after;
  if (left.name !== right.name && left.in === 'path') {
    const sentence = `${label} was called "${left.name}": clients name it when they call`;
    report('parameter.path-renamed', { pointer: toPointer(pointer, 'name'), before: left.name, after: right.name, sentence });
  }
  if (left.required !== right.required) {
    const rule = right.required ? 'parameter.became-required' : 'parameter.became-optional';
    const sentence = right.required ? `${label} must be given now` : `${label} may be left out now`;
    report(rule, { pointer: toPointer(pointer, 'required'), before: left.required, after: right.required, sentence });
  }
  const [hadRest, hasRest] = [left['x-rest'] === true, right['x-rest'] === true];
  if (hadRest !== hasRest) {
    const sentence = hasRest ? `${label} may hold slashes now` : `${label} must not hold slashes any more`;
    report(hasRest ? 'parameter.rest-allowed' : 'parameter.rest-forbidden', { pointer, before: hadRest, after: hasRest, sentence });
  }
  for (const key of ['description', 'deprecated', 'examples'] as const) {
    if (isSame(left[key], right[key])) continue;
    report('parameter.text-changed', {
      pointer: toPointer(pointer, key),
      before: left[key],
      after: right[key],
      sentence: `"${key}" of ${label} says something else`,
    });
  }
  const toNode = ({ part, pointer: at }: Place<OpenApiParameter>) => ({ schema: part.schema, pointer: toPointer(at, 'schema'), label });
  comparison.compare({ before: toNode(before), after: toNode(after), direction: 'input' });
}

/** Parameters by place and name; those of the path by their position in it, because their names are not sent. */
function listParameters({ path, operation, pointer, label }: OperationPlace): ReadonlyMap<string, Place<OpenApiParameter>> {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const listed = (operation.parameters ?? []).map((part, index): [string, Place<OpenApiParameter>] => {
    const name = part.in === 'header' ? part.name.toLowerCase() : part.name;
    const key = part.in === 'path' ? `path ${names.indexOf(part.name)}` : `${part.in} ${name}`;
    return [key, { part, pointer: toPointer(pointer, 'parameters', index), label: `the ${part.in} parameter "${part.name}" of ${label}` }];
  });
  return new Map(listed);
}

function compareBodies(before: OperationPlace, after: OperationPlace, comparison: SchemaComparison): void {
  const { report } = comparison;
  const [left, right] = [before.operation.requestBody, after.operation.requestBody];
  const pointer = toPointer(right === undefined ? before.pointer : after.pointer, 'requestBody');
  const label = `the body of ${after.label}`;
  if (left === undefined || right === undefined) {
    if (left !== undefined) report('body.removed', { pointer, before: left, sentence: `${after.label} takes no body any more` });
    else if (right?.required === true) report('body.required-added', { pointer, after: right, sentence: `${after.label} needs a body now` });
    else if (right !== undefined) report('body.optional-added', { pointer, after: right, sentence: `${after.label} may have a body now` });
    return;
  }
  if (left.required !== right.required) {
    const rule = right.required ? 'body.became-required' : 'body.became-optional';
    report(rule, {
      pointer: toPointer(pointer, 'required'),
      before: left.required,
      after: right.required,
      sentence: `${label} ${right.required ? 'must' : 'need not'} be there now`,
    });
  }
  if (left.description !== right.description) {
    const sentence = `"description" of ${label} says something else`;
    report('body.text-changed', { pointer: toPointer(pointer, 'description'), before: left.description, after: right.description, sentence });
  }
  const [from, to] = [toPointer(before.pointer, 'requestBody', 'content'), toPointer(pointer, 'content')];
  for (const type of Object.keys(left.content)) {
    if (right.content[type] !== undefined) continue;
    report('body.media-type-removed', { pointer: toPointer(from, type), before: type, sentence: `${label} must not be ${type} any more` });
  }
  for (const type of Object.keys(right.content)) {
    if (left.content[type] === undefined)
      report('body.media-type-added', { pointer: toPointer(to, type), after: type, sentence: `${label} may be ${type} now` });
  }
  compareContent({ part: left.content, pointer: from, label }, { part: right.content, pointer: to, label }, 'input', comparison);
}
