/** Addresses of articles: readable, and unique even for equal titles. */
import type { Random } from '@oxidite/plugin-sdk';

const SUFFIX_LENGTH = 8;

/** Makes a slug of a title: `how-to-train-your-dragon-1f9a02cd`. */
export function toSlug(title: string, random: Random): string {
  const words = title
    .normalize('NFKD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .match(/[\p{Letter}\p{Number}]+/gu);
  return [...(words ?? []), random.uuid().slice(0, SUFFIX_LENGTH)].join('-');
}
