import { HttpError } from '@oxidite/http';
import * as fc from 'fast-check';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type Part, readParts } from '../../../plugins/http/src/body/multipart-parts.ts';
import { BOUNDARY, cut, writeMultipart } from './support/multipart-text.ts';

/** Reads a body that comes in chunks; each part is read to its end, or left after its first chunk, or not read at all. */
async function read(
  bytes: Uint8Array,
  sizes: readonly number[],
  options: { boundary?: string; reading?: 'whole' | 'first' | 'none' } = {},
): Promise<[string, string | undefined, string][]> {
  const { boundary = BOUNDARY, reading = 'whole' } = options;
  const parts: [string, string | undefined, string][] = [];
  const onPart = async ({ name, fileName, content }: Part): Promise<void> => {
    const chunks: Buffer[] = [];
    if (reading !== 'none') {
      for await (const chunk of content) {
        await new Promise(setImmediate);
        chunks.push(chunk);
        if (reading === 'first') break;
      }
    }
    parts.push([name, fileName, Buffer.concat(chunks).toString('latin1')]);
  };
  await readParts(Readable.from(cut(bytes, sizes), { objectMode: false }), { boundary, maxParts: 20, onPart });
  return parts;
}

const Sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
/** Full of what looks like boundaries. */
const Content = fc.string({ unit: fc.constantFrom('\r', '\n', '-', 'X', 'b', 'a', '\r\n', '\r\n--', '\r\n--Xb', '\u00ff'), maxLength: 60 });
const Name = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ';', '=', '[', ']', '.'), minLength: 1, maxLength: 8 });
const Parts = fc.array(fc.record({ name: Name, fileName: fc.option(Name, { nil: undefined }), content: Content }), { maxLength: 5 });

