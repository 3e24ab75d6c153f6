/** Models with what only databases of SQL have: counters, keys of several parts, texts to search, and foreign keys that do more than refuse. */
import { belongsTo, defineModel, field, hasMany, type InferModel, morphMany, morphOne, morphTo } from '@oxidite/orm';

/** It has nothing but a key that counts. */
export const Slip = defineModel('slip', {});
export type Slip = InferModel<typeof Slip>;

/** Its key counts. */
export const Entry = defineModel('entry', { text: field.string() });
export type Entry = InferModel<typeof Entry>;

export const Invoice = defineModel('invoice', { number: field.string().unique(), lines: hasMany(() => Line, 'invoice') }, { id: 'uuid' });
export type Invoice = InferModel<typeof Invoice>;

/** Its key has two parts. */
export const Line = defineModel(
  'line',
  { invoice: belongsTo(() => Invoice).onDelete('cascade'), position: field.integer(), what: field.string(), amount: field.integer().default(1) },
  { key: ['invoice', 'position'] },
);
export type Line = InferModel<typeof Line>;

export const Essay = defineModel(
  'essay',
  { title: field.string(), body: field.text().nullable(), year: field.integer().default(2_000) },
  { id: 'uuid', softDeletes: true, search: ['title', 'body'] },
);
export type Essay = InferModel<typeof Essay>;

export const Shelf = defineModel('shelf', { name: field.string(), jars: hasMany(() => Jar, 'shelf') }, { id: 'uuid' });
export type Shelf = InferModel<typeof Shelf>;

/** Jars break with their shelf. */
export const Jar = defineModel('jar', { name: field.string(), shelf: belongsTo(() => Shelf).onDelete('cascade') }, { id: 'uuid' });
export type Jar = InferModel<typeof Jar>;

export const Actor = defineModel('actor', { name: field.string(), notes: morphMany(() => Note, 'about') }, { id: 'uuid' });
export type Actor = InferModel<typeof Actor>;

export const Film = defineModel('film', { title: field.string(), notes: morphMany(() => Note, 'about'), cover: morphOne(() => Cover, 'of') }, { id: 'uuid' });
export type Film = InferModel<typeof Film>;

export const Album = defineModel('album', { name: field.string(), cover: morphOne(() => Cover, 'of') }, { id: 'uuid' });
export type Album = InferModel<typeof Album>;

export const Note = defineModel('note', { text: field.text(), about: morphTo(() => [Film, Actor]).onDelete('cascade') }, { id: 'uuid' });
export type Note = InferModel<typeof Note>;

export const Cover = defineModel(
  'cover',
  {
    path: field.string(),
    of: morphTo(() => [Film, Album])
      .nullable()
      .unique(),
  },
  { id: 'uuid' },
);
export type Cover = InferModel<typeof Cover>;
