/** The cases: what is asked, and what every server must answer. */
import * as z from 'zod';

/** The body of case c; fastify says the same in JSON Schema. */
export const EchoBody = z.object({ name: z.string().min(1), age: z.int().min(0), tags: z.array(z.string()) });

/** One request and its answer. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** The answer as text, or as JSON. */
  readonly expected: unknown;
  /** A request that must be refused with a status from 400 to 499. */
  readonly refused?: { readonly body: string };
}

const echo = { name: 'Ada Lovelace', age: 36, tags: ['mathematics', 'engines', 'notes'] };

/** All cases. */
export const CASES: readonly BenchCase[] = [
  { name: 'a', title: 'GET / -> text', method: 'GET', path: '/', expected: 'Hello, world!' },
  { name: 'b', title: 'GET /user/:id?q= -> JSON', method: 'GET', path: '/user/42?q=search', expected: { id: '42', q: 'search', ok: true } },
  {
    name: 'c',
    title: 'POST /echo -> validated JSON',
    method: 'POST',
    path: '/echo',
    body: JSON.stringify(echo),
    expected: echo,
    refused: { body: JSON.stringify({ ...echo, age: -1 }) },
  },
];

/** The servers, by the names of their files in `servers/`; the first is what the others are compared with. */
export const SERVERS = ['node', 'oxidite', 'fastify', 'h3', 'hono', 'express'] as const;
