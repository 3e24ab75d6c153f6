/** What can be wrong with keys and with the declaration and use of cookies. What a client sends is never an error here. */
import { OxiditeError } from '@oxidite/plugin-sdk';

/** A secret cannot serve as a key. */
export class KeysInvalidError extends OxiditeError {
  readonly code = 'OXI_HTTP_KEYS_INVALID';

  /** @param place where the key stands, never what it is. */
  constructor(place: string, reason: string) {
    super(`${place} cannot be used: ${reason}. Make one with: openssl rand -base64 48`);
  }
}

/** Something is to be signed or encrypted, but there are no keys. */
export class KeysMissingError extends OxiditeError {
  readonly code = 'OXI_HTTP_KEYS_MISSING';

  constructor() {
    super(
      'Something is to be signed or encrypted, but the application has no keys. ' +
        'Set OXI_HTTP_KEYS, or http({ keys: [...] }), to secrets of at least 32 bytes; the first signs, the others still verify.',
    );
  }
}

/** A cookie is declared in a way that browsers refuse or treat differently than it says. */
export class CookieDefinitionError extends OxiditeError {
  readonly code = 'OXI_HTTP_COOKIE_DEFINITION';
  readonly cookie: string;

  constructor(cookie: string, reason: string) {
    super(`The cookie ${JSON.stringify(cookie)} is not declared well: ${reason}.`);
    this.cookie = cookie;
  }
}

/** A value cannot be put into a cookie, or the schema of a cookie cannot read one. */
export class CookieValueError extends OxiditeError {
  readonly code = 'OXI_HTTP_COOKIE_VALUE';
  readonly cookie: string;

  constructor(cookie: string, reason: string, cause?: unknown) {
    super(`The value of the cookie "${cookie}" cannot be used: ${reason}.`, cause);
    this.cookie = cookie;
  }
}

/** A cookie is larger than browsers keep. */
export class CookieTooLargeError extends OxiditeError {
  readonly code = 'OXI_HTTP_COOKIE_TOO_LARGE';
  readonly cookie: string;

  constructor(cookie: string, bytes: number, limitBytes: number) {
    super(
      `The cookie "${cookie}" has ${bytes} bytes with its name, but browsers keep at most ${limitBytes}. ` +
        'Keep the data on the server, and only its key in the cookie.',
    );
    this.cookie = cookie;
  }
}
