/** Gathers what is found in one migration, says where it stands, and sets apart what the migration allows. */
import type { SqlDriverName } from '../../drivers/driver.ts';
import type { LintSeverity } from './lint-rule.ts';
import { LINT_RULES, MIGRATION_RULES, type MigrationRule } from './lint-rules.ts';
import { type Allowance, type MigrationText, readMigrationText } from './source-statements.ts';

/** Something in a migration that does harm. */
export interface LintFinding {
  /** The stable name of the rule, which an allowance names: `pg-index`. */
  readonly rule: string;
  readonly severity: LintSeverity;
  readonly migration: string;
  readonly file: string;
  /** Where the statement stands in the file; missing when it is put together at run time. */
  readonly line?: number;
  readonly statement?: string;
  /** What goes wrong. */
  readonly message: string;
  /** How the same is reached without harm. */
  readonly recipe: string;
}

/** A finding that the migration allows. */
export interface AllowedFinding extends LintFinding {
  readonly reason: string;
}

/** What was found. */
export interface LintReport {
  readonly findings: readonly LintFinding[];
  readonly allowed: readonly AllowedFinding[];
}

/** The migration that a sheet is about. */
export interface SheetMigration {
  readonly name: string;
  readonly file: string;
  /** The text of the file. */
  readonly source: string;
}

/** What a finding takes from its rule. */
export interface FoundRule {
  readonly id: string;
  readonly severity: LintSeverity;
  readonly harm: string;
  readonly recipe: string;
}

/** A statement, and where it stands. */
export interface PlacedStatement {
  readonly sql: string;
  /** `undefined` when it is not found in the file. */
  readonly offset: number | undefined;
}

/** The findings of one migration. */
export class FindingSheet {
  readonly #migration: SheetMigration;
  readonly #text: MigrationText;
  readonly #used = new Set<Allowance>();
  readonly #findings: LintFinding[] = [];
  readonly #allowed: AllowedFinding[] = [];
  readonly #counts = new Map<string, number>();

  constructor(migration: SheetMigration, driver: SqlDriverName) {
    this.#migration = migration;
    this.#text = readMigrationText(migration.source, driver);
  }

  /** Finds where the next statement stands; of equal ones, one after the other. */
  place(sql: string): PlacedStatement {
    const count = this.#counts.get(sql) ?? 0;
    this.#counts.set(sql, count + 1);
    return { sql, offset: this.#text.find(sql, count) };
  }

  /** Notes a finding about a statement, or about the whole migration. */
  add(rule: FoundRule, subject: string, statement?: PlacedStatement): void {
    const offset = statement === undefined ? this.#text.start : statement.offset;
    const finding = this.#toFinding(rule, `${subject}: ${rule.harm}`, {
      ...(offset === undefined || statement === undefined ? {} : { line: this.#text.lineOf(offset) }),
      ...(statement === undefined ? {} : { statement: statement.sql }),
    });
    const allowance = this.#text.allowances.find(
      ({ rule: id, reason, from, to }) => id === rule.id && id !== 'in-transaction' && reason !== '' && offset !== undefined && from <= offset && offset <= to,
    );
    if (allowance === undefined) this.#findings.push(finding);
    else {
      this.#used.add(allowance);
      this.#allowed.push({ ...finding, reason: allowance.reason });
    }
  }

  /** Returns what was found, and what is wrong with the allowances. */
  finish(): LintReport {
    for (const allowance of this.#text.allowances) {
      const { rule: id, reason, line } = allowance;
      const isKnown = LINT_RULES.some((rule) => rule.id === id) || id === 'irreversible' || id === 'several-outside';
      const rule = ruleOf(isKnown && reason !== '' ? 'allowance-unused' : 'allowance-invalid');
      if (this.#used.has(allowance)) continue;
      const problem = isKnown ? (reason === '' ? `the allowance of ${id} has no reason` : `the allowance of ${id} is not needed`) : `there is no rule "${id}"`;
      this.#findings.push(this.#toFinding(rule, `${problem}: ${rule.harm}`, { line }));
    }
    return { findings: this.#findings.toSorted((left, right) => (left.line ?? 0) - (right.line ?? 0)), allowed: this.#allowed };
  }

  #toFinding({ id, severity, recipe }: FoundRule, message: string, place: Pick<LintFinding, 'line' | 'statement'>): LintFinding {
    const { name, file } = this.#migration;
    return { rule: id, severity, migration: name, file, ...place, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, recipe };
  }
}

/** Returns a rule about whole migrations. */
export function ruleOf(id: MigrationRule['id']): MigrationRule {
  return MIGRATION_RULES[id];
}
