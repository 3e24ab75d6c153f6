/** Tells by their names which fields hold secrets. */

/** Written in the place of a secret. */
export const REDACTED = '[redacted]';

/** Without case, `-` and `_`. */
const SECRET_NAMES: readonly string[] = [
  'accesskey',
  'authorization',
  'cardnumber',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'creditcard',
  'csrf',
  'cvc',
  'cvv',
  'jwt',
  'otp',
  'pin',
  'proxyauthorization',
  'session',
  'sessionid',
  'setcookie',
  'sid',
  'ssn',
];

/** What ends so is a secret whatever stands before: `newPassword`, `reset_token`. */
const SECRET_ENDINGS: readonly string[] = ['apikey', 'passphrase', 'passwd', 'password', 'privatekey', 'secret', 'secretkey', 'token'];

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

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}
