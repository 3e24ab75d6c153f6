/** All models of the contract that are in one database; what others refer to comes behind them, so that rows can be deleted in this order. */
import type { AnyModel } from '@oxidite/orm';
import { Author, Book, Chapter, Country, Cover, Folder, Note, Profile, Tag } from './library.ts';
import { Entry, Member, Sample } from './sample.ts';
import { Account, Board, Essay, Item, Letter, Line, Order, Paint, Ticket } from './shop.ts';

export const MODELS: readonly AnyModel[] = [
  Note,
  Cover,
  Chapter,
  Profile,
  Book,
  Tag,
  Author,
  Country,
  Folder,
  Line,
  Order,
  Item,
  Account,
  Ticket,
  Board,
  Essay,
  Letter,
  Paint,
  Sample,
  Member,
  Entry,
];
