/** The names that models and their parts get from those of the database. */
import { toTableName } from '../model/naming.ts';

/** Words that end in `es` because they end in a hiss. */
const HISS = /(?:ss|x|ch|sh|zz|[^oa]us)es$/;

/** Turns snake_case, or anything else, into camelCase: `order_items` -> `orderItems`. */
export function toCamelCase(name: string): string {
  const [first = '', ...words] = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const camel = first.charAt(0).toLowerCase() + (first === first.toUpperCase() ? first.slice(1).toLowerCase() : first.slice(1)) + words.map(toCapital).join('');
  return /^[a-z]/.test(camel) ? camel : `field${toCapital(camel)}`;
}

/** Turns camelCase into PascalCase. */
export function toCapital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Turns camelCase into kebab-case. */
export function toKebabCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** Returns the name of the model of a table: `order_items` -> `orderItem`. */
export function toModelName(table: string): string {
  const name = toCamelCase(table);
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  if (HISS.test(name)) return name.slice(0, -2);
  return /[^s]s$/.test(name) && !/(?:us|is)$/.test(name) ? name.slice(0, -1) : name;
}

/** Returns the plural of a name in camelCase: `orderItem` -> `orderItems`. */
export function toPlural(name: string): string {
  return toCamelCase(toTableName(name));
}

/** Returns a name that is not taken, and takes it. */
export function takeName(taken: Set<string>, ...candidates: readonly string[]): string {
  const [first = 'field'] = candidates;
  let name = candidates.find((candidate) => !taken.has(candidate));
  for (let number = 2; name === undefined; number++) if (!taken.has(`${first}${number}`)) name = `${first}${number}`;
  taken.add(name);
  return name;
}
