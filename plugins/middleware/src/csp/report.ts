/**
 * Reads what browsers report of violations, in both of their forms. Anyone can send reports, so nothing of them is
 * believed: known fields only, short, and addresses without what may be secret in them.
 * Source: W3C CSP Level 3, sections 5.3 and 5.4; W3C Reporting API, section 2.
 */

/** One violation. Every field is what somebody claims. */
export interface CspReport {
  /** The page, without query and fragment. */
  readonly documentUrl: string | undefined;
  /** What was not loaded, without query and fragment, or a word like `inline` or `eval`. */
  readonly blockedUrl: string | undefined;
  /** The directive that was violated: `script-src-elem`. */
  readonly directive: string | undefined;
  /** `enforce`, or `report` for a policy that only reports. */
  readonly disposition: string | undefined;
  /** The script that did it, without query and fragment. */
  readonly sourceFile: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The first characters of an inline script or style, when the policy asks for them. */
  readonly sample: string | undefined;
}

const MAX_REPORTS = 20;
const MAX_TEXT = 512;

/** Reads the body of a report; `undefined` when it is not one. */
export function tryParseCspReports(text: string): readonly CspReport[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(body)) {
    const reports = body.filter((entry: unknown): entry is object => isObject(entry) && read(entry, 'type') === 'csp-violation').slice(0, MAX_REPORTS);
    return reports.map((entry) => toReport(read(entry, 'body')));
  }
  const legacy = isObject(body) ? read(body, 'csp-report') : undefined;
  return isObject(legacy) ? [toReport(legacy)] : undefined;
}

/** The older form first, then the newer. */
function toReport(body: unknown): CspReport {
  return {
    documentUrl: toAddress(either(body, 'document-uri', 'documentURL')),
    blockedUrl: toAddress(either(body, 'blocked-uri', 'blockedURL')),
    directive: toText(either(body, 'effective-directive', 'effectiveDirective') ?? either(body, 'violated-directive', 'violatedDirective')),
    disposition: toText(either(body, 'disposition', 'disposition')),
    sourceFile: toAddress(either(body, 'source-file', 'sourceFile')),
    line: toNumber(either(body, 'line-number', 'lineNumber')),
    column: toNumber(either(body, 'column-number', 'columnNumber')),
    sample: toText(either(body, 'script-sample', 'sample')),
  };
}

function either(body: unknown, name: string, other: string): unknown {
  return isObject(body) ? (read(body, name) ?? read(body, other)) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function read(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

/** Line breaks and other control characters could forge lines of a log that is read by people. */
function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ') : undefined;
}

/** Queries and fragments hold tokens; `data:` addresses hold everything. */
function toAddress(value: unknown): string | undefined {
  const text = toText(value)?.replace(/[?#].*$/, '');
  return text?.startsWith('data:') === true ? 'data:' : text;
}

function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
