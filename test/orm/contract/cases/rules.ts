/** Rules of fields, defaults, hidden fields, timestamps, and the schemas of a model. */
import { defineModel, field } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature, onMysql } from '../contract-case.ts';
import { Member } from '../models/sample.ts';
import { add, expectBoth, expectInvalid, expectRefusal, expectRefusedBoot } from './expectations.ts';

const ann = { email: 'ann@example.com', nick: 'ann' };

export const rules = defineFeature('Rules and defaults', {
  'set defaults and null, and call functions': async ({ orm }) => {
    const id = await add(orm, Member, ann);
    await expectBoth(orm, Member, id, { level: 1, code: 'made', renamed: 'x', age: null, site: null, address: null });
  },
  'prefer what is given to defaults, but undefined': async ({ orm }) => {
    const id = await add(orm, Member, { ...ann, level: 0, code: '', renamed: undefined });
    await expectBoth(orm, Member, id, { level: 0, code: '', renamed: 'x' });
  },
  'tell all fields that break a rule, and write nothing': async ({ orm }) => {
    const failing = orm.unitOfWork((unit) => {
      unit.create(Member, { email: 'bob@example.com', nick: 'bob' });
      unit.create(Member, { email: 'no', nick: 'A', age: 17, site: 'javascript:alert(1)' });
    });
    const paths = ['/email', '/nick', '/nick', '/age', '/site'].map((path) => expect.objectContaining({ in: 'body', path }));
    await expectRefusal(failing, 'INVALID_ENTITY', { status: 422, model: 'member', errors: paths });
    expect(await orm.query(Member).count()).toBe(0);
  },
  'hold for changes': async ({ orm }) => {
    const id = await add(orm, Member, { ...ann, age: 30 });
    for (const [path, change] of [
      ['/age', { age: 121 }],
      ['/nick', { nick: 'x'.repeat(11) }],
      ['/email', { email: '' }],
    ] as const)
      await expectInvalid(
        orm.unitOfWork(async (unit) => void (await unit.get(Member, id)).assign(change)),
        path,
      );
    await orm.unitOfWork(async (unit) => {
      const member = await unit.get(Member, id);
      member.age = 18;
    });
    expect(await orm.query(Member).where({ id }).get()).toMatchObject({ age: 18, nick: 'ann' });
  },
  'hold for rows that are written at once': async ({ orm }) => {
    const rows = [ann, { email: 'bob@example.com', nick: 'B' }];
    await expectInvalid(
      orm.unitOfWork((unit) => unit.insertMany(Member, rows)),
      '/1/nick',
    );
    await add(orm, Member, ann);
    await expectInvalid(
      orm.unitOfWork((unit) => unit.query(Member).where({}).update({ age: 5 })),
      '/age',
    );
    expect(await orm.query(Member).count()).toBe(1);
  },
  'require what has no default': async ({ orm }) => {
    await expectInvalid(add(orm, Member, { email: 'a@example.com' } as never), '/nick');
    await expectInvalid(add(orm, Member, { ...ann, nick: null } as never), '/nick');
  },
  'refuse names that a model does not have': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      expect(() => unit.create(Member, { ...ann, colour: 'red' } as never)).toThrow(/colour/);
      await expect(unit.insertMany(Member, [{ ...ann, colour: 'red' } as never])).rejects.toMatchObject({ status: 422 });
    });
    expect(await orm.query(Member).count()).toBe(0);
  },
  'hide what is hidden from rows and JSON, but where it is asked for': async ({ orm }) => {
    const id = await add(orm, Member, { ...ann, secret: 'shh' });
    expect(await orm.query(Member).where({ id }).get()).not.toHaveProperty('secret');
    expect((await orm.query(Member).withHidden().where({ secret: 'shh' }).get()).secret).toBe('shh');
    expect(await orm.query(Member).select('secret').get()).toEqual({ secret: 'shh' });
    await orm.unitOfWork(async (unit) => {
      const member = await unit.get(Member, id);
      expect(member.secret).toBe('shh');
      expect(JSON.stringify(member)).not.toContain('shh');
    });
  },
  'use the name of a column in the database only': async ({ orm }) => {
    const id = await add(orm, Member, { ...ann, renamed: 'y' });
    await expectBoth(orm, Member, id, { renamed: 'y' });
    expect(await orm.query(Member).where({ renamed: 'y' }).orderBy({ renamed: 'asc' }).select('renamed').all()).toEqual([{ renamed: 'y' }]);
  },
  'set createdAt and updatedAt by the clock of the kernel, and move updatedAt only with a change': async ({ orm, kernel }) => {
    const began = new Date(kernel.clock.now());
    const id = await add(orm, Member, ann);
    await kernel.clock.advance(1_500);
    await orm.unitOfWork(async (unit) => void (await unit.get(Member, id)));
    await expectBoth(orm, Member, id, { createdAt: began, updatedAt: began });
    await orm.unitOfWork(async (unit) => void (await unit.get(Member, id)).assign({ level: 2 }));
    await expectBoth(orm, Member, id, { createdAt: began, updatedAt: new Date(began.getTime() + 1_500) });
  },
  'take an entity from JSON to a row and back': async ({ orm }) => {
    const input = Member.create.parse({ ...ann, age: 40, address: { city: 'Oslo' } });
    const id = await add(orm, Member, input);
    const sent: unknown = JSON.parse(JSON.stringify(Member.read.parse(await orm.query(Member).where({ id }).get())));
    expect(sent).toMatchObject({ id, ...ann, age: 40, address: { city: 'Oslo', tags: [] } });
    expect(sent).not.toHaveProperty('secret');
  },
  'let a text of any length be unique': {
    async run(context) {
      await using kernel = await (await context.createProject()).boot([Slogan], { autoMigrate: 'models' });
      await add(kernel.orm, Slogan, { text: 'a' });
      await expectRefusal(add(kernel.orm, Slogan, { text: 'a' }), 'UNIQUE_VIOLATION', { errors: [{ in: 'body', path: '/text' }] });
    },
    differs: onMysql({
      reason: 'a `text()` that is `unique` or `index` is refused at boot; use `string()`',
      refused: true,
      async run(context) {
        const project = await context.createProject();
        await expectRefusedBoot(project.boot([Slogan], { autoMigrate: 'models' }), 'MODEL_INVALID', {
          model: 'slogan',
          message: expect.stringContaining('"text"'),
        });
      },
    }),
  },
});

const Slogan = defineModel('slogan', { text: field.text().unique() }, { id: 'uuid' });
