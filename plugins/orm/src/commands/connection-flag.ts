/** The flag by which commands choose one of several databases. */
import * as z from 'zod';
import type { Orm } from '../orm.ts';

const connection = z.string().optional();

/** The flag of commands that are about one database. */
export const oneConnection = connection.describe('The connection; without it, the default one');

/** The flag of commands that go through all databases. */
export const anyConnection = connection.describe('Only this connection; without it all, the default one first');

/** Returns the orm of the connection that was chosen. */
export function chooseConnection(orm: Orm, name: string | undefined): Orm {
  return name === undefined ? orm : orm.on(name);
}

/** Runs `work` for the connection that was chosen, or for all; `title` is its name when there are several. */
export async function forConnections<Result>(
  orm: Orm,
  name: string | undefined,
  work: (orm: Orm, title: string | undefined) => Promise<Result>,
): Promise<ReadonlyMap<string, Result>> {
  const names = name === undefined ? orm.connections : [name];
  const results = new Map<string, Result>();
  for (const each of names) results.set(each, await work(orm.on(each), names.length === 1 ? undefined : each));
  return results;
}

/** What a command returns: of one connection its result, of several those of each by its name. */
export function toOutcome<Result extends object>(results: ReadonlyMap<string, Result>): Result | { readonly connections: Readonly<Record<string, Result>> } {
  const [only] = results.values();
  return results.size === 1 && only !== undefined ? only : { connections: Object.fromEntries(results) };
}
