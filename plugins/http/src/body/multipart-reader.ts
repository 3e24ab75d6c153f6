/** Reads one multipart body: fields into memory, files to disk or to a consumer, and counts all of it. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { BodyMalformedError, BodyTooComplexError, BodyTooLargeError, PartTooLargeError } from '../problem/request-errors.ts';
import { isAccepted } from './content-type.ts';
import type { FileDeclaration } from './file-declaration.ts';
import { toBaseName, type FileInfo } from './file-info.ts';
import { canBeOfType, SIGNATURE_BYTES } from './file-signature.ts';
import { addValue, createFormRecord, type FormRecord } from './form-pairs.ts';
import type { FileConsumer, FileDeclarations } from './multipart-body.ts';
import type { Part } from './multipart-parts.ts';
import type { UploadDirectory } from './upload-directory.ts';
import { UploadedFile } from './uploaded-file.ts';

/** What is read, and how much of it. */
export interface MultipartReaderOptions {
  readonly files: FileDeclarations;
  readonly onFile: FileConsumer<unknown> | undefined;
  readonly maxFields: number;
  readonly maxFieldBytes: number;
  /** For all fields together. */
  readonly maxFieldsBytes: number;
  readonly directory: UploadDirectory;
}

/** The first bytes of a file, and all of it. */
interface Peeked {
  readonly head: Buffer;
  readonly content: AsyncGenerator<Buffer>;
}

/** Collects the parts of one body. Issues are gathered, limits end the reading. */
export class MultipartReader {
  readonly fields: FormRecord = createFormRecord();
  readonly files: Readonly<Record<string, unknown[]>>;
  readonly issues: StandardSchemaV1.Issue[] = [];
  readonly #options: MultipartReaderOptions;
  readonly #counts = new Map<string, number>();
  #fieldCount = 0;
  #fieldBytes = 0;

  constructor(options: MultipartReaderOptions) {
    this.#options = options;
    this.files = Object.fromEntries(Object.keys(options.files).map((name) => [name, []]));
  }

  /** Tells how many files came in a field, those with issues among them. */
  countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /**
   * Reads one part.
   * @throws {PartTooLargeError} 413 when a file or a field is too large.
   * @throws {BodyTooLargeError} 413 when the fields are too large together.
   * @throws {BodyTooComplexError} 400 when there are too many fields.
   */
  async read(part: Part): Promise<void> {
    const declaration = Object.hasOwn(this.#options.files, part.name) ? this.#options.files[part.name] : undefined;
    if (declaration !== undefined) await this.#readFile(part, declaration);
    else if (part.fileName === undefined) await this.#readField(part);
  }

  async #readField({ name, content }: Part): Promise<void> {
    const { maxFields, maxFieldBytes, maxFieldsBytes } = this.#options;
    if (++this.#fieldCount > maxFields) throw new BodyTooComplexError(`it has more than ${maxFields} fields`);
    this.#fieldBytes += name.length;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      this.#fieldBytes += chunk.length;
      if (size > maxFieldBytes) throw new PartTooLargeError('fields', name, maxFieldBytes);
      if (this.#fieldBytes > maxFieldsBytes) throw new BodyTooLargeError(maxFieldsBytes);
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks, size);
    if (!isUtf8(bytes)) throw new BodyMalformedError(`the field ${JSON.stringify(name)} is not UTF-8`);
    addValue(this.fields, name, bytes.toString('utf8'));
  }

  async #readFile(part: Part, declaration: FileDeclaration): Promise<void> {
    const { name, type, fileName = '' } = part;
    const { head, content } = await peek(limited(part, declaration.maxBytes));
    if (fileName === '' && head.length === 0) return; // an input in which no file was chosen
    const count = this.countOf(name) + 1;
    this.#counts.set(name, count);
    const problem = findProblem(declaration, { count, type, head });
    if (problem !== undefined) {
      if (count <= declaration.max + 1) this.issues.push({ path: toPath(name, declaration, count), message: problem });
      return;
    }
    const info: FileInfo = { field: name, name: toBaseName(fileName), type };
    this.files[name]?.push(await this.#take(info, content));
  }

  #take(info: FileInfo, content: AsyncGenerator<Buffer>): unknown {
    const { onFile, directory } = this.#options;
    if (onFile === undefined) return directory.keepFor(save(info, content, directory));
    const stream = Readable.from(content, { objectMode: false });
    stream.on('error', () => undefined); // whoever reads it sees it; when nobody does, the request fails by itself
    return onFile({ ...info, stream });
  }
}

async function save(info: FileInfo, content: AsyncGenerator<Buffer>, directory: UploadDirectory): Promise<UploadedFile> {
  const { path, handle } = await directory.create();
  let size = 0;
  try {
    for await (const chunk of content) {
      await handle.writeFile(chunk); // goes on where the last one ended
      size += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return new UploadedFile(info, size, { path, directory });
}

async function* limited({ name, content }: Part, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > maxBytes) throw new PartTooLargeError('files', name, maxBytes);
    yield chunk;
  }
}

/** Looks at the first bytes; they are given again with the content. */
async function peek(content: AsyncGenerator<Buffer>): Promise<Peeked> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < SIGNATURE_BYTES) {
    const next = await content.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return {
    head,
    content: (async function* () {
      if (head.length > 0) yield head;
      yield* content;
    })(),
  };
}

function findProblem({ max, types }: FileDeclaration, { count, type, head }: { count: number; type: string; head: Buffer }): string | undefined {
  if (count > max) return max === 1 ? 'Send one file only.' : `Send at most ${max} files.`;
  if (types === undefined) return undefined;
  if (!isAccepted(types, type)) return `Must be ${types.join(' or ')}, but is said to be ${type}.`;
  return canBeOfType(type, head) ? undefined : `Is said to be ${type}, but its content is not.`;
}

/** Of several files the one is named; that there are too many is an issue of the field. */
function toPath(name: string, declaration: FileDeclaration, count: number): PropertyKey[] {
  return declaration.count === 'many' && count <= declaration.max ? ['files', name, count - 1] : ['files', name];
}
