/** The server's side of SCRAM-SHA-256. Source: RFC 5802 and RFC 7677 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { CommandError } from '../command-error.ts';

const ITERATIONS = 4_096;

/** Who may log in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** One login: the client's first message and its second one are answered. */
export class Scram {
  readonly #password: string;
  readonly #first: string;
  readonly #challenge: string;
  readonly #salt = randomBytes(16);

  /** Reads the client's first message: `n,,n=user,r=nonce`. @throws {CommandError} `AuthenticationFailed` for another user. */
  constructor(message: string, { name, password }: Credentials) {
    const [, first, user, nonce] = /^n,,(n=([^,]*),r=(.*))$/.exec(message) ?? [];
    if (first === undefined || nonce === undefined || user !== name) throw authenticationFailed();
    this.#password = password;
    this.#first = first;
    this.#challenge = `r=${nonce}${randomBytes(18).toString('base64')},s=${this.#salt.toString('base64')},i=${ITERATIONS}`;
  }

  /** The answer to the first message. */
  get challenge(): string {
    return this.#challenge;
  }

  /** Checks the client's second message, and returns the answer to it. @throws {CommandError} `AuthenticationFailed` */
  verify(message: string): string {
    const [, unproved = '', proof = ''] = /^(c=biws,r=.*),p=(.*)$/.exec(message) ?? [];
    const signed = `${this.#first},${this.#challenge},${unproved}`;
    const salted = pbkdf2Sync(this.#password, this.#salt, ITERATIONS, 32, 'sha256');
    const key = sign(salted, 'Client Key');
    const signature = sign(createHash('sha256').update(key).digest(), signed);
    const expected = key.map((byte, index) => byte ^ (signature[index] ?? 0));
    const found = Buffer.from(proof, 'base64');
    if (found.length !== expected.length || !timingSafeEqual(found, expected)) throw authenticationFailed();
    return `v=${sign(sign(salted, 'Server Key'), signed).toString('base64')}`;
  }
}

function sign(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function authenticationFailed(): CommandError {
  return new CommandError('AuthenticationFailed', 'Authentication failed.');
}
