/** The books. They know nothing of versions: each version of the API shows them in its own way. */
import { defineBinding } from '@oxidite/http';

export interface Book {
  readonly id: number;
  readonly slug: string;
  readonly title: string;
  readonly author: { readonly name: string; readonly born: number };
}

const books: Book[] = [
  { id: 1, slug: 'frankenstein', title: 'Frankenstein', author: { name: 'Mary Shelley', born: 1797 } },
  { id: 2, slug: 'the-last-man', title: 'The Last Man', author: { name: 'Mary Shelley', born: 1797 } },
  { id: 3, slug: 'middlemarch', title: 'Middlemarch', author: { name: 'George Eliot', born: 1819 } },
];

export function listBooks(): readonly Book[] {
  return books;
}

export function addBook(book: Omit<Book, 'id'>): Book {
  const added = { ...book, id: books.length + 1 };
  books.push(added);
  return added;
}

/** Finds the book that the path names, or answers with 404. */
export const bookById = defineBinding('book', '/:id{int}', ({ params }) => books.find(({ id }) => id === params.id));
export const bookBySlug = defineBinding('book', '/:slug{slug}', ({ params }) => books.find(({ slug }) => slug === params.slug));
