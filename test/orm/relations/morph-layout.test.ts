import { type AnyModel, defineModel, field, hasMany, morphMany, morphOne, morphTo } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import { createLayouts } from '../../../plugins/orm/src/model/model-layout.ts';
import { Remark } from './shop.ts';

describe('createLayouts of a morphTo', () => {
  it('reaches all models of the list, and names a foreign key for each', () => {
    const layouts = createLayouts([Remark]);
    expect([...layouts.keys()].toSorted()).toEqual(['author', 'image', 'product', 'remark', 'story']);
    const remark = layouts.get('remark');
    expect(remark?.columns.get('subjectProductId')).toMatchObject({
      column: 'subject_product_id',
      relation: 'subject',
      spec: { type: 'integer', nullable: true },
    });
    expect(remark?.columns.get('subjectStoryId')).toMatchObject({ column: 'subject_story_id', spec: { type: 'uuid' } });
    expect(layouts.get('product')?.relations.get('remarks')).toMatchObject({ kind: 'hasMany', inverse: 'subjectProduct' });
  });

  it('ties them by a check, whose names are quoted', () => {
    const Group = defineModel('group', { name: field.string() });
    const Select = defineModel('select', { name: field.string() });
    const Check = defineModel('check', { order: morphTo(() => [Group, Select]), from: morphTo(() => [Group]).nullable() });
    const { morphs } = createLayouts([Check]).get('check') ?? {};
    expect(morphs?.get('order')?.check).toEqual({
      name: 'checks_order_check',
      expression: 'case when "order_group_id" is null then 0 else 1 end + case when "order_select_id" is null then 0 else 1 end = 1',
    });
    expect(morphs?.get('from')?.check.expression).toBe('case when "from_group_id" is null then 0 else 1 end <= 1');
  });

  const Other = defineModel('other', { name: field.string() });
  const Typed = defineModel('typed', { type: field.string() });
  const to = (...targets: unknown[]): AnyModel => defineModel('remark', { subject: morphTo(() => targets) });
  const owner = (part: AnyModel['fields'][string]): AnyModel => defineModel('owner', { things: part });
  const Thing = defineModel('thing', { of: morphTo(() => [Other]) });
  it.each<[string, readonly AnyModel[], RegExp]>([
    ['an empty list', [to()], /leads to no model/],
    ['what is no list', [defineModel('remark', { subject: morphTo(() => Other) })], /does not lead to models/],
    ['what is no model', [to(Other, {})], /does not lead to a model/],
    ['a model twice', [to(Other, Other)], /leads to other twice/],
    ['a model whose rows have a type', [to(Typed)], /"type" would be that of its kind/],
    [
      'a name that is taken',
      [defineModel('remark', { subject: morphTo(() => [Other]), subjectOtherId: field.integer() })],
      /makes "subjectOtherId", which is there already/,
    ],
    ['null where none is allowed', [defineModel('remark', { subject: morphTo(() => [Other]).onDelete('set null') })], /never null; add \.nullable\(\)/],
    ['another side that is not led to', [owner(morphMany(() => Thing, 'of'))], /thing\.of is not a morphTo\(\(\) => \[owner, …\]\)/],
    ['another side of another kind', [owner(hasMany(() => Thing, 'of'))], /is not a belongsTo/],
  ])('refuses %s', (_, models, message) => expect(() => createLayouts(models)).toThrow(message));

  it('refuses a relation to one whose other side allows many', () => {
    const Owner = defineModel('owner', { thing: morphOne((): AnyModel => Part, 'of') });
    const Part = defineModel('part', { of: morphTo((): AnyModel[] => [Owner]) });
    expect(() => createLayouts([Owner])).toThrow(/not unique; write morphTo\(…\)\.unique\(\)/);
  });
});
