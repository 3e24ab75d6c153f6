/** What cases of several features expect. */
import type { AnyModel, CreateData, KeyOf, Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import type { ContractContext, Difference } from '../contract-case.ts';

/** Expects that something is refused, at once or later, with an error of this code and of these members. */
export async function expectRefusal(work: Promise<unknown> | (() => unknown), code: string, members: object = {}): Promise<void> {
  await expect(typeof work === 'function' ? (async () => work())() : work).rejects.toMatchObject({ code: `OXI_ORM_${code}`, ...members });
}

/** Expects that an application does not start, because of an error of this code. */
export async function expectRefusedBoot(boot: Promise<unknown>, code: string, members: object = {}): Promise<void> {
  await expect(boot).rejects.toMatchObject({ code: 'OXI_PLUGIN_SETUP', cause: { code: `OXI_ORM_${code}`, ...members } });
}

/** Expects that an application with these models does not start, because of one of them. */
export async function refusesModels({ createProject }: ContractContext, models: readonly AnyModel[], model: string, message: RegExp): Promise<void> {
  const project = await createProject();
  await expectRefusedBoot(project.boot(models), 'MODEL_INVALID', { model, message: expect.stringMatching(message) });
}

/** Why what refers to something may lead nowhere. */
export const NO_FOREIGN_KEYS = 'there are no foreign keys: what is referred to may be missing or be deleted, and what refers to it keeps its key';

/** Why one of two writers may have to try again. */
export const AT_ONCE = 'of two flushes, inserts or upserts that meet at one document one may fail with status 503; `attempts` of a transaction runs it again';

/** Expects that something which only SQL has is refused, at once or later. */
export async function expectNotOnMongodb(work: Promise<unknown> | (() => unknown)): Promise<void> {
  await expectRefusal(work, 'NOT_ON_MONGODB');
}

/** The difference of cases with a transaction inside of another one. */
export const NO_SAVEPOINTS: Difference = {
  reason: 'there are no savepoints: a transaction inside of another one is refused',
  refused: true,
  run: ({ orm }) => orm.unitOfWork((unit) => unit.transaction(() => expectNotOnMongodb(unit.transaction(() => undefined)))),
};

/** Expects that values of a field are refused, with status 422, before anything is written. */
export async function expectInvalid(work: Promise<unknown>, path: string): Promise<void> {
  await expectRefusal(work, 'INVALID_ENTITY', { status: 422, errors: [expect.objectContaining({ in: 'body', path })] });
}

/** Writes an entity in a unit of work of its own, and returns its key. */
export async function add<Of extends AnyModel>(orm: Orm, model: Of, data: CreateData<Of>): Promise<string> {
  return orm.unitOfWork(async (unit) => {
    const entity = unit.create(model, data);
    await unit.flush();
    return (entity as unknown as { readonly id: string }).id; // it is called with models that have one
  });
}

/** Reads one entity as a row and as an entity, each in its own way, and expects the same of both. */
export async function expectBoth<Of extends AnyModel>(orm: Orm, model: Of, id: KeyOf<Of>, members: object): Promise<void> {
  expect(
    await orm
      .query(model)
      .where({ id } as never)
      .get(),
  ).toMatchObject(members);
  await orm.unitOfWork(async (unit) => {
    const entity = await unit.get(model, id);
    for (const [name, value] of Object.entries(members)) expect(entity[name as keyof typeof entity], name).toEqual(value);
  });
}
