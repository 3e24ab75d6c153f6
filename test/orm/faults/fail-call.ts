/** Lets one call of a database driver fail, whoever makes it: the statements of the unit of work under test are counted. */
import type { DatabaseOptions } from '../support/databases.ts';

/**
 * How a call fails: `refused` by the driver before it is sent; `helpless`: so is the rollback after it; `cut`: the connection is gone when it is to be sent; `unanswered`:
 * the server does it, but the connection is gone before it says so.
 */
export type Fault = 'cut' | 'helpless' | 'refused' | 'unanswered';

/** What happened while something was run. */
export interface FaultyRun {
  /** How many calls there were. */
  readonly calls: number;
  readonly error: unknown;
}

/** What is said of a call that was refused. */
export const REFUSED = 'the n-th call fails';

type Method = (this: unknown, ...parameters: unknown[]) => unknown;
type Prototype = Record<string, Method>;

type Callback = (error: Error) => void;
type Call = (parameters: readonly unknown[]) => unknown;

/** Where a driver is called, and how one call fails. */
interface Calls {
  readonly prototype: Prototype;
  readonly methods: readonly string[];
  /** `call` makes the call. */
  fail(fault: Fault, target: unknown, call: Call, parameters: readonly unknown[]): unknown;
}

/** Runs `work`, whose n-th call fails; a rollback is no call that counts. */
export async function failCall(driver: DatabaseOptions['driver'], failing: number, fault: Fault, work: () => Promise<unknown>): Promise<FaultyRun> {
  const seam = await findCalls(driver);
  const { prototype, methods } = seam;
  const originals = methods.map((name) => [name, prototype[name]] as const);
  let calls = 0;
  for (const [name, original] of originals)
    prototype[name] = function (...parameters) {
      const call: Call = (given) => original?.apply(this, [...given]);
      const text = toText(this, parameters);
      if (fault === 'helpless' && calls >= failing && text === 'rollback') return seam.fail(fault, this, call, parameters);
      const isCounted = !/^\s*(?:rollback|release|kill|select pg_cancel)/i.test(text);
      return isCounted && ++calls === failing ? seam.fail(fault, this, call, parameters) : call(parameters);
    };
  try {
    await work();
    return { calls, error: undefined };
  } catch (error) {
    return { calls, error };
  } finally {
    Object.assign(prototype, Object.fromEntries(originals));
  }
}

/** The text of a statement: of SQLite it is the target's, else that of the query. */
function toText(target: unknown, [query]: readonly unknown[]): string {
  if (typeof query === 'string') return query;
  const { source, text, sql } = {
    ...(query as { readonly text?: string; readonly sql?: string } | undefined),
    source: (target as { readonly source?: string }).source,
  };
  return source ?? text ?? sql ?? '';
}

async function findCalls(driver: DatabaseOptions['driver']): Promise<Calls> {
  if (driver === 'sqlite') return findSqliteCalls();
  return driver === 'postgresql' ? findPostgresqlCalls() : findMysqlCalls();
}

async function findSqliteCalls(): Promise<Calls> {
  const library: string = 'better-sqlite3'; // it has no types of its own
  const { default: Sqlite }: { default: new (file: string) => { prepare(sql: string): object; close(): void } } = await import(library);
  const probe = new Sqlite(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('select 1')) as Prototype;
  probe.close();
  return {
    prototype,
    methods: ['all', 'run'],
    fail() {
      throw new Error(REFUSED);
    },
  };
}

async function findPostgresqlCalls(): Promise<Calls> {
  const { Client } = await import('pg');
  return {
    prototype: Client.prototype as unknown as Prototype,
    methods: ['query'],
    fail(fault, target, call, parameters) {
      const { stream } = (target as { readonly connection: { readonly stream: { destroy(): void } } }).connection;
      const [query] = parameters as [{ callback?: Callback } | string];
      if (fault === 'cut') return (stream.destroy(), call(parameters));
      const isRefused = fault === 'refused' || fault === 'helpless';
      if (typeof query === 'string' || query.callback === undefined) throw new Error('only statements with values are counted');
      const { callback } = query;
      if (isRefused) return process.nextTick(callback, new Error(REFUSED));
      query.callback = () => {
        stream.destroy();
        callback(new Error('Connection terminated unexpectedly')); // as pg says
      };
      return call(parameters);
    },
  };
}

async function findMysqlCalls(): Promise<Calls> {
  const { default: mysql } = await import('mysql2');
  const { prototype } = (mysql as unknown as { readonly Connection: { readonly prototype: Prototype } }).Connection; // its types do not tell
  return {
    prototype,
    methods: ['execute', 'query'],
    fail(fault, target, call, parameters) {
      const { stream } = target as { readonly stream: { destroy(): void } };
      const done = parameters.at(-1) as (error: Error) => void;
      if (fault === 'refused' || fault === 'helpless') return done(new Error(REFUSED));
      if (fault === 'cut') return (stream.destroy(), call(parameters));
      const lose = (): void => {
        stream.destroy();
        done(Object.assign(new Error('Connection lost: The server closed the connection.'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })); // as mysql2 says
      };
      return call([...parameters.slice(0, -1), lose]);
    },
  };
}
