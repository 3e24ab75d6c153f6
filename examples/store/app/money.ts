/** Amounts of money are texts with two digits behind the point; they are counted in cents, so that none is lost. */

const CENTS = 100n;

/** What something costs, and how many there are. */
export interface Priced {
  readonly price: string;
  readonly quantity: number;
}

/** Adds up: `[{ price: '19.90', quantity: 2 }]` is `39.80`. */
export function toTotal(lines: readonly Priced[]): string {
  const cents = lines.reduce((sum, { price, quantity }) => sum + toCents(price) * BigInt(quantity), 0n);
  return `${cents / CENTS}.${String(cents % CENTS).padStart(2, '0')}`;
}

function toCents(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  return BigInt(whole) * CENTS + BigInt(fraction.padEnd(2, '0'));
}
