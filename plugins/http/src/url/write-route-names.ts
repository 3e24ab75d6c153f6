/** Writes the names of an application's routes as the types that `http.url()` is checked with. */
import type { Route } from '../routes/route.ts';
import { compareVersions } from '../routes/versioning.ts';

/** Returns the text of a declaration file. Of a name that several versions have, the newest counts. */
export function writeRouteNames(routes: readonly Route[]): string {
  const named = new Map<string, string>();
  for (const { name, path, host } of routes.toSorted((left, right) => compareVersions(left.version ?? '', right.version ?? ''))) {
    if (name !== undefined) named.set(name, host === undefined ? path : `//${host}${path}`);
  }
  const lines = [...named].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, path]) => `    ${quote(name)}: ${quote(path)};`);
  return [
    '// Written by `oxidite routes --types`. Do not edit: it is overwritten.',
    "import type {} from '@oxidite/http';",
    '',
    "declare module '@oxidite/http' {",
    '  interface RouteNames {',
    ...lines,
    '  }',
    '}',
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}'`;
}
