/** Finds the compressed twin of a file that suits a client best: `app.js.br` beside `app.js`. Source: RFC 9110, section 12.5.3. */
import { type FoundFile, findFile } from './find-file.ts';

/** A coding and the extension of its files, the best first. */
const CODINGS = [
  { coding: 'br', extension: '.br' },
  { coding: 'zstd', extension: '.zst' },
  { coding: 'gzip', extension: '.gz' },
] as const;

/** A compressed twin. */
export interface Precompressed {
  readonly coding: string;
  readonly file: FoundFile;
}

/** Finds the twin of the file `name` that the client takes; `undefined` when there is none. */
export async function findPrecompressed(root: string, name: string, acceptEncoding: string | undefined): Promise<Precompressed | undefined> {
  if (acceptEncoding === undefined) return undefined;
  const accepted = parseAcceptEncoding(acceptEncoding);
  for (const { coding, extension } of CODINGS) {
    if ((accepted.get(coding) ?? accepted.get('*') ?? 0) === 0) continue;
    const file = await findFile(root, name + extension);
    if (file?.kind === 'file') return { coding, file };
  }
  return undefined;
}

/** Reads the weights of an Accept-Encoding header; a malformed weight counts as 0. */
export function parseAcceptEncoding(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (coding === '') continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : toWeight(weight.slice(2)));
  }
  return weights;
}

function toWeight(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
