/**
 * Protects values that clients keep: signed ones can be read but not changed, encrypted ones neither. The name of the cookie
 * and the end of its life are part of what is protected, so that neither another cookie nor a longer life can be made of one.
 */
import type { KeyAge, KeyRing } from './key-ring.ts';
import { decodeCookieValue } from './parse-cookies.ts';
import { encodeCookieValue } from './set-cookie.ts';

const PURPOSE = 'cookie';

/** A value before it is protected. */
export interface Sealable {
  readonly name: string;
  readonly value: string;
  /** When the value ends, in seconds since 1970; `undefined` when it does not. */
  readonly expiresAtSeconds: number | undefined;
}

/** A value whose protection held. */
export interface Unsealed {
  readonly value: string;
  readonly age: KeyAge;
  readonly expiresAtSeconds: number | undefined;
}

/** Encodes and signs a value: `value.expiry.signature`. What is signed is the value as it is on the wire. */
export function signValue(keys: KeyRing, { name, value, expiresAtSeconds }: Sealable): string {
  const encoded = encodeCookieValue(value);
  const expiry = toExpiry(expiresAtSeconds);
  return `${encoded}.${expiry}.${keys.sign(PURPOSE, toSigned(name, encoded, expiry))}`;
}

/** Checks a signed value as it is on the wire; `undefined` when it was changed. */
export function verifyValue(keys: KeyRing, name: string, signed: string): Unsealed | undefined {
  const signatureStart = signed.lastIndexOf('.');
  const expiryStart = signed.lastIndexOf('.', signatureStart - 1);
  if (signatureStart <= 0 || expiryStart === -1) return undefined;
  const value = signed.slice(0, expiryStart);
  const expiry = signed.slice(expiryStart + 1, signatureStart);
  const age = keys.identify(PURPOSE, toSigned(name, value, expiry), signed.slice(signatureStart + 1));
  return age === undefined ? undefined : { value: decodeCookieValue(value), age, expiresAtSeconds: fromExpiry(expiry) };
}

/** Encrypts a value. */
export function encryptValue(keys: KeyRing, { name, value, expiresAtSeconds }: Sealable): string {
  return keys.encrypt(PURPOSE, `${toExpiry(expiresAtSeconds)}.${value}`, name);
}

/** Decrypts a value; `undefined` when it was changed, or is that of another cookie. */
export function decryptValue(keys: KeyRing, name: string, sealed: string): Unsealed | undefined {
  const decrypted = keys.decrypt(PURPOSE, sealed, name);
  if (decrypted === undefined) return undefined;
  const { text, age } = decrypted;
  const dot = text.indexOf('.');
  return { value: text.slice(dot + 1), age, expiresAtSeconds: fromExpiry(text.slice(0, dot)) };
}

/** The value comes last: it alone may hold anything. */
function toSigned(name: string, value: string, expiry: string): string {
  return `${name}\0${expiry}\0${value}`;
}

function toExpiry(seconds: number | undefined): string {
  return seconds === undefined ? '' : seconds.toString(36);
}

function fromExpiry(expiry: string): number | undefined {
  return expiry === '' ? undefined : Number.parseInt(expiry, 36);
}
