/** What can be wrong with what a field stores. None of these has the value itself in its message. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** The cast of a field cannot make a value of what is stored. */
export class CastFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_CAST_FAILED';
  readonly model: string;
  readonly field: string;

  constructor({ model, field }: { readonly model: string; readonly field: string }, cause: unknown) {
    super(`The cast of ${model}.${field} cannot make a value of what is stored; its fromStored has thrown, see "cause". Correct the row, or the cast.`, cause);
    this.model = model;
    this.field = field;
  }
}

/** What an encrypted field stores cannot be decrypted. */
export class DecryptionFailedError extends OxiditeError {
  readonly code = 'OXI_ORM_DECRYPTION_FAILED';
  readonly model: string;
  readonly field: string;

  constructor({ model, field }: { readonly model: string; readonly field: string }, cause: unknown) {
    super(`${model}.${field} cannot be decrypted: ${toMessage(cause)}. Add the key that it was encrypted with to "encryptionKeys", or restore the row.`, cause);
    this.model = model;
    this.field = field;
  }
}

/** A model has an encrypted field, and the application has no keys. */
export class EncryptionKeysMissingError extends OxiditeError {
  readonly code = 'OXI_ORM_ENCRYPTION_KEYS_MISSING';
  readonly model: string;
  readonly field: string;

  constructor({ model, field }: { readonly model: string; readonly field: string }) {
    super(
      `${model}.${field} is encrypted, and there is no key. Give the orm plugin the option "encryptionKeys": [key], 32 random bytes in base64 from a secret of the environment; ` +
        '"node -p \\"crypto.randomBytes(32).toString(\'base64\')\\"" makes one.',
    );
    this.model = model;
    this.field = field;
  }
}
