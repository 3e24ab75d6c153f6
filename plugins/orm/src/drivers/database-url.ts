/** Reads the URL of a database on a server. */

/** Returns the name of the database at a URL. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** Returns the address without user and password, for messages. */
export function toLabel(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
