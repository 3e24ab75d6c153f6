/** Reads the URL of a MongoDB database, which may name several servers. */

const URL_PARTS = /^mongodb(?:\+srv)?:\/\/(?:[^/]*@)?([^/@]+)\/([^?]+)/;

/** Returns the name of the database at a URL. */
export function databaseOfMongo(url: string): string {
  return decodeURIComponent(URL_PARTS.exec(url)?.[2] ?? '');
}

/** Returns the address without user, password and options, for messages. */
export function toMongoLabel(url: string): string {
  const [, hosts = '', database = ''] = URL_PARTS.exec(url) ?? [];
  return `${hosts}/${database}`;
}
