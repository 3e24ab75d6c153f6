/** Compares who is let in: what credentials an operation needs, and how they are sent. */
import { isRecord } from '../document/map-schema.ts';
import type { OpenApiDocument, OpenApiSecurity } from '../document/openapi-document.ts';
import { type Report, toPointer } from './api-change.ts';
import { isSame } from './canonical-json.ts';
import type { OperationPlace } from './operation-place.ts';

type Requirement = Readonly<Record<string, readonly string[]>>;

/** Compares the security of two operations. */
export function compareSecurity(before: OperationPlace, after: OperationPlace, report: Report): void {
  const [left, right] = [before.operation.security ?? [], after.operation.security ?? []];
  const pointer = toPointer(after.pointer, 'security');
  const { label } = after;
  if (isOpen(left) && !isOpen(right)) report('security.added', { pointer, before: left, after: right, sentence: `${label} needs credentials now` });
  else if (!isOpen(left) && isOpen(right))
    report('security.removed', { pointer, before: left, after: right, sentence: `${label} needs no credentials any more` });
  const find: Finding = (rule, change) => report(rule, { pointer, ...change });
  if (!isOpen(left) && !isOpen(right)) compareDemands(left, right, find, label);
  else if (isOpen(left) && isOpen(right)) compareOffers(left, right, find, label);
}

type Finding = (
  rule: `security.${'scope-added' | 'scope-removed' | 'alternative-added' | 'alternative-removed'}`,
  change: { readonly before?: unknown; readonly after?: unknown; readonly sentence: string },
) => void;

/** The same schemes with other scopes are a change of scopes; other schemes are other ways in. */
function compareDemands(left: OpenApiSecurity, right: OpenApiSecurity, find: Finding, label: string): void {
  const lost = listUncovered(left, right);
  for (const before of lost) {
    const after = right.find((other) => hasSameSchemes(other, before));
    if (after === undefined) find('security.alternative-removed', { before, sentence: `${label} does not take ${name(before)} any more` });
    else find('security.scope-added', { before, after, sentence: `${label} needs more scopes of ${name(after)} now` });
  }
  for (const after of listUncovered(right, left)) {
    const before = left.find((other) => hasSameSchemes(other, after));
    if (before === undefined) find('security.alternative-added', { after, sentence: `${label} takes ${name(after)} as well now` });
    else if (!lost.includes(before)) find('security.scope-removed', { before, after, sentence: `${label} needs fewer scopes of ${name(after)} now` });
  }
}

/** Who needs no credentials can still send some, and is then known. */
function compareOffers(left: OpenApiSecurity, right: OpenApiSecurity, find: Finding, label: string): void {
  for (const before of listUncovered(left, right))
    find('security.alternative-removed', { before, sentence: `${label} does not take ${name(before)} any more` });
  for (const after of listUncovered(right, left)) find('security.alternative-added', { after, sentence: `${label} takes ${name(after)} now` });
}

function isOpen(security: OpenApiSecurity): boolean {
  return security.length === 0 || security.some((requirement) => Object.keys(requirement).length === 0);
}

/** Lists the ways of `from` that are no way of `to`: they meet none of its requirements. */
function listUncovered(from: OpenApiSecurity, to: OpenApiSecurity): Requirement[] {
  return from.filter((requirement) => Object.keys(requirement).length > 0 && !to.some((other) => meets(requirement, other)));
}

function meets(given: Requirement, demanded: Requirement): boolean {
  const demands = Object.entries(demanded);
  return demands.length > 0 && demands.every(([scheme, scopes]) => given[scheme] !== undefined && scopes.every((scope) => given[scheme]?.includes(scope)));
}

function hasSameSchemes(left: Requirement, right: Requirement): boolean {
  return isSame(Object.keys(left).toSorted(), Object.keys(right).toSorted());
}

function name(requirement: Requirement): string {
  return `"${Object.keys(requirement).join('" with "')}"`;
}

/** Compares how credentials are sent. Schemes that are not used any more are found at the operations. */
export function compareSchemes(before: OpenApiDocument, after: OpenApiDocument, report: Report): void {
  const [left, right] = [before.components.securitySchemes ?? {}, after.components.securitySchemes ?? {}];
  for (const [scheme, definition] of Object.entries(left)) {
    const other = right[scheme];
    if (other === undefined || isSame(definition, other)) continue;
    const isText = isSame(withoutText(definition), withoutText(other));
    report(isText ? 'security.text-changed' : 'security.scheme-changed', {
      pointer: toPointer('', 'components', 'securitySchemes', scheme),
      before: definition,
      after: other,
      sentence: isText
        ? `the description of the security scheme "${scheme}" says something else`
        : `credentials of the security scheme "${scheme}" are sent in another way`,
    });
  }
}

/** `bearerFormat` is a hint for readers. Source: OpenAPI 3.1.1, section 4.8.27. */
function withoutText(definition: unknown): unknown {
  if (!isRecord(definition)) return definition;
  const { description: _description, bearerFormat: _format, ...rest } = definition;
  return rest;
}
