/** Keeps prepared statements: preparing costs more than running a query by key. The least recently used are forgotten. */

/** Prepares a statement on its first use and keeps it. */
export class StatementCache<Statement> {
  readonly #prepare: (sql: string) => Statement;
  readonly #size: number;
  readonly #statements = new Map<string, Statement>();
  #latest: string | undefined;

  /** @param size how many statements are kept. */
  constructor(prepare: (sql: string) => Statement, size = 500) {
    this.#prepare = prepare;
    this.#size = size;
  }

  /** Returns the statement for `sql`. */
  get(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      if (this.#latest !== sql) this.#touch(sql, known);
      return known;
    }
    const statement = this.#prepare(sql);
    if (this.#statements.size >= this.#size) this.#forgetOldest();
    this.#statements.set(sql, statement);
    this.#latest = sql;
    return statement;
  }

  /** Forgets all statements; for after the schema changed. */
  clear(): void {
    this.#statements.clear();
    this.#latest = undefined;
  }

  #touch(sql: string, statement: Statement): void {
    this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    this.#latest = sql;
  }

  #forgetOldest(): void {
    for (const oldest of this.#statements.keys()) {
      this.#statements.delete(oldest);
      return;
    }
  }
}
