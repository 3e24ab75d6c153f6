/**
 * Serves the files of a directory: with ranges, validators, compressed twins and long caching for hashed names.
 * Source: RFC 9110 (conditional and range requests), RFC 8246 (immutable).
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { HttpError, notFound } from '../problem/http-error.ts';
import { redirect, reply, type Reply } from '../reply/reply.ts';
import type { AnyRequest } from '../request/http-request.ts';
import { requestContextOf } from '../request/request-context.ts';
import { type ByteRange, parseByteRange } from './byte-range.ts';
import { findFile, type FoundFile } from './find-file.ts';
import { toMediaType } from './media-types.ts';
import { evaluatePreconditions, isRangeCurrent } from './preconditions.ts';
import { findPrecompressed } from './precompressed.ts';

/** Options of {@link serveFiles}. */
export interface ServeFilesOptions {
  /** The file that stands for a directory; `false`: directories are not found. Default: `index.html`. */
  readonly index?: string | false;
  /** How long clients may keep a file without asking again, in seconds. Default: 0, they ask each time and get a 304. */
  readonly maxAgeSeconds?: number;
  /** Names of files whose content never changes. Default: names with a hash, `app.3f2a9c1b.js` or `index-BKx9f2a1.css`. */
  readonly immutable?: RegExp | false;
  /** Looks for compressed twins: `app.js.br`, `.zst`, `.gz`. Default: `true`. */
  readonly precompressed?: boolean;
  /** The file that answers for all that is not found, under status 200: for applications that route in the browser. Default: none. */
  readonly fallback?: string;
}

/** A request whose route has a place for names. */
type FileRequest = AnyRequest & { readonly params: Readonly<Record<string, unknown>> };

/** A hash of eight letters and digits or more, one digit among them, before the extension. */
const HASHED_NAME = /[.-](?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9.]+$/;
const YEAR_SECONDS = 31_536_000;
/** Files up to this size are sent in one write. */
const WHOLE_BYTES = 65_536;

/** A file as it is about to be sent. */
interface Representation {
  readonly file: FoundFile;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
}

/**
 * Creates a handler for a route whose path ends in `**`: `routes.get('/assets/**', serveFiles('public'))`. HEAD works too.
 * @param directory relative to the application. It need not exist yet. Files and directories whose names begin with a dot,
 * and links that lead out of it, are not found.
 */
export function serveFiles(directory: string, options: ServeFilesOptions = {}): (request: FileRequest) => Promise<unknown> {
  const { index = 'index.html', fallback } = options;
  return async (request) => {
    const root = resolve(requestContextOf(request).root, directory);
    const name = toName(request);
    const found = await findFile(root, name);
    if (found?.kind === 'file' && !request.path.endsWith('/')) return sendFile(request, root, { name, file: found }, options);
    if (found?.kind === 'directory' && index !== false) {
      const indexName = name === '' ? index : `${name}/${index}`;
      const file = await findFile(root, indexName);
      if (file?.kind === 'file') {
        if (!request.path.endsWith('/')) return redirect(`${toLocalPath(request.path)}/${request.url.search}`, 308); // links of the page are relative to it
        return sendFile(request, root, { name: indexName, file }, options);
      }
    }
    const file = fallback === undefined ? undefined : await findFile(root, fallback);
    if (file?.kind === 'file') return sendFile(request, root, { name: fallback ?? '', file }, options);
    throw notFound();
  };
}

/** The part of the path behind the prefix of the route. */
function toName({ route, params }: FileRequest): string {
  const last = route.segments.at(-1);
  if (last?.kind !== 'rest') throw new TypeError(`The route ${route.path} serves files, so its path must end in "**": "${route.path}/**".`);
  const name = params[last.name];
  return typeof name === 'string' ? name : '';
}

/** Two slashes at the beginning would name another host. */
function toLocalPath(path: string): string {
  return path.replace(/^\/+/, '/');
}

interface NamedFile {
  readonly name: string;
  readonly file: FoundFile;
}

async function sendFile(request: AnyRequest, root: string, named: NamedFile, options: ServeFilesOptions): Promise<Reply> {
  const { file, headers, etag } = await represent(request, root, named, options);
  const validators = { etag, modifiedMs: named.file.modifiedMs };
  const precondition = evaluatePreconditions(request.method, request.rawHeaders, validators);
  if (precondition === 'failed') throw new HttpError(412, 'The file is another version than the request asks for.');
  if (precondition === 'not-modified') return reply(undefined, { status: 304, headers });
  const range = isRangeCurrent(request.rawHeaders, validators) ? parseByteRange(request.rawHeaders.range, file.size) : undefined;
  if (range === 'unsatisfiable') throw new HttpError(416, `The file has ${file.size} bytes.`, { headers: { 'content-range': `bytes */${file.size}` } });
  if (range === undefined) return reply(await readBytes(file, { start: 0, end: file.size - 1 }), { status: 200, headers: withLength(headers, file.size) });
  const length = range.end - range.start + 1;
  const partial = { ...withLength(headers, length), 'content-range': `bytes ${range.start}-${range.end}/${file.size}` };
  return reply(await readBytes(file, range), { status: 206, headers: partial });
}

async function represent(request: AnyRequest, root: string, { name, file }: NamedFile, options: ServeFilesOptions): Promise<Representation> {
  const { precompressed = true, maxAgeSeconds = 0, immutable = HASHED_NAME } = options;
  const twin = precompressed ? await findPrecompressed(root, name, acceptedEncodings(request)) : undefined;
  const served = twin?.file ?? file;
  const etag = `"${served.size.toString(36)}-${Math.trunc(served.modifiedMs * 1_000).toString(36)}${twin === undefined ? '' : `-${twin.coding}`}"`;
  const isImmutable = immutable !== false && immutable.test(basename(name));
  const headers = {
    'content-type': toMediaType(name),
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'last-modified': new Date(file.modifiedMs).toUTCString(),
    'cache-control': isImmutable ? `public, max-age=${YEAR_SECONDS}, immutable` : `public, max-age=${maxAgeSeconds}`,
    etag,
    ...(precompressed ? { vary: 'accept-encoding' } : {}),
    ...(twin === undefined ? {} : { 'content-encoding': twin.coding }),
  };
  return { file: served, headers, etag };
}

function acceptedEncodings({ rawHeaders: headers }: AnyRequest): string | undefined {
  const accepted = headers['accept-encoding'];
  return Array.isArray(accepted) ? accepted.join(',') : accepted;
}

function withLength(headers: Readonly<Record<string, string>>, length: number): Readonly<Record<string, string>> {
  return { ...headers, 'content-length': String(length) };
}

async function readBytes(file: FoundFile, { start, end }: ByteRange): Promise<unknown> {
  if (file.size === 0) return new Uint8Array();
  if (file.size <= WHOLE_BYTES) return (await readFile(file.path)).subarray(start, end + 1);
  return createReadStream(file.path, { start, end });
}
