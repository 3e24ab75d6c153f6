/** What a server must answer before it is measured. */
import { isDeepStrictEqual } from 'node:util';
import type { BenchCase, RefusedRequest } from './cases.ts';

/** A server that runs. */
export interface ServerAddress {
  readonly server: string;
  /** `http://127.0.0.1:41000` */
  readonly origin: string;
}

/**
 * Asks the request of a case, and those that must be refused.
 * @throws {Error} naming the first answer that is not right.
 */
export async function checkServer(address: ServerAddress, one: BenchCase): Promise<void> {
  const response = await ask(address, one);
  const text = await response.text();
  const answer = withoutVariable(one, typeof one.expected === 'string' ? text : tryParseJson(text));
  if (response.status !== one.status || !isDeepStrictEqual(answer, one.expected)) {
    throw new Error(`${describe(address, one)} is ${response.status} ${text} instead of ${one.status} ${JSON.stringify(one.expected)}.`);
  }
  for (const [name, pattern] of Object.entries(one.expectedHeaders ?? {})) {
    const value = response.headers.get(name);
    if (!pattern.test(value ?? '')) throw new Error(`${describe(address, one)} has ${name}: ${value} instead of ${pattern}.`);
  }
  for (const refused of one.refused ?? []) await checkRefused(address, one, refused);
}

async function checkRefused(address: ServerAddress, one: BenchCase, refused: RefusedRequest): Promise<void> {
  const headers = Object.fromEntries(
    Object.entries({ ...one.headers, ...refused.headers }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const { status } = await ask(address, { ...one, ...refused, headers, status: one.status });
  const isRight = refused.status === undefined ? status >= 400 && status <= 499 : status === refused.status;
  if (!isRight) throw new Error(`${describe(address, one)} to ${refused.title} is ${status} instead of ${refused.status ?? '400 to 499'}.`);
}

function ask({ origin }: ServerAddress, { method, path, headers = {}, body }: BenchCase): Promise<Response> {
  return fetch(`${origin}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
}

/** Takes the variable fields away; one that is not there stays missing, and the answer is not the expected one. */
function withoutVariable({ variable = [], expected }: BenchCase, answer: unknown): unknown {
  if (variable.length === 0 || typeof answer !== 'object' || answer === null) return answer;
  const hasAll = variable.every((name) => typeof Reflect.get(answer, name) === 'string' && !Object.hasOwn(expected as object, name));
  return hasAll ? Object.fromEntries(Object.entries(answer).filter(([name]) => !variable.includes(name))) : undefined;
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describe({ server }: ServerAddress, { name }: BenchCase): string {
  return `The answer of the server "${server}" in case ${name}`;
}
