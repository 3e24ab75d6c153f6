/** The codec of encrypted fields: a value becomes a text, and the text is encrypted for the column it is in. */
import { DecryptionFailedError, EncryptionKeysMissingError } from '../errors.ts';
import type { FieldSpec } from '../model/field.ts';
import type { FieldCodec, FieldPlace } from '../model/field-codec.ts';
import type { Keyring } from './keyring.ts';

/**
 * Encrypts what a field stores.
 * @param inner the codec of its cast, if it has one.
 * @throws {EncryptionKeysMissingError} when the application has no keys.
 */
export function encryptCodec(spec: FieldSpec, place: FieldPlace, inner: FieldCodec | undefined, keyring: Keyring | undefined): FieldCodec {
  if (keyring === undefined) throw new EncryptionKeysMissingError(place);
  const [column, ...former] = toPlaces(place, spec.renamedFrom);
  const isJson = spec.type === 'json';
  const decrypt = (stored: string): string => {
    try {
      return keyring.decrypt(stored, column);
    } catch (error) {
      for (const name of former) {
        try {
          return keyring.decrypt(stored, name);
        } catch {
          // the error of the present name says more
        }
      }
      throw new DecryptionFailedError(place, error);
    }
  };
  const toText = (value: unknown): string => {
    const stored = inner === undefined ? value : inner.encode(value);
    if (isJson) return JSON.stringify(stored);
    if (typeof stored !== 'string') throw new TypeError('it is no text');
    return stored;
  };
  return {
    spec: toTextSpec(spec),
    accepts: () => false, // it cannot be compared
    encode: (value) => keyring.encrypt(toText(value), column),
    toComparable: toText,
    decode(stored) {
      const text = decrypt(String(stored));
      const value: unknown = isJson ? JSON.parse(text) : text;
      return inner === undefined ? value : inner.decode(value);
    },
    secret: {
      newest: keyring.newest,
      isSame: (left, right) => left === right || (isEncrypted(left) && isEncrypted(right) && decrypt(left) === decrypt(right)),
      renew: (stored) => keyring.encrypt(decrypt(stored), column),
    },
  };
}

/** What a value is bound to: its table and column, or what a migration has renamed to them. */
function toPlaces({ table, column, formerTable }: FieldPlace, formerColumn: string | undefined): [string, ...string[]] {
  const tables = formerTable === undefined ? [table] : [table, formerTable];
  const columns = formerColumn === undefined ? [column] : [column, formerColumn];
  return tables.flatMap((inTable) => columns.map((name) => JSON.stringify([inTable, name]))) as [string, ...string[]]; // at least that of now
}

/** However short the value has to be: what is stored is longer. */
function toTextSpec({ nullable, column, renamedFrom }: FieldSpec): FieldSpec {
  return {
    type: 'text',
    ...(nullable === undefined ? {} : { nullable }),
    ...(column === undefined ? {} : { column }),
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
  };
}

function isEncrypted(stored: unknown): stored is string {
  return typeof stored === 'string' && stored.startsWith('v1.');
}
