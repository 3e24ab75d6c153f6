/** Certificates for tests, made while they run. */
import { generate } from 'selfsigned';

/** A key and the certificate that goes with it, as PEM text. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Options of {@link createCertificate}. */
export interface CertificateOptions {
  readonly name?: string;
  readonly passphrase?: string;
  /** Default: in a year. */
  readonly expires?: Date;
  /** The authority that signs. Default: the certificate signs itself. */
  readonly ca?: TestCertificate;
  /** The host that it is for. Default: `localhost` and 127.0.0.1. */
  readonly host?: string;
}

/** Creates a certificate. */
export async function createCertificate({ name = 'localhost', passphrase, expires, ca, host }: CertificateOptions = {}): Promise<TestCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256', // OpenSSL trusts no signature over SHA-1
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(expires === undefined ? {} : { notBeforeDate: new Date(0), notAfterDate: expires }),
    ...(ca === undefined ? {} : { ca }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [{ type: 2, value: host ?? 'localhost' }, ...(host === undefined ? [{ type: 7 as const, ip: '127.0.0.1' }] : [])],
      },
    ],
  });
  return { key, cert };
}
