/** Certificates and keys of a listener: read, checked and made into what Node wants, so that what is wrong is said in plain words. */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { toMessage } from '@oxidite/plugin-sdk';
import { TlsFileError, TlsInvalidError } from '../errors.ts';
import type { TlsOptions } from './listener-options.ts';

/** What is needed to load certificates. */
export interface TlsPlace {
  /** The directory that relative paths start from. */
  readonly root: string;
}

/** Loaded and checked certificates. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** When the certificate ends, in milliseconds since 1970. */
  readonly expiresMs: number;
  /** Differs when any of the files differs. */
  readonly fingerprint: string;
}

const MEMBERS = ['cert', 'key', 'ca'] as const;

/** Lists the files that certificates are read from; PEM text needs none. */
export function listTlsFiles(options: TlsOptions, { root }: TlsPlace): readonly string[] {
  return MEMBERS.flatMap((member) => {
    const value = options[member];
    return value === undefined || isPem(value) ? [] : [resolve(root, value)];
  });
}

/**
 * Loads certificates and checks that they can be used.
 * @throws {TlsFileError} when a file cannot be read.
 * @throws {TlsInvalidError} when what was read cannot be used.
 */
export async function loadTlsMaterial(options: TlsOptions, place: TlsPlace): Promise<TlsMaterial> {
  const [cert = '', key = '', ca] = await Promise.all(MEMBERS.map((member) => read(member, options[member], place)));
  const certificate = parseCertificate('cert', cert);
  if (ca !== undefined) for (const authority of ca.split(/(?<=-----END CERTIFICATE-----)\s*(?=\S)/)) parseCertificate('ca', authority);
  const privateKey = parseKey(key, options.passphrase);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsInvalidError(
      '"tls.key" does not belong to the certificate of "tls.cert"',
      'Give both of one pair, and the certificate of the server first in its file',
    );
  }
  const context: SecureContextOptions = {
    cert,
    key,
    minVersion: options.minVersion,
    ...(ca === undefined ? {} : { ca }),
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
  };
  try {
    createSecureContext(context);
  } catch (error) {
    throw new TlsInvalidError(`OpenSSL refuses the certificates (${toMessage(error)})`, 'Check "tls.cert" and "tls.ca"', error);
  }
  return {
    context,
    expiresMs: certificate.validToDate.getTime(),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([cert, key, ca]))
      .digest('base64'),
  };
}

function isPem(value: string): boolean {
  return value.includes('-----BEGIN ');
}

async function read(member: string, value: string | undefined, { root }: TlsPlace): Promise<string | undefined> {
  if (value === undefined || isPem(value)) return value;
  const file = resolve(root, value);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsFileError(member, file, error);
  }
}

function parseCertificate(member: 'cert' | 'ca', pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsInvalidError(`"tls.${member}" holds no certificate, or one that is damaged`, 'Give certificates in PEM form', error);
  }
}

function parseKey(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const isLocked = pem.includes('ENCRYPTED');
    const found = isLocked
      ? `"tls.key" cannot be opened with ${passphrase === undefined ? 'no passphrase' : 'this passphrase'}`
      : '"tls.key" holds no private key';
    throw new TlsInvalidError(found, isLocked ? 'Give the right "tls.passphrase"' : 'Give a private key in PEM form', error);
  }
}
