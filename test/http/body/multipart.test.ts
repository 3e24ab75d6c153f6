import { file, type FilePart, files, multipart, type UploadedFile } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { BOUNDARY, type PartText, writeMultipart } from './support/multipart-text.ts';
import { openUploadPlace } from './support/upload-place.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const Photos = multipart({
  fields: z.object({ title: z.string(), stars: z.int().default(0), tags: z.array(z.string()).default([]) }),
  files: {
    photo: file({ maxBytes: 1_000, types: ['image/png', 'image/jpeg'] }),
    cover: file({ optional: true }),
    attachments: files({ max: 2, maxBytes: 1_000 }),
  },
});

async function post(app: TestHttp, parts: readonly PartText[] | FormData, path = '/'): Promise<{ status: number; json: unknown }> {
  const init =
    parts instanceof FormData
      ? { method: 'POST', body: parts }
      : { method: 'POST', body: new Uint8Array(writeMultipart(parts)), headers: { 'content-type': TYPE } };
  const response = await app.services.http.inject(path, init);
  return { status: response.status, json: JSON.parse(await response.text()) };
}

const photo: PartText = { name: 'photo', fileName: 'me.png', type: 'image/png', content: PNG };

describe('multipart', () => {
  it('gives fields and files, typed', async () => {
    const place = openUploadPlace();
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: Photos }, async ({ body }) => {
        expectTypeOf(body.fields).toEqualTypeOf<{ title: string; stars: number; tags: string[] }>();
        expectTypeOf(body.files.photo).toEqualTypeOf<UploadedFile>();
        expectTypeOf(body.files.cover).toEqualTypeOf<UploadedFile | undefined>();
        expectTypeOf(body.files.attachments).toEqualTypeOf<readonly UploadedFile[]>();
        const { name, type, size, path } = body.files.photo;
        const modes = [await stat(path), await stat(dirname(path))].map(({ mode }) => (mode & 0o777).toString(8));
        return { ...body, photo: { name, type, size, hex: (await readFile(path)).toString('hex') }, modes, place: dirname(dirname(path)) };
      });
    });
    const form = new FormData();
    form.append('title', 'Ich “selbst”');
    form.append('stars', '5');
    form.append('tags', 'a');
    form.append('tags', 'b');
    form.append('photo', new Blob([PNG], { type: 'image/png' }), '../../me.png');
    form.append('attachments', new Blob(['one']), 'one.txt');
    form.append('attachments', new Blob(['two']), 'two.txt');
    form.append('other', new Blob(['thrown away']), 'other.txt');
    const { status, json } = await post(app, form);
    expect([status, json]).toEqual([
      200,
      {
        fields: { title: 'Ich “selbst”', stars: 5, tags: ['a', 'b'] },
        files: {
          photo: { field: 'photo', name: 'me.png', type: 'image/png', size: PNG.length },
          attachments: [
            { field: 'attachments', name: 'one.txt', type: 'application/octet-stream', size: 3 },
            { field: 'attachments', name: 'two.txt', type: 'application/octet-stream', size: 3 },
          ],
        },
        photo: { name: 'me.png', type: 'image/png', size: PNG.length, hex: PNG.toString('hex') },
        modes: ['600', '700'],
        place: place.path,
      },
    ]);
    await place.emptied();
  });

  it('reports all issues of fields and files together, with their places', async () => {
    const place = openUploadPlace();
    await using app = await createTestHttp((routes) => routes.post('/', { body: Photos }, () => 'never'));
    const pointers = async (...parts: PartText[]): Promise<unknown> => {
      const { status, json } = await post(app, parts);
      expect(status).toBe(422);
      return (json as { errors: { path: string }[] }).errors.map(({ path }) => path);
    };
    const attachment: PartText = { name: 'attachments', fileName: 'a', content: 'x' };
    expect(await pointers({ name: 'stars', content: 'many' })).toEqual(['/fields/title', '/fields/stars', '/files/photo']);
    expect(await pointers({ ...photo, type: 'text/html' }, attachment, attachment, attachment, attachment)).toEqual([
      '/fields/title',
      '/files/photo',
      '/files/attachments',
    ]);
    const title: PartText = { name: 'title', content: 'x' };
    expect(await pointers(title, { ...photo, content: 'not a png' })).toEqual(['/files/photo']);
    expect(await pointers(title, photo, photo)).toEqual(['/files/photo']);
    expect((await app.request('POST', '/')).json).toMatchObject({ status: 422, errors: [{ path: '' }] });
    await place.emptied();
  });

  it('takes inputs in which no file was chosen for no files', async () => {
    openUploadPlace();
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: Photos }, ({ body }) => ({ hasCover: body.files.cover !== undefined, attachments: body.files.attachments.length }));
    });
    const unchosen = (name: string): PartText => ({ name, fileName: '', type: 'application/octet-stream', content: '' });
    expect((await post(app, [{ name: 'title', content: 'x' }, photo, unchosen('cover'), unchosen('attachments')])).json).toEqual({
      hasCover: false,
      attachments: 0,
    });
    expect((await post(app, [{ name: 'title', content: 'x' }, unchosen('photo')])).json).toMatchObject({ errors: [{ path: '/files/photo' }] });
  });

  it.each([
    ['a file', [{ ...photo, content: Buffer.concat([PNG, Buffer.alloc(1_000)]) }], 413, 'OXI_HTTP_PART_TOO_LARGE'],
    ['a field', [{ name: 'title', content: 'x'.repeat(21) }], 413, 'OXI_HTTP_PART_TOO_LARGE'],
    ['all fields together', Array.from({ length: 5 }, () => ({ name: 'tags', content: 'x'.repeat(20) })), 413, 'OXI_HTTP_BODY_TOO_LARGE'],
    ['the number of fields', Array.from({ length: 7 }, () => ({ name: 'tags', content: '' })), 400, 'OXI_HTTP_BODY_TOO_COMPLEX'],
    ['the number of parts', Array.from({ length: 20 }, () => ({ name: 'x', fileName: 'x', content: '' })), 400, 'OXI_HTTP_BODY_TOO_COMPLEX'],
    ['the whole', Array.from({ length: 3 }, () => ({ name: 'x', fileName: 'x', content: Buffer.alloc(1_000) })), 413, 'OXI_HTTP_BODY_TOO_LARGE'],
  ] as const)('limits %s', async (_what, parts, status, code) => {
    const place = openUploadPlace();
    await using app = await createTestHttp(
      (routes) => {
        const declaration = { fields: z.object({}), files: { photo: file({ maxBytes: 1_000 }) }, maxFields: 6, maxFieldBytes: 20, maxBytes: 3_000 };
        routes.post('/', { body: multipart(declaration) }, () => 'never');
      },
      { http: { limits: { bodyBytes: 90 } } },
    );
    expect((await post(app, [{ ...photo, name: 'photo' }, ...parts].slice(parts.some(({ name }) => name === 'photo') ? 1 : 0))).json).toMatchObject({
      status,
      code,
    });
    await place.emptied();
  });

  it('refuses what is no multipart, or has no boundary', async () => {
    await using app = await createTestHttp((routes) => routes.post('/', { body: Photos }, () => 'never'));
    const send = async (headers: Record<string, string>, body = 'x'): Promise<unknown> => (await app.request('POST', '/', { body, headers })).json;
    expect(await send({ 'content-type': 'application/json' })).toMatchObject({ status: 415, code: 'OXI_HTTP_MEDIA_TYPE' });
    expect(await send({ 'content-type': 'multipart/form-data' })).toMatchObject({ status: 400, code: 'OXI_HTTP_BODY_MALFORMED' });
    expect(await send({ 'content-type': `multipart/form-data; boundary=${'x'.repeat(71)}` })).toMatchObject({ status: 400 });
    expect(await send({ 'content-type': TYPE, 'content-encoding': 'gzip' })).toMatchObject({ status: 415, code: 'OXI_HTTP_CONTENT_ENCODING' });
    expect(await send({ 'content-type': TYPE })).toMatchObject({ status: 400, code: 'OXI_HTTP_BODY_MALFORMED' });
    const latin1 = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\nContent-Type: text/plain; charset=latin1\r\n\r\nx\r\n--${BOUNDARY}--`;
    expect(await send({ 'content-type': TYPE }, latin1)).toMatchObject({ status: 415, code: 'OXI_HTTP_CHARSET' });
  });

  it('leaves nothing behind, whatever the handler does', async () => {
    const place = openUploadPlace();
    await using app = await createTestHttp((routes) => {
      routes.post('/fails', { body: Photos }, () => {
        throw new Error('fails');
      });
      routes.post('/invalid', { body: Photos, query: z.object({ q: z.string() }) }, () => 'never');
      routes.post('/refused', { body: Photos, guards: [{ name: 'no', check: () => Promise.reject(new Error('no')) }] }, () => 'never');
    });
    for (const path of ['/fails', '/invalid', '/refused']) {
      await post(app, [{ name: 'title', content: 'x' }, photo], path);
      await place.emptied();
    }
  });

  it('keeps files until a streamed response has left', async () => {
    const place = openUploadPlace();
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: multipart({ files: { photo: file() } }) }, ({ body }) => {
        return ReadableStream.from(
          (async function* () {
            await new Promise(setImmediate);
            yield await readFile(body.files.photo.path);
          })(),
        );
      });
    });
    const init = { method: 'POST', body: new Uint8Array(writeMultipart([photo])), headers: { 'content-type': TYPE } };
    const response = await app.services.http.inject('/', init);
    expect(await place.list()).toHaveLength(1);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(PNG);
    await place.emptied();
  });

  it('keeps what was moved, and moves nothing once the response has left', async () => {
    const place = openUploadPlace();
    const target = join(place.path, '..', `${basename(place.path)}-kept`);
    await mkdir(target);
    let late: UploadedFile | undefined;
    await using app = await createTestHttp((routes) => {
      routes.post('/', { body: multipart({ files: { kept: file(), late: file() } }) }, async ({ body }) => {
        await body.files.kept.moveTo(join(target, 'kept.png'));
        late = body.files.late;
        return { path: body.files.kept.path };
      });
    });
    const { json } = await post(app, [
      { ...photo, name: 'kept' },
      { ...photo, name: 'late' },
    ]);
    expect(json).toEqual({ path: join(target, 'kept.png') });
    await place.emptied();
    expect(await readdir(target)).toEqual(['kept.png']);
    await expect(late?.moveTo(join(target, 'late.png'))).rejects.toMatchObject({ code: 'OXI_HTTP_UPLOAD_GONE' });
  });

  it('has removed everything when the application has stopped', async () => {
    const place = openUploadPlace();
    const app = await createTestHttp((routes) => routes.post('/', { body: Photos }, () => 'done'));
    for (let count = 0; count < 5; count++) {
      const init = { method: 'POST', body: new Uint8Array(writeMultipart([{ name: 'title', content: 'x' }, photo])), headers: { 'content-type': TYPE } };
      await app.services.http.inject('/', init);
    }
    await app.stop();
    expect(await place.list()).toEqual([]);
  });

  describe('with onFile', () => {
    it('hands files over while they arrive, and writes none', async () => {
      const place = openUploadPlace();
      const seen: string[] = [];
      await using app = await createTestHttp((routes) => {
        const onFile = async (part: FilePart): Promise<number> => {
          seen.push(`${part.field} ${part.name} ${part.type}`);
          return (await buffer(part.stream)).length;
        };
        const declaration = multipart({ fields: z.object({ title: z.string() }), files: { photo: file(), more: files() }, onFile });
        routes.post('/', { body: declaration }, ({ body }) => {
          expectTypeOf(body.files.photo).toEqualTypeOf<number>();
          expectTypeOf(body.files.more).toEqualTypeOf<readonly number[]>();
          return { title: body.fields.title, ...body.files, exists: existsSync(place.path) };
        });
      });
      const more: PartText = { name: 'more', fileName: 'more.bin', content: Buffer.alloc(200_000) };
      const { json } = await post(app, [photo, more, { name: 'title', content: 'x' }, more]);
      expect(json).toEqual({ title: 'x', photo: PNG.length, more: [200_000, 200_000], exists: true });
      expect(seen).toEqual(['photo me.png image/png', 'more more.bin application/octet-stream', 'more more.bin application/octet-stream']);
      expect(await place.list()).toEqual([]);
    });

    it('goes on after a consumer that does not read, and fails with one that does', async () => {
      await using app = await createTestHttp((routes) => {
        const unread = multipart({ files: { photo: file() }, onFile: () => 'unread' });
        routes.post('/unread', { body: unread }, ({ body }) => ({ ...body.files }));
        const half = multipart({ files: { photo: file() }, onFile: async ({ stream }) => (await stream[Symbol.asyncIterator]().next()).done });
        routes.post('/half', { body: half }, ({ body }) => ({ ...body.files }));
        const fails = multipart({ files: { photo: file() }, onFile: () => Promise.reject(new Error('disk full')) });
        routes.post('/fails', { body: fails }, () => 'never');
        const small = multipart({ files: { photo: file({ maxBytes: 10 }) }, onFile: ({ stream }) => buffer(stream) });
        routes.post('/small', { body: small }, () => 'never');
      });
      const large: PartText = { name: 'photo', fileName: 'x', content: Buffer.alloc(500_000, 'x') };
      expect((await post(app, [large], '/unread')).json).toEqual({ photo: 'unread' });
      expect((await post(app, [large], '/half')).json).toEqual({ photo: false });
      expect((await post(app, [large], '/fails')).status).toBe(500);
      expect((await post(app, [large], '/small')).json).toMatchObject({ status: 413, code: 'OXI_HTTP_PART_TOO_LARGE', errors: [{ path: '/files/photo' }] });
    });
  });

  it('describes itself', () => {
    const standard = Photos['~standard'];
    expect(standard.jsonSchema?.input({ target: 'draft-2020-12' })).toMatchObject({
      type: 'object',
      properties: {
        title: { type: 'string' },
        photo: { type: 'string', format: 'binary' },
        cover: { type: 'string', format: 'binary' },
        attachments: { type: 'array', items: { type: 'string', format: 'binary' }, maxItems: 2 },
      },
      required: ['title', 'photo'],
    });
  });
});
