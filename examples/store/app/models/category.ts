/** What products are sorted into. Categories are in one another. */
import { belongsTo, defineModel, field, hasMany, type InferModel } from '@oxidite/orm';
import { Product } from './product.ts';

export const Category = defineModel('category', {
  name: field.string({ minLength: 1, maxLength: 60 }).unique(),
  parent: belongsTo(() => Category).nullable(),
  children: hasMany(() => Category, 'parent'),
  products: hasMany(() => Product, 'category'),
});

export type Category = InferModel<typeof Category>;
