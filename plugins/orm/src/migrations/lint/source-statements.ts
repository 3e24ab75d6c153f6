/**
 * Finds where the statements of a migration stand in its file, and which allowances stand before them. The file is read as
 * text: the literals in it are compared with the statements that were run. One that was put together at run time is not found.
 */
import type { SqlDriverName } from '../../drivers/driver.ts';
import { splitStatements } from './sql-tokens.ts';

/** `// oxidite-allow <rule-id>: reason`. */
export interface Allowance {
  readonly rule: string;
  readonly reason: string;
  readonly line: number;
  /** The part of the file that it is about: the code behind it, up to the end of its first statement. */
  readonly from: number;
  readonly to: number;
}

/** A statement in the file. */
interface SourceStatement {
  /** Its text, with single spaces; where a value is put in, anything may stand. */
  readonly pattern: RegExp;
  readonly offset: number;
}

/** The file of a migration, as far as a finding needs it. */
export interface MigrationText {
  readonly allowances: readonly Allowance[];
  /** Returns where the n-th statement with this text stands; `undefined` when it is not found. */
  find(sql: string, occurrence: number): number | undefined;
  /** Where the migration itself begins. */
  readonly start: number;
  lineOf(offset: number): number;
}

const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
const ALLOWANCE = /^\/\/\s*oxidite-allow\b\s*([^\s:]*)\s*:?(.*)$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' };

/** Reads a file. */
export function readMigrationText(source: string, driver: SqlDriverName): MigrationText {
  const literals = [...source.matchAll(TOKEN)].map(({ 0: text, index }) => ({ text, index }));
  const code = maskLiterals(source, literals);
  const statements = literals.filter(({ text }) => !text.startsWith('/')).flatMap((literal) => readLiteral(literal, driver));
  const lineOf = (offset: number): number => source.slice(0, offset).split('\n').length;
  const allowances = literals.flatMap(({ text, index }): Allowance[] => {
    const [, rule, reason] = ALLOWANCE.exec(text.trim()) ?? [];
    if (rule === undefined || reason === undefined) return [];
    const behind = /\S/.exec(code.slice(index));
    const from = behind === null ? source.length : index + behind.index;
    const end = code.indexOf(';', from);
    return [{ rule, reason: reason.trim(), line: lineOf(index), from, to: end < 0 ? source.length : end }];
  });
  const start = code.search(/export\s+default/);
  return {
    allowances,
    start: start < 0 ? 0 : start,
    lineOf,
    find(sql, occurrence) {
      const wanted = toSingleSpaces(sql);
      const found = statements.filter(({ pattern }) => pattern.test(wanted));
      return (found[occurrence] ?? found.at(-1))?.offset;
    },
  };
}

/** Comments become spaces, and what stands in literals becomes letters, so that what is left is code. */
function maskLiterals(source: string, literals: readonly { readonly text: string; readonly index: number }[]): string {
  let code = '';
  let end = 0;
  for (const { text, index } of literals) {
    code += source.slice(end, index) + (text.startsWith('/') ? text.replace(/[^\n]/g, ' ') : 'x'.repeat(text.length));
    end = index + text.length;
  }
  return code + source.slice(end);
}

function readLiteral({ text, index }: { readonly text: string; readonly index: number }, driver: SqlDriverName): SourceStatement[] {
  let plain = '';
  const offsets: number[] = []; // where each character of it stands in the file
  for (const { 0: part, index: place } of text.slice(1, -1).matchAll(/\\(?:\r\n|[\s\S])|[\s\S]/g)) {
    const value = part.length > 1 ? (ESCAPES[part.slice(1)] ?? part.slice(1)) : part;
    for (const character of value.split('')) {
      plain += character;
      offsets.push(index + 1 + place);
    }
  }
  return splitStatements(plain, driver).map(({ sql, start }) => ({ pattern: toPattern(sql, text.startsWith('`')), offset: offsets[start] ?? index }));
}

function toPattern(sql: string, isTemplate: boolean): RegExp {
  const parts = (isTemplate ? sql.split(/\$\{[^}]*\}/) : [sql]).map((part) => toSingleSpaces(part, false).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function toSingleSpaces(sql: string, trims = true): string {
  const single = sql.replace(/\s+/g, ' ');
  return trims ? single.trim() : single;
}
