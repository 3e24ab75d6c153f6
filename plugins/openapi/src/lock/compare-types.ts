/** Compares which kinds of values fit: types, `null`, and the only values there are. */
import type { SchemaRule } from './change-rules.ts';
import { isSame } from './canonical-json.ts';
import { isText, type NormalSchema } from './normal-schema.ts';
import type { NormalPair, SchemaComparison } from './schema-comparison.ts';

/** The number of types there are besides `null`. */
const ALL_TYPES = 6;

/** Compares whether `null` fits. */
export function compareNull({ before, after, direction }: NormalPair, { report }: SchemaComparison): void {
  if (before.allowsNull === after.allowsNull || takesAnything(before) || takesAnything(after)) return;
  report(`${direction}.${after.allowsNull ? 'null-allowed' : 'null-forbidden'}`, {
    pointer: (after.allowsNull ? after : before).outer.pointer,
    before: before.allowsNull,
    after: after.allowsNull,
    sentence: `${after.node.label} ${after.allowsNull ? 'may now be null' : 'must not be null any more'}`,
  });
}

/**
 * Compares the types; where nothing fits any more the type has changed. Returns whether the types have something in common,
 * so that comparing further makes sense.
 */
export function compareTypes({ before, after, direction }: NormalPair, { report }: SchemaComparison): boolean {
  const lost = [...before.types].filter((type) => !after.types.has(type));
  const gained = [...after.types].filter((type) => !before.types.has(type));
  if (lost.length === 0 && gained.length === 0) return true;
  const rule: SchemaRule = gained.length === 0 && after.types.size > 0 ? 'type-narrowed' : lost.length === 0 ? 'type-widened' : 'type-changed';
  const [left, right] = [showTypes(before), showTypes(after)];
  report(`${direction}.${rule}`, {
    pointer: after.node.pointer,
    before: left,
    after: right,
    sentence: `${after.node.label} was ${left} and is ${right}`,
  });
  const haveSome = lost.length < before.types.size || isAnything(before) || isAnything(after); // null is no type here
  return haveSome && !takesAnything(before) && !takesAnything(after);
}

function showTypes(schema: NormalSchema): string {
  if (isAnything(schema)) return 'anything';
  if (schema.types.size === 0 && !schema.allowsNull) return 'nothing';
  const types = [...schema.types];
  return types.filter((type) => !(type === 'integer' && schema.types.has('number'))).join(' or ') || 'null';
}

/** All types: nothing was said about them, whatever other keywords say. */
function isAnything({ types, alternatives }: NormalSchema): boolean {
  return types.size === ALL_TYPES && alternatives.length === 0;
}

/** Tells whether any value fits, `null` included. */
function takesAnything(schema: NormalSchema): boolean {
  return isFree(schema) && schema.alternatives.length === 0;
}

/** Tells whether nothing restricts what fits; alternatives aside. */
export function isFree(schema: NormalSchema): boolean {
  return schema.types.size === ALL_TYPES && schema.values === undefined && Object.keys(schema.keywords).every(isText);
}

/** Compares the only values there are. */
export function compareValues({ before, after, direction }: NormalPair, { report }: SchemaComparison): void {
  const [left, right] = [before.values, after.values];
  if (left === undefined && right === undefined) return;
  const { pointer, label } = after.node;
  if (left === undefined || right === undefined) {
    const sentence = left === undefined ? `${label} is now one of ${JSON.stringify(right)} only` : `${label} is no longer limited to ${JSON.stringify(left)}`;
    report(`${direction}.${left === undefined ? 'enum-added' : 'enum-removed'}`, { pointer, before: left, after: right, sentence });
    return;
  }
  for (const value of left.filter((one) => !right.some((other) => isSame(one, other)))) {
    report(`${direction}.enum-value-removed`, { pointer, before: value, sentence: `${label} is no longer ${JSON.stringify(value)}` });
  }
  for (const value of right.filter((one) => !left.some((other) => isSame(one, other)))) {
    report(`${direction}.enum-value-added`, { pointer, after: value, sentence: `${label} may now be ${JSON.stringify(value)}` });
  }
}
