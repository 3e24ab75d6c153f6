/** The rows that many cases begin with: three authors, and three books. */
import type { Orm, Query } from '@oxidite/orm';
import { Author, Book, Chapter, Country, Profile, Tag } from '../models/library.ts';

/** The keys of what was written. */
export interface Library {
  readonly ann: string;
  readonly bob: string;
  readonly eve: string;
  /** The first book. */
  readonly book: string;
}

/**
 * Writes them. "First" and "Second" are by ann, "Third" is by bob. "First" is edited by bob and has two chapters; it has the
 * tags js and css, "Second" has js.
 */
export function createLibrary(orm: Orm): Promise<Library> {
  return orm.unitOfWork(async (unit) => {
    const [norway, sweden] = [unit.create(Country, { code: 'NO', name: 'Norway' }), unit.create(Country, { code: 'SE', name: 'Sweden' })];
    const ann = unit.create(Author, { name: 'ann', bio: 'writes', country: norway });
    const bob = unit.create(Author, { name: 'bob', follows: [ann] });
    const eve = unit.create(Author, { name: 'eve', country: sweden });
    unit.create(Profile, { author: ann, url: 'https://example.com/ann' });
    const [js, css] = [unit.create(Tag, { name: 'js' }), unit.create(Tag, { name: 'css' })];
    const book = unit.create(Book, { title: 'First', isbn: '1', pages: 100, price: '10.10', state: 'published', author: ann, editor: bob, tags: [js, css] });
    unit.create(Book, { title: 'Second', isbn: '2', pages: 200, price: '20.20', state: 'published', author: ann, tags: [js] });
    unit.create(Book, { title: 'Third', pages: 200, price: '0.30', author: bob });
    unit.create(Chapter, { book, position: 1, title: 'I' });
    unit.create(Chapter, { book, position: 2, title: 'II' });
    await unit.flush();
    unit.attach(ann, 'follows', bob);
    await unit.flush();
    return { ann: ann.id, bob: bob.id, eve: eve.id, book: book.id };
  });
}

/** Returns the titles of the books that a query finds, sorted. */
export async function titlesOf(books: Query<typeof Book>): Promise<string[]> {
  return (await books.all()).map(({ title }) => title).toSorted();
}
