/** What the values of factories are made of: the kernel's randomness, so that they repeat under a seed, and a counter. */
import type { Clock, Random } from '@oxidite/plugin-sdk';

/** What the function of a factory is given. */
export interface FactoryTools {
  /** How many entities of the model the factories have made, with this one, above the rows that were there: 1, 2, … It makes values unique. */
  readonly sequence: number;
  /** The kernel's randomness. */
  readonly random: Random;
  /** Returns one of these. */
  readonly pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
  /** Returns this many words. Default: 3. */
  readonly words: (count?: number) => string;
  /** Returns a sentence of this many words, with a capital and a full stop. Default: 8. */
  readonly sentence: (words?: number) => string;
  /** Returns an integer, both ends included. */
  readonly integer: (min: number, max: number) => number;
  /** Returns `true` this often. Default: 0.5. */
  readonly chance: (probability?: number) => boolean;
  /** Returns a moment of the past, at most this many days ago. Default: 365. */
  readonly past: (days?: number) => Date;
}

const WORDS =
  'amber anchor apple arrow autumn basil beacon birch bridge bright brook candle canvas cedar cherry circle clear cloud copper coral cotton daisy dawn delta ' +
  'early ember fable falcon field finch flint forest garden gentle ginger glass golden harbor hazel hollow indigo island ivory jade juniper kettle lagoon ' +
  'lantern lemon linen maple marble meadow mellow mint morning nectar north ocean olive orchard paper pearl pepper pine plain quartz quiet raven reed ' +
  'river robin saffron sage silver simple sparrow spring stone summer sunny tidal timber topaz velvet violet walnut willow winter wooden yellow';
const LIST = WORDS.split(' ');
const SECONDS_A_DAY = 86_400;
const PRECISION = 1_000_000;

/** Creates the tools of one entity. */
export function createFactoryTools(random: Random, clock: Clock, sequence: number): FactoryTools {
  const at = <Item>(items: readonly Item[]): Item => items[random.integer(0, items.length - 1)] as Item; // the index is within the list
  const words = (count = 3): string => Array.from({ length: count }, () => at(LIST)).join(' ');
  return {
    sequence,
    random,
    pick: at,
    words,
    sentence(count = 8) {
      const text = words(count);
      return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
    },
    integer: (min, max) => random.integer(min, max),
    chance: (probability = 0.5) => random.integer(1, PRECISION) <= probability * PRECISION,
    past: (days = 365) => new Date((Math.floor(clock.now() / 1_000) - random.integer(0, days * SECONDS_A_DAY)) * 1_000),
  };
}
