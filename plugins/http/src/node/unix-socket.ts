/** Files of unix sockets: a dead process leaves its own behind, and then nobody can listen there until it is removed. */
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { SocketInUseError } from '../errors.ts';

/**
 * Removes the file of a unix socket that nobody listens on any more.
 * @throws {SocketInUseError} when somebody does, or when the file is no socket.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return; // it went away by itself
  if (!found.isSocket()) throw new SocketInUseError(path, 'there is another file of that name');
  if (await isAnswered(path)) throw new SocketInUseError(path, 'a running program listens on it');
  await unlink(path).catch(() => undefined);
}

/** Any other outcome than a refusal, a full queue among them, may mean a living process. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
