import { defineFactory } from '@oxidite/orm';
import { Product } from '../app/models/product.ts';

/** Products for tests and to look at. */
export const productsFactory = defineFactory(
  Product,
  ({ sequence, words, sentence, integer }) => {
    const name = words(2);
    return { name, slug: `${name.replace(' ', '-')}-${sequence}`, about: sentence(), price: `${integer(5, 90)}.00`, stock: integer(1, 20) };
  },
  { states: { soldOut: { stock: 0 }, last: { stock: 1 } } },
);
