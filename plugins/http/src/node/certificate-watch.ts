/** Takes up renewed certificates without a restart: connections that exist go on, new ones get the new certificate. */
import type { Server as TlsServer } from 'node:tls';
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import { watchFiles } from './file-watch.ts';
import type { TlsOptions } from './listener-options.ts';
import { listTlsFiles, loadTlsMaterial, type TlsMaterial } from './tls-material.ts';

/** What a watch of certificates needs. */
export interface CertificateWatch {
  readonly server: Pick<TlsServer, 'setSecureContext'>;
  readonly options: TlsOptions;
  /** What the server has now. */
  readonly material: TlsMaterial;
  readonly root: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Swaps the certificates of a server whenever their files change; returns the function that ends it. Files that cannot be used leave the old certificate in place, and an error in the log. */
export function watchCertificates({ server, options, material, root, clock, logger }: CertificateWatch): () => void {
  const files = listTlsFiles(options, { root });
  if (!options.watch || files.length === 0) return () => undefined;
  let current = material.fingerprint;
  let isEnded = false;
  const reload = async (): Promise<void> => {
    try {
      const next = await loadTlsMaterial(options, { root });
      if (isEnded || next.fingerprint === current) return;
      server.setSecureContext(next.context);
      current = next.fingerprint;
      logger.info({ files, expires: new Date(next.expiresMs).toISOString() }, 'the certificate was renewed');
      warnOfExpiry(next, { clock, logger });
    } catch (error) {
      if (!isEnded) logger.error({ error, files }, 'the changed certificate cannot be used; the old one stays');
    }
  };
  const end = watchFiles(files, {
    clock,
    onChange: () => void reload(),
    onError: (error) => logger.warn({ error, files }, 'certificates can no longer be watched; restart to take up new ones'),
  });
  return () => {
    isEnded = true;
    end();
  };
}

/** Says so when a certificate is of no use any more. */
export function warnOfExpiry({ expiresMs }: TlsMaterial, { clock, logger }: Pick<CertificateWatch, 'clock' | 'logger'>): void {
  if (expiresMs <= clock.now()) logger.warn({ expired: new Date(expiresMs).toISOString() }, 'the certificate has expired; clients will refuse it');
}
