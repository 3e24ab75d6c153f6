/** Tells by their names which fields hold secrets. */

/** Written in the place of a secret. */
export const REDACTED = '[redacted]';

/** In lower case, letters and digits only. */
const SECRET_NAMES: readonly string[] = [
  'auth',
  'bearer',
  'cardnumber',
  'creditcard',
  'csrf',
  'cvc',
  'cvv',
  'jwt',
  'otp',
  'pass',
  'pin',
  'session',
  'sessionid',
  'sid',
  'ssn',
  'xsrf',
];

/** What ends so is a secret whatever stands before: `newPassword`, `reset_token`, `awsSecretAccessKey`. */
const SECRET_ENDINGS: readonly string[] = [
  'accesskey',
  'apikey',
  'apikeys',
  'authorization',
  'connectionstring',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'privatekey',
  'pwd',
  'secret',
  'secretkey',
  'secrets',
  'signingkey',
  'token',
];

/** Tells whether a field of this name holds a secret. */
export type SecretTest = (name: string) => boolean;

/** Creates the test for the built-in names and further ones. */
export function createSecretTest(further: readonly string[]): SecretTest {
  const names = new Set([...SECRET_NAMES, ...further.map(normalize)]);
  return (name) => {
    const normal = normalize(name);
    return names.has(normal) || SECRET_ENDINGS.some((ending) => normal.endsWith(ending));
  };
}

/** One name for all spellings: `apiKey`, `API-KEY`, `x-api.key`, `user[password]`, and letters of other widths. */
function normalize(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
