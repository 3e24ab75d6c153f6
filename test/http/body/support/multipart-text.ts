/** Writes multipart bodies byte by byte, well or badly. */

/** One part to write. */
export interface PartText {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  readonly content: string | Uint8Array;
}

/** The boundary that the tests use unless they try others. */
export const BOUNDARY = 'XbX';

/** Writes a whole body. */
export function writeMultipart(parts: readonly PartText[], boundary = BOUNDARY): Buffer {
  const pieces = parts.flatMap(({ name, fileName, type, content }) => {
    const disposition = `form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}`;
    const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`;
    return [Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

/** Cuts bytes into chunks of the given sizes, which are used in turn. */
export function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Buffer> {
  let start = 0;
  for (let index = 0; start < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield Buffer.from(bytes.subarray(start, start + size));
    start += size;
  }
}
