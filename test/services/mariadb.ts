/** A MariaDB server of the Debian package; `MARIADB_URL` and `MYSQL_URL` name other servers that run already. */
import { join } from 'node:path';
import { createCertificate } from '../http/support/certificates.ts';
import { findPackageProblem } from './debian-package.ts';
import { createServerDirectory, findFreePort, runAsServer, type ServerProcess, startServer, writeServerFile } from './server-process.ts';

const PROGRAM = '/usr/sbin/mariadbd';

/** Speed counts here, and nothing is kept. */
const SETTINGS = [
  'character-set-server=utf8mb4',
  'innodb-flush-log-at-trx-commit=0',
  'innodb-flush-method=nosync',
  'innodb-doublewrite=0',
  'innodb-buffer-pool-size=64M',
  'max-connections=200',
];

/** Returns why there is none; installs the package where that can be done. */
export function findMariadbProblem(): string | undefined {
  return findPackageProblem({ name: 'mariadb-server', program: PROGRAM });
}

/** Starts it. */
export async function startMariadb(): Promise<ServerProcess> {
  const directory = createServerDirectory('mariadb');
  const data = join(directory, 'data');
  const port = await findFreePort();
  const { key, cert } = await createCertificate();
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  writeServerFile(keyFile, key);
  writeServerFile(certFile, cert);
  const place = ['--no-defaults', `--datadir=${data}`, '--skip-name-resolve'];
  await runAsServer(directory, ['mariadb-install-db', ...place, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const address = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(directory, 'socket')}`, `--pid-file=${join(directory, 'pid')}`];
  return startServer({
    name: 'MariaDB',
    directory,
    command: [PROGRAM, ...place, ...address, `--ssl-key=${keyFile}`, `--ssl-cert=${certFile}`, '--skip-log-bin', ...SETTINGS.map((setting) => `--${setting}`)],
    url: `mysql://root@127.0.0.1:${port}`,
    ready: /ready for connections/,
  });
}
