/** All models of the contract that are in one database; what others refer to comes behind them, so that rows can be deleted in this order. */
import type { AnyModel } from '@oxidite/orm';
import { Customer } from './embedded.ts';
import { Author, Book, Chapter, Country, Folder, Profile, Tag } from './library.ts';
import { Actor, Album, Cover, Entry, Essay, Film, Invoice, Jar, Line, Note, Shelf, Slip } from './relational.ts';
import { Floor, Member, Sample, Stub } from './sample.ts';
import { Account, Board, Item, Letter, Order, Paint, Ticket } from './shop.ts';

/** Those that every database has. */
export const MODELS: readonly AnyModel[] = [
  Chapter,
  Profile,
  Book,
  Tag,
  Author,
  Country,
  Folder,
  Order,
  Item,
  Account,
  Ticket,
  Board,
  Letter,
  Paint,
  Sample,
  Member,
  Floor,
  Stub,
  Customer,
];

/** Those that only databases of SQL have. */
export const RELATIONAL_MODELS: readonly AnyModel[] = [Note, Cover, Film, Actor, Album, Line, Invoice, Jar, Shelf, Essay, Entry, Slip];