describe('readParts', () => {
  it('gives what was written, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(Parts, Sizes, fc.constantFrom(BOUNDARY, '----WebKitFormBoundaryAbC123', '-'), async (parts, sizes, boundary) => {
        fc.pre(parts.every(({ content }) => !`\r\n${content}`.includes(`\r\n--${boundary}`)));
        const bytes = writeMultipart(
          parts.map(({ name, fileName, content }) => ({ name, ...(fileName === undefined ? {} : { fileName }), content: Buffer.from(content, 'latin1') })),
          boundary,
        );
        expect(await read(bytes, sizes, { boundary })).toEqual(parts.map(({ name, fileName, content }) => [name, fileName, content]));
      }),
      { numRuns: 200 },
    );
  });

  it.each(['whole', 'first', 'none'] as const)('comes to its end in chunks of any size, when parts are read so far: %s', async (reading) => {
    await fc.assert(
      fc.asyncProperty(Sizes, fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 4 }), async (sizes, lengths) => {
        const bytes = writeMultipart(lengths.map((length, index) => ({ name: `p${index}`, content: 'x'.repeat(length) })));
        const parts = await read(bytes, [...sizes.map((size) => size * 1_000), 1_000_000], { reading });
        expect(parts.map(([name]) => name)).toEqual(lengths.map((_length, index) => `p${index}`));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a body that ends too early, wherever that is', async () => {
    const bytes = writeMultipart([
      { name: 'a', content: 'one' },
      { name: 'b', fileName: 'b.txt', content: 'two' },
    ]);
    for (let length = 0; length < bytes.length - 2; length++) {
      await expect(read(bytes.subarray(0, length), [7]), `${length} bytes`).rejects.toThrow(HttpError);
    }
    expect(await read(bytes.subarray(0, bytes.length - 2), [7])).toHaveLength(2);
  });

  it('ends on anything, with nothing but errors of clients', async () => {
    const Line = fc.constantFrom(
      `--${BOUNDARY}\r\n`,
      `--${BOUNDARY}--`,
      `--${BOUNDARY}`,
      '\r\n',
      '\r\n\r\n',
      'Content-Disposition: form-data; name="a"\r\n',
      'Content-Disposition: form-data; name="a"; filename="b"\r\n\r\n',
      'Content-Disposition: attachment\r\n',
      'content-disposition: form-data; name="a\r\n',
      'Content-Type: text/plain; charset=\r\n',
      ': x\r\n',
      'x'.repeat(9_000),
      'x: y\r\n'.repeat(40),
      '\0\u00ff',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(Line, { maxLength: 12 }), Sizes, async (lines, sizes) => {
        try {
          await read(Buffer.from(lines.join(''), 'latin1'), [...sizes, 5_000]);
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['no boundary at all', 'hello'],
    ['a part without headers', `--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`],
    ['nothing between boundaries', `--${BOUNDARY}\r\n--${BOUNDARY}--\r\n`],
    ['no name', `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`],
    [
      'a transfer encoding',
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n--${BOUNDARY}--\r\n`,
    ],
    ['a name that is not UTF-8', `--${BOUNDARY}\r\nContent-Disposition: form-data; name="\u00ff"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`],
    ['long headers', `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nX: ${'x'.repeat(8_500)}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`],
    ['very long headers', `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nX: ${'x'.repeat(100_000)}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`],
    ['many headers', `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n${'X: y\r\n'.repeat(50)}\r\nx\r\n--${BOUNDARY}--\r\n`],
  ])('refuses %s', async (_what, text) => {
    await expect(read(Buffer.from(text, 'latin1'), [50_000])).rejects.toMatchObject({ status: 400 });
  });

  it('refuses too many parts', async () => {
    await expect(read(writeMultipart(Array.from({ length: 21 }, () => ({ name: 'a', content: '' }))), [1_000])).rejects.toMatchObject({
      code: 'OXI_HTTP_BODY_TOO_COMPLEX',
    });
  });

  it('takes no parts, a preamble and an epilogue', async () => {
    expect(await read(Buffer.from(`--${BOUNDARY}--`), [3])).toEqual([]);
    const body = Buffer.concat([Buffer.from('ignored\r\n'), writeMultipart([{ name: 'a', content: 'x' }]), Buffer.from('ignored\r\n'.repeat(50))]);
    expect(await read(body, [11])).toEqual([['a', undefined, 'x']]);
  });

  it('reads names as browsers and other clients write them', async () => {
    const bytes = writeMultipart([
      { name: 'a%22b%0D%0Ac%', fileName: 'Ünï \\"q\\".txt', content: '' },
      { name: '__proto__', content: '' },
    ]);
    expect((await read(bytes, [1_000])).map(([name, fileName]) => [name, fileName])).toEqual([
      ['a"b\r\nc%', 'Ünï "q".txt'],
      ['__proto__', undefined],
    ]);
    const unquoted = Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data ;name=a ; filename=b.txt\r\n\r\nx\r\n--${BOUNDARY}--`);
    expect(await read(unquoted, [1_000])).toEqual([['a', 'b.txt', 'x']]);
  });

  it('does not ask for more than its consumer reads', async () => {
    let written = 0;
    const endless = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n`);
      for (;;) {
        written += 10_000;
        yield Buffer.alloc(10_000, 'x');
        await new Promise(setImmediate);
      }
    };
    const source = Readable.from(endless(), { objectMode: false });
    let seen = 0;
    await expect(
      readParts(source, {
        boundary: BOUNDARY,
        maxParts: 1,
        async onPart({ content }) {
          for await (const chunk of content) {
            seen += chunk.length;
            for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
            expect(written - seen).toBeLessThan(300_000);
            if (seen > 500_000) throw new Error('enough');
          }
        },
      }),
    ).rejects.toThrow('enough');
    expect(source.destroyed).toBe(true);
  });

  it('lets its consumer fail with the source', async () => {
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nabc`);
      throw new Error('the client left');
    };
    let failure: unknown;
    const onPart = async ({ content }: Part): Promise<void> => {
      await buffer(content).catch((error: unknown) => {
        failure = error;
      });
    };
    await expect(readParts(Readable.from(broken(), { objectMode: false }), { boundary: BOUNDARY, maxParts: 1, onPart })).rejects.toThrow('the client left');
    await new Promise(setImmediate);
    expect(failure).toMatchObject({ message: 'the client left' });
  });
});
