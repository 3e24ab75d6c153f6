/** The RealWorld API, over a real socket and a real SQLite file. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { OpenApiDocument } from '@oxidite/openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../../examples/conduit/app/models/user.ts';
import { type Conduit, startConduit } from './support/conduit-client.ts';

let conduit: Conduit;

beforeAll(async () => {
  conduit = await startConduit();
});
afterAll(() => conduit[Symbol.asyncDispose]());

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const article = (changes: object = {}): { article: object } => ({
  article: { title: 'How to train your dragon', description: 'Ever wonder how?', body: 'Very carefully.', tagList: ['training', 'dragons'], ...changes },
});

async function write(token: string, changes: object = {}): Promise<string> {
  const { body } = await conduit.call('POST', '/articles', { token, body: article(changes) });
  return (body['article'] as { slug: string }).slug;
}

describe('users', () => {
  it('registers, signs in, shows and updates the current user', async () => {
    const registered = await conduit.call('POST', '/users', { body: { user: { username: 'jake', email: 'jake@jake.jake', password: 'jakejake' } } });
    expect(registered).toMatchObject({
      status: 201,
      body: { user: { username: 'jake', email: 'jake@jake.jake', bio: null, image: null, token: expect.any(String) } },
    });
    expect(Object.keys(registered.body['user'] as object).toSorted()).toEqual(['bio', 'email', 'image', 'token', 'username']);

    const signedIn = await conduit.call('POST', '/users/login', { body: { user: { email: 'jake@jake.jake', password: 'jakejake' } } });
    expect(signedIn.status).toBe(200);
    const { token } = signedIn.body['user'] as { token: string };
    expect(await conduit.call('GET', '/user', { token })).toMatchObject({ status: 200, body: { user: { username: 'jake' } } });

    const changes = { bio: 'I like to skateboard', image: 'https://i.test/me.jpg', password: 'other password' };
    expect(await conduit.call('PUT', '/user', { token, body: { user: changes } })).toMatchObject({
      status: 200,
      body: { user: { bio: 'I like to skateboard', email: 'jake@jake.jake' } },
    });
    expect((await conduit.call('POST', '/users/login', { body: { user: { email: 'jake@jake.jake', password: 'jakejake' } } })).status).toBe(401);
    expect((await conduit.call('POST', '/users/login', { body: { user: { email: 'jake@jake.jake', password: 'other password' } } })).status).toBe(200);
    expect(await conduit.call('PUT', '/user', { token, body: { user: { bio: '', image: null } } })).toMatchObject({
      body: { user: { bio: null, image: null } },
    });
  });

  it('names every field that is wrong', async () => {
    expect(await conduit.call('POST', '/users', { body: { user: { username: ' ', email: 'nobody' } } })).toMatchObject({
      status: 422,
      body: {
        errors: {
          username: ["can't be blank"],
          email: ['is invalid'],
          password: ["can't be blank"],
          body: ["username can't be blank", 'email is invalid', "password can't be blank"],
        },
      },
    });
    expect(await conduit.call('POST', '/users', { body: {} })).toMatchObject({ status: 422, body: { errors: { user: expect.any(Array) } } });
  });

  it('refuses a name or an address that is taken, with 409', async () => {
    await conduit.register('taken');
    const again = (user: object) =>
      conduit.call('POST', '/users', { body: { user: { username: 'other', email: 'other@conduit.test', password: 'x', ...user } } });
    expect(await again({ username: 'taken' })).toMatchObject({ status: 409, body: { errors: { username: ['has already been taken'] } } });
    expect(await again({ email: 'taken@conduit.test' })).toMatchObject({ status: 409, body: { errors: { email: ['has already been taken'] } } });
  });

  it('takes an address in any case, and for one person only', async () => {
    const user = { username: 'mixed', email: 'Mixed@Conduit.Test', password: 'a password' };
    expect(await conduit.call('POST', '/users', { body: { user } })).toMatchObject({ status: 201, body: { user: { email: 'mixed@conduit.test' } } });
    expect((await conduit.call('POST', '/users/login', { body: { user: { ...user, email: 'MIXED@conduit.test' } } })).status).toBe(200);
    expect(await conduit.call('POST', '/users', { body: { user: { ...user, username: 'mixed-too', email: 'mixed@conduit.TEST' } } })).toMatchObject({
      status: 409,
      body: { errors: { email: ['has already been taken'] } },
    });
  });

  it('registers one of many who want the same name at once', async () => {
    const user = { username: 'wanted', email: 'wanted@conduit.test', password: 'a password' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => conduit.call('POST', '/users', { body: { user } })));
    expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  it('refuses the token of somebody who is gone', async () => {
    const token = await conduit.register('leaver');
    await conduit.kernel.scopes.run(async ({ orm }) => {
      orm.remove(await orm.get(User, { username: 'leaver' }));
      await orm.flush();
    });
    expect(await conduit.call('GET', '/user', { token })).toMatchObject({ status: 401, body: { errors: { token: expect.any(Array) } } });
    expect((await conduit.call('POST', '/articles', { token, body: article() })).status).toBe(401);
    expect((await conduit.call('GET', '/articles?limit=1', { token })).status).toBe(200);
  });

  it('does not say whether the address or the password is wrong', async () => {
    await conduit.register('careful');
    const wrongPassword = await conduit.call('POST', '/users/login', { body: { user: { email: 'careful@conduit.test', password: 'wrong' } } });
    const wrongAddress = await conduit.call('POST', '/users/login', { body: { user: { email: 'nobody@conduit.test', password: 'wrong' } } });
    expect(wrongPassword).toMatchObject({ status: 401, body: { errors: { credentials: ['invalid'] } } });
    expect(wrongAddress.body).toEqual(wrongPassword.body);
  });

  it('lets nobody try out passwords', async () => {
    await using guessed = await startConduit();
    const guess = () => guessed.call('POST', '/users/login', { body: {} });
    const answers = await Promise.all(Array.from({ length: 400 }, guess));
    expect(answers.find(({ status }) => status === 429)).toMatchObject({ body: { errors: { body: expect.any(Array) } } });
  });

  it.each(['/user', '/articles/feed'])('wants a token for %s', async (path) => {
    expect(await conduit.call('GET', path)).toMatchObject({ status: 401, body: { errors: { token: ['is missing'] } } });
    expect(await conduit.call('GET', path, { token: 'forged' })).toMatchObject({ status: 401, body: { errors: { token: ['is invalid'] } } });
  });
});

describe('profiles', () => {
  it('shows, follows and unfollows', async () => {
    const token = await conduit.register('reader');
    await conduit.register('celeb');
    const profile = { username: 'celeb', bio: null, image: null };
    expect(await conduit.call('GET', '/profiles/celeb')).toMatchObject({ status: 200, body: { profile: { ...profile, following: false } } });
    expect(await conduit.call('POST', '/profiles/celeb/follow', { token, body: { user: { email: 'x' } } })).toMatchObject({
      status: 200,
      body: { profile: { ...profile, following: true } },
    });
    expect((await conduit.call('POST', '/profiles/celeb/follow', { token })).status).toBe(200);
    expect(await conduit.call('GET', '/profiles/celeb', { token })).toMatchObject({ body: { profile: { following: true } } });
    expect(await conduit.call('GET', '/profiles/celeb')).toMatchObject({ body: { profile: { following: false } } });
    expect(await conduit.call('DELETE', '/profiles/celeb/follow', { token })).toMatchObject({ status: 200, body: { profile: { following: false } } });
    expect(await conduit.call('GET', '/profiles/celeb', { token })).toMatchObject({ body: { profile: { following: false } } });
  });

  it('answers 404 for somebody who is not there', async () => {
    const token = await conduit.register('lonely');
    for (const [method, path] of [
      ['GET', '/profiles/nobody'],
      ['POST', '/profiles/nobody/follow'],
      ['DELETE', '/profiles/nobody/follow'],
    ] as const) {
      expect(await conduit.call(method, path, { token })).toMatchObject({ status: 404, body: { errors: { profile: ['not found'] } } });
    }
  });
});

describe('articles', () => {
  it('writes, shows, changes and deletes an article', async () => {
    const token = await conduit.register('writer');
    const written = await conduit.call('POST', '/articles', { token, body: article() });
    expect(written).toMatchObject({
      status: 201,
      body: {
        article: {
          title: 'How to train your dragon',
          body: 'Very carefully.',
          tagList: ['dragons', 'training'],
          createdAt: expect.stringMatching(ISO),
          updatedAt: expect.stringMatching(ISO),
          favorited: false,
          favoritesCount: 0,
          author: { username: 'writer', bio: null, image: null, following: false },
        },
      },
    });
    const { slug, createdAt } = written.body['article'] as { slug: string; createdAt: string };
    expect(slug).toMatch(/^how-to-train-your-dragon-[0-9a-f]{8}$/);
    expect(await conduit.call('GET', `/articles/${slug}`)).toMatchObject({ status: 200, body: written.body });

    const changed = await conduit.call('PUT', `/articles/${slug}`, { token, body: { article: { body: 'With two hands' } } });
    expect(changed).toMatchObject({
      status: 200,
      body: { article: { slug, body: 'With two hands', title: 'How to train your dragon', tagList: ['dragons', 'training'], createdAt } },
    });
    const { updatedAt } = changed.body['article'] as { updatedAt: string };
    expect(Date.parse(updatedAt)).toBeGreaterThan(Date.parse(createdAt));

    const renamed = await conduit.call('PUT', `/articles/${slug}`, { token, body: { article: { title: 'Dragons', tagList: ['dragons'] } } });
    expect(renamed).toMatchObject({ status: 200, body: { article: { slug: expect.stringMatching(/^dragons-/), tagList: ['dragons'] } } });
    expect((await conduit.call('GET', `/articles/${slug}`)).status).toBe(404);

    const { slug: newSlug } = renamed.body['article'] as { slug: string };
    expect(await conduit.call('DELETE', `/articles/${newSlug}`, { token })).toMatchObject({ status: 204, body: undefined });
    expect(await conduit.call('GET', `/articles/${newSlug}`)).toMatchObject({ status: 404, body: { errors: { article: ['not found'] } } });
  });

  it('lists the tags of an article by name', async () => {
    const token = await conduit.register('sorter');
    const { body } = await conduit.call('POST', '/articles', { token, body: article({ tagList: ['zebra', 'ant', 'moth'] }) });
    expect(body).toMatchObject({ article: { tagList: ['ant', 'moth', 'zebra'] } });
  });

  it('writes articles at once whose tag is new', async () => {
    const token = await conduit.register('hurried');
    const answers = await Promise.all(Array.from({ length: 6 }, () => conduit.call('POST', '/articles', { token, body: article({ tagList: ['brand new'] }) })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await conduit.call('GET', '/articles?tag=brand%20new')).toMatchObject({ body: { articlesCount: 6 } });
  });

  it('gives two articles of one title different addresses', async () => {
    const token = await conduit.register('twice');
    expect(await write(token)).not.toBe(await write(token));
  });

  it('refuses what is blank, and changes by others', async () => {
    const token = await conduit.register('owner');
    const other = await conduit.register('other-writer');
    expect(await conduit.call('POST', '/articles', { token, body: article({ title: '', body: undefined }) })).toMatchObject({
      status: 422,
      body: { errors: { title: ["can't be blank"], body: expect.arrayContaining(["can't be blank"]) } },
    });
    expect(await conduit.call('POST', '/articles', { token, body: article({ tagList: ['good', ' '] }) })).toMatchObject({
      status: 422,
      body: { errors: { tagList: ["can't be blank"], body: ["tagList can't be blank"] } },
    });
    const slug = await write(token);
    expect(await conduit.call('PUT', `/articles/${slug}`, { token: other, body: { article: { body: 'mine' } } })).toMatchObject({
      status: 403,
      body: { errors: { article: ['forbidden'] } },
    });
    expect(await conduit.call('DELETE', `/articles/${slug}`, { token: other })).toMatchObject({ status: 403 });
    expect(await conduit.call('GET', `/articles/${slug}`)).toMatchObject({ body: { article: { body: 'Very carefully.' } } });
    expect((await conduit.call('DELETE', '/articles/nowhere', { token })).status).toBe(404);
  });

  it('favours once per reader, however often they say so', async () => {
    const writer = await conduit.register('favourite');
    const reader = await conduit.register('fan');
    const slug = await write(writer);
    for (let time = 0; time < 2; time++) {
      expect(await conduit.call('POST', `/articles/${slug}/favorite`, { token: reader })).toMatchObject({
        status: 200,
        body: { article: { favorited: true, favoritesCount: 1 } },
      });
    }
    expect(await conduit.call('GET', '/articles?favorited=fan', { token: writer })).toMatchObject({
      body: { articlesCount: 1, articles: [{ slug, favorited: false, favoritesCount: 1 }] },
    });
    expect(await conduit.call('DELETE', `/articles/${slug}/favorite`, { token: reader })).toMatchObject({
      status: 200,
      body: { article: { favorited: false, favoritesCount: 0 } },
    });
  });

  it('lists the newest first, by tag, author and page, without bodies', async () => {
    const token = await conduit.register('lister');
    const slugs: string[] = [];
    for (let index = 0; index < 5; index++) slugs.push(await write(token, { title: `Part ${index}`, tagList: [`tag-${index % 2}`] }));
    const all = await conduit.call('GET', '/articles?author=lister');
    expect(all).toMatchObject({ status: 200, body: { articlesCount: 5 } });
    const listed = all.body['articles'] as { slug: string }[];
    expect(listed.map(({ slug }) => slug)).toEqual(slugs.toReversed());
    expect(listed[0]).not.toHaveProperty('body');
    expect(await conduit.call('GET', '/articles?author=lister&tag=tag-1')).toMatchObject({ body: { articlesCount: 2 } });
    expect(await conduit.call('GET', '/articles?author=lister&limit=2&offset=1')).toMatchObject({
      body: { articlesCount: 5, articles: [{ slug: slugs[3] }, { slug: slugs[2] }] },
    });
    expect(await conduit.call('GET', '/articles?tag=none')).toMatchObject({ body: { articlesCount: 0, articles: [] } });
    expect(await conduit.call('GET', '/articles?tag=%25&author=_')).toMatchObject({ body: { articlesCount: 0 } });
    expect(await conduit.call('GET', '/articles?limit=101')).toMatchObject({ status: 422 });
    expect(await conduit.call('GET', '/articles?limit=-1&offset=x')).toMatchObject({
      status: 422,
      body: { errors: { limit: expect.any(Array), offset: expect.any(Array) } },
    });
  });

  it('feeds what the people wrote whom one follows', async () => {
    const token = await conduit.register('follower');
    const writer = await conduit.register('followed');
    const slug = await write(writer);
    expect(await conduit.call('GET', '/articles/feed', { token })).toMatchObject({ body: { articlesCount: 0 } });
    await conduit.call('POST', '/profiles/followed/follow', { token });
    expect(await conduit.call('GET', '/articles/feed', { token })).toMatchObject({
      body: { articlesCount: 1, articles: [{ slug, author: { username: 'followed', following: true } }] },
    });
  });
});

describe('comments', () => {
  it('writes, lists and deletes comments', async () => {
    const token = await conduit.register('commenter');
    const other = await conduit.register('bystander');
    const slug = await write(token);
    const written = await conduit.call('POST', `/articles/${slug}/comments`, { token: other, body: { comment: { body: 'Thank you so much!' } } });
    expect(written).toMatchObject({
      status: 200,
      body: { comment: { id: expect.any(Number), body: 'Thank you so much!', createdAt: expect.stringMatching(ISO), author: { username: 'bystander' } } },
    });
    const { id } = written.body['comment'] as { id: number };
    expect(await conduit.call('GET', `/articles/${slug}/comments`)).toMatchObject({ status: 200, body: { comments: [{ id }] } });
    expect(await conduit.call('DELETE', `/articles/${slug}/comments/${id}`, { token })).toMatchObject({
      status: 403,
      body: { errors: { comment: ['forbidden'] } },
    });
    expect((await conduit.call('DELETE', `/articles/${await write(token)}/comments/${id}`, { token: other })).status).toBe(404);
    expect((await conduit.call('DELETE', `/articles/${slug}/comments/${id}`, { token: other })).status).toBe(204);
    expect(await conduit.call('DELETE', `/articles/${slug}/comments/${id}`, { token: other })).toMatchObject({
      status: 404,
      body: { errors: { comment: ['not found'] } },
    });
    expect((await conduit.call('DELETE', `/articles/${slug}/comments/abc`, { token: other })).status).toBe(422);
    expect(await conduit.call('POST', `/articles/${slug}/comments`, { token, body: { comment: { body: ' ' } } })).toMatchObject({
      status: 422,
      body: { errors: { body: expect.arrayContaining(["can't be blank"]) } },
    });
  });

  it('deletes them with their article', async () => {
    const token = await conduit.register('cascading');
    const slug = await write(token);
    await conduit.call('POST', `/articles/${slug}/comments`, { token, body: { comment: { body: 'soon gone' } } });
    await conduit.call('POST', `/articles/${slug}/favorite`, { token });
    expect((await conduit.call('DELETE', `/articles/${slug}`, { token })).status).toBe(204);
    expect((await conduit.call('GET', `/articles/${slug}/comments`)).status).toBe(404);
  });
});

describe('the API as a whole', () => {
  it('lists the tags', async () => {
    const token = await conduit.register('tagger');
    await write(token, { tagList: ['one of a kind'] });
    const { body } = await conduit.call('GET', '/tags');
    expect(body['tags']).toContain('one of a kind');
  });

  it('keeps requests of different users apart under load', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 10 }, (_, index) => `parallel-${index}`);
    const tokens = await Promise.all(names.map((name) => conduit.register(name)));
    const answers = await Promise.all(
      tokens.flatMap((token, index) =>
        Array.from({ length: 5 }, async () => {
          const slug = await write(token, { tagList: ['parallel'] });
          const { body } = await conduit.call('GET', `/articles/${slug}`, { token });
          return [(body['article'] as { author: { username: string } }).author.username, names[index]] as const;
        }),
      ),
    );
    expect(answers.filter(([author, name]) => author !== name)).toEqual([]);
    expect(await conduit.call('GET', '/articles?tag=parallel')).toMatchObject({ body: { articlesCount: 50 } });
  });

  it('documents what its handlers refuse, in the form of the specification', async () => {
    const { paths } = (await (await fetch(`${conduit.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    const refusals = (method: string, path: string) =>
      Object.entries(paths[path]?.[method]?.responses ?? {})
        .filter(([, response]) => JSON.stringify(response).includes('"#/components/schemas/Errors"'))
        .map(([status]) => Number(status));
    expect(refusals('post', '/api/users')).toEqual([409]);
    expect(refusals('post', '/api/users/login')).toEqual([401, 429]);
    expect(refusals('put', '/api/user')).toEqual([409]);
    expect(refusals('get', '/api/profiles/{username}')).toEqual([404]);
    expect(refusals('get', '/api/articles/{slug}')).toEqual([404]);
    expect(refusals('put', '/api/articles/{slug}')).toEqual([403, 404]);
    expect(refusals('delete', '/api/articles/{slug}/comments/{id}')).toEqual([403, 404]);
    expect(paths['/api/articles/{slug}']?.['delete']?.responses).toHaveProperty('204');
  });

  it('documents every operation of the specification', async () => {
    const document = (await (await fetch(`${conduit.url}/openapi.json`)).json()) as OpenApiDocument;
    const specified = readFileSync(resolve(import.meta.dirname, 'support/realworld-operations.txt'), 'utf8')
      .trim()
      .split('\n');
    const documented = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(documented.toSorted()).toEqual(specified.toSorted());
  });

  it('answers 404 and malformed requests in its own form', async () => {
    expect(await conduit.call('GET', '/nowhere')).toMatchObject({ status: 404 });
    const malformed = await fetch(`${conduit.url}/api/users`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"user":' });
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toMatchObject({ errors: { body: expect.any(Array) } });
  });
});
