/** The cases: what is asked, and what every server must answer. */
import { ORIGIN, signToken } from './members.ts';

/** Headers by their lower-case names. */
export type CaseHeaders = Readonly<Record<string, string>>;

/** A request that must be refused: what differs from the one that is measured. */
export interface RefusedRequest {
  readonly title: string;
  readonly path?: string;
  readonly body?: string;
  /** `undefined` takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Default: any from 400 to 499. */
  readonly status?: number;
}

/** One request and its answer. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** The folder with a program for each server. */
  readonly folder: 'servers' | 'api';
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: CaseHeaders;
  readonly body?: string;
  readonly status: number;
  /** The answer as text, or as JSON; nothing may be missing, and nothing may be added. */
  readonly expected: unknown;
  /** Fields of the answer that are another text each time. */
  readonly variable?: readonly string[];
  /** What headers of the answer must be. */
  readonly expectedHeaders?: Readonly<Record<string, RegExp>>;
  readonly refused?: readonly RefusedRequest[];
}

const JSON_HEADERS = { 'content-type': 'application/json' };

const echo = { name: 'Ada Lovelace', age: 36, tags: ['mathematics', 'engines', 'notes'] };
const member = { name: 'Grace Hopper', email: 'grace@navy.example', age: 37, roles: ['admin', 'editor'] };
const { age: _, ...publicMember } = member;

/** All cases. */
export const CASES: readonly BenchCase[] = [
  { name: 'a', title: 'GET / -> text', folder: 'servers', method: 'GET', path: '/', status: 200, expected: 'Hello, world!' },
  {
    name: 'b',
    title: 'GET /user/:id?q= -> JSON',
    folder: 'servers',
    method: 'GET',
    path: '/user/42?q=search',
    status: 200,
    expected: { id: '42', q: 'search', ok: true },
  },
  {
    name: 'c',
    title: 'POST /echo -> validated JSON',
    folder: 'servers',
    method: 'POST',
    path: '/echo',
    headers: JSON_HEADERS,
    body: JSON.stringify(echo),
    status: 200,
    expected: echo,
    refused: [{ title: 'an invalid body', body: JSON.stringify({ ...echo, age: -1 }) }],
  },
  {
    name: 'd',
    title: 'POST /teams/:team/members, a real API route',
    folder: 'api',
    method: 'POST',
    path: '/teams/compilers/members?notify=true',
    headers: { ...JSON_HEADERS, origin: ORIGIN, authorization: `Bearer ${signToken()}` },
    body: JSON.stringify(member),
    status: 201,
    expected: { team: 'compilers', ...publicMember, createdBy: 'user-42', notified: true },
    variable: ['id'],
    expectedHeaders: {
      'content-type': /^application\/json/,
      'access-control-allow-origin': /^https:\/\/app\.example$/,
      'x-content-type-options': /^nosniff$/,
      'x-frame-options': /^(?:DENY|SAMEORIGIN)$/i,
      'strict-transport-security': /^max-age=\d+/,
      'x-request-id': /^.{8,}$/,
    },
    refused: [
      { title: 'no token', headers: { authorization: undefined }, status: 401 },
      { title: 'a forged token', headers: { authorization: `Bearer ${signToken({ secret: 'not the secret of the benchmark, but as long' })}` }, status: 401 },
      { title: 'an expired token', headers: { authorization: `Bearer ${signToken({ expiresInSeconds: -3_600 })}` }, status: 401 },
      { title: 'the token of another issuer', headers: { authorization: `Bearer ${signToken({ issuer: 'https://other.example' })}` }, status: 401 },
      { title: 'an invalid body', body: JSON.stringify({ ...member, email: 'grace' }) },
      { title: 'a body of wrong types', body: JSON.stringify({ ...member, age: '37 years' }) },
      { title: 'an invalid parameter', path: '/teams/-/members?notify=true' },
      { title: 'an invalid query', path: '/teams/compilers/members?notify=perhaps' },
    ],
  },
];

/** The servers, by the names of their programs; the first is what the others are compared with. */
export const SERVERS = ['node', 'oxidite', 'fastify', 'h3', 'hono', 'elysia', 'koa', 'nest', 'express'] as const;
