/** Writes a Content-Security-Policy once, at boot; a nonce is only put into its place. Source: W3C CSP Level 3, section 2.3. */
import { CspSourceError } from '../errors.ts';
import { type CspDirective, type CspDirectives, DIRECTIVES } from './directives.ts';

/** A policy that is ready to be sent. */
export interface CompiledCsp {
  /** The value of the header. */
  readonly value: string;
  /** Returns the value in which scripts and styles with this nonce are allowed. */
  withNonce(nonce: string): string;
}

/** Where reports go. */
export interface CspReporting {
  /** The address for `report-uri`. */
  readonly uri: string;
  /** The name of the endpoint for `report-to`; `undefined` where it would not be obeyed. */
  readonly group: string | undefined;
}

const KEYWORDS = new Set([
  'self',
  'none',
  'unsafe-inline',
  'unsafe-eval',
  'unsafe-hashes',
  'strict-dynamic',
  'report-sample',
  'wasm-unsafe-eval',
  'inline-speculation-rules',
  'script',
  'allow-duplicates',
]);
const HASH = /^sha(?:256|384|512)-[A-Za-z\d+/_-]+={0,2}$/;
const SOURCE = /^[\x21-\x26\x28-\x2b\x2d-\x3a\x3c-\x7e]+$/;

/** The directives that a nonce is put into; a policy without the first two gets them, from `defaultSrc`. */
const NONCE_DIRECTIVES: readonly CspDirective[] = ['scriptSrc', 'styleSrc', 'scriptSrcElem', 'styleSrcElem'];

/** Stands for a nonce in a template; no source may hold it. */
const NONCE_MARK = '\0';

/**
 * Compiles a policy.
 * @throws {CspSourceError} when a source breaks the syntax.
 */
export function compileCsp(directives: CspDirectives, reporting?: CspReporting): CompiledCsp {
  const template = write(addNonceMark(directives), reporting).split(NONCE_MARK);
  return { value: write(directives, reporting), withNonce: (nonce) => template.join(`'nonce-${nonce}'`) };
}

function write(directives: CspDirectives, reporting: CspReporting | undefined): string {
  const parts = (Object.keys(DIRECTIVES) as CspDirective[]).flatMap((directive) => {
    const sources = directives[directive];
    if (sources === undefined || sources === false) return [];
    if (sources === true) return DIRECTIVES[directive];
    if (sources.includes('none') && sources.length > 1) throw new CspSourceError(directive, 'none', 'it stands alone or not at all');
    return [DIRECTIVES[directive], ...sources.map((source) => writeSource(directive, source))].join(' ');
  });
  if (reporting !== undefined) parts.push(`report-uri ${reporting.uri}`);
  if (reporting?.group !== undefined) parts.push(`report-to ${reporting.group}`);
  return parts.join('; ');
}

function writeSource(directive: CspDirective, source: string): string {
  if (source === NONCE_MARK) return source;
  const bare = /^'(.*)'$/.exec(source)?.[1] ?? source;
  if (KEYWORDS.has(bare)) return directive === 'sandbox' ? bare : `'${bare}'`;
  if (HASH.test(bare)) return `'${bare}'`;
  if (bare.startsWith('nonce-')) throw new CspSourceError(directive, source, 'a nonce is made for each response: use cspNonce.get(request)');
  if (!SOURCE.test(bare)) throw new CspSourceError(directive, source, 'a source has no spaces, quotes, commas or semicolons, and only ASCII');
  if (bare !== source) throw new CspSourceError(directive, source, 'there is no such keyword');
  return bare;
}

function addNonceMark(directives: CspDirectives): CspDirectives {
  const marked: Partial<Record<CspDirective, readonly string[] | boolean>> = { ...directives };
  for (const directive of NONCE_DIRECTIVES) {
    const isMain = directive === 'scriptSrc' || directive === 'styleSrc';
    const sources = directives[directive] ?? (isMain ? directives.defaultSrc : undefined);
    if (Array.isArray(sources))
      marked[directive] = [...(sources as readonly string[]).filter((source) => source !== 'none' && source !== "'none'"), NONCE_MARK];
  }
  return marked;
}
