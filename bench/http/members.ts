/**
 * What all servers of case d share: the schemas, the token, the log, and what the handler does. A server adds what its
 * framework has for the rest. fastify and elysia say the schemas in their own languages.
 */
import { createHmac, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import * as z from 'zod';

/** Signs and verifies the tokens, HS256. */
export const SECRET = 'a secret of the benchmark, which has more than 32 bytes';

/** The same for libraries that take a key: imported once. */
export const KEY: KeyObject = createSecretKey(Buffer.from(SECRET));

/** Who issued the tokens. */
export const ISSUER = 'https://accounts.example';

/** The only other origin whose pages may read the answers. */
export const ORIGIN = 'https://app.example';

/** The slug of a team. */
export const TEAM = /^[a-z][a-z0-9-]{1,38}$/;

/** What a member may be. */
export const ROLES = ['owner', 'admin', 'editor', 'viewer'] as const;

/** The path parameters. */
export const MemberParams = z.object({ team: z.string().regex(TEAM) });

/** The query as text, for frameworks that leave text to the schema. */
export const MemberQuery = z.object({ notify: z.stringbool({ truthy: ['true'], falsy: ['false'] }) });

/** The body. */
export const MemberBody = z.object({
  name: z.string().min(1).max(100),
  email: z.email(),
  age: z.int().min(0).max(150),
  roles: z.array(z.enum(ROLES)).max(10),
});

/** The answer; what it does not name must not leave. */
export const Member = z.object({
  id: z.string(),
  team: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.string()),
  createdBy: z.string(),
  notified: z.boolean(),
});

/** The answer. */
export type Member = z.output<typeof Member>;

/** A member as the application has it: with a field that must not leave. */
export interface StoredMember extends Member {
  readonly passwordHash: string;
}

/** The validated inputs of the handler. */
export interface MemberInput {
  readonly team: string;
  readonly body: z.output<typeof MemberBody>;
  readonly notify: boolean;
  /** The subject of the token. */
  readonly createdBy: string;
}

/** What the handler of every server does. */
export function createMember({ team, body, notify, createdBy }: MemberInput): StoredMember {
  const { name, email, roles } = body;
  return { id: randomUUID(), team, name, email, roles, createdBy, notified: notify, passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' };
}

/** Where the log goes: BENCH_LOG names a file to look at, otherwise nobody reads it. */
export const LOG_FILE: string = process.env['BENCH_LOG'] ?? '/dev/null';

/** How many bytes are gathered before they are written: what Oxidite does by itself. */
const LOG_BUFFER_BYTES = 4_096;

/** Opens the log, in the way pino's guide calls asynchronous: its fastest within the process. */
export function openLog(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: LOG_FILE, sync: false, minLength: LOG_BUFFER_BYTES });
}

/** Claims of a token, where they differ from those of a good one. */
export interface TokenOptions {
  readonly issuer?: string;
  readonly secret?: string;
  readonly expiresInSeconds?: number;
}

/** Signs a token as any issuer would. */
export function signToken({ issuer = ISSUER, secret = SECRET, expiresInSeconds = 86_400 }: TokenOptions = {}): string {
  const iat = Math.floor(Date.now() / 1_000);
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: 'user-42', iss: issuer, iat, exp: iat + expiresInSeconds },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
