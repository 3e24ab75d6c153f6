/**
 * The types that path parameters may name, `/:id{int}`, and the values they may list, `/:state{draft|published}`. A value
 * that does not fit makes the route not match. Applications add types of their own with the option `paramTypes`.
 */
import { toMessage, toSuggestion } from '@oxidite/plugin-sdk';
import { ParamTypeError } from '../errors.ts';
import { Automaton } from './language/automaton.ts';
import { ANY_TEXT, type Expression, ExpressionSyntaxError, parseExpression, textExpression } from './language/expression.ts';

/**
 * What the named types give handlers. The type of an application is `string`, unless it is declared here:
 * `declare module '@oxidite/http' { interface ParamTypes { isbn: Isbn } }`.
 */
export interface ParamTypes {
  /** Up to 15 digits; a `number` in handlers. */
  readonly int: number;
  /** Letters and digits of ASCII, `-` and `_`. */
  readonly slug: string;
  /** Letters of ASCII. */
  readonly alpha: string;
  /** 32 hexadecimal digits in five groups, of any version (RFC 9562). */
  readonly uuid: string;
  /** 26 characters of Crockford's base 32. */
  readonly ulid: string;
  /** `2026-12-31`; whether the month has that day is not checked. */
  readonly date: string;
}

/** What a parameter's value must be. */
export interface Constraint {
  /** As it is written between the braces: `int`, `draft|published`. */
  readonly source: string;
  /** The same for constraints that accept the same values because they are the same list or type. */
  readonly key: string;
  readonly expression: Expression;
  readonly automaton: Automaton;
  /** How it appears in OpenAPI. */
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  /** `true`: handlers get a number. */
  readonly isNumeric: boolean;
}

interface BuiltInType {
  readonly pattern: RegExp;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
}

const BUILT_IN: Readonly<Record<keyof ParamTypes, BuiltInType>> = {
  int: { pattern: /\d{1,15}/, jsonSchema: { type: 'integer', minimum: 0 } }, // 15 digits are always a safe integer
  slug: { pattern: /[\w-]+/, jsonSchema: { type: 'string', pattern: String.raw`^[\w-]+$` } },
  alpha: { pattern: /[A-Za-z]+/, jsonSchema: { type: 'string', pattern: '^[A-Za-z]+$' } },
  uuid: { pattern: /[\dA-Fa-f]{8}(?:-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}/, jsonSchema: { type: 'string', format: 'uuid' } },
  ulid: {
    pattern: /[0-7][\dA-HJKMNP-TV-Za-hjkmnp-tv-z]{25}/,
    jsonSchema: { type: 'string', pattern: '^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$' },
  },
  date: { pattern: /\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/, jsonSchema: { type: 'string', format: 'date' } },
};

const TYPE_NAME = /^[A-Za-z]\w*$/;

/** Finds constraints by what stands between the braces of a pattern. */
export class ConstraintRegistry {
  readonly #patterns = new Map<string, BuiltInType>(Object.entries(BUILT_IN));
  readonly #constraints = new Map<string, Constraint>();
  #isLenient = false;

  /** @throws {ParamTypeError} when a name is taken or malformed, or a pattern cannot be matched in one pass. */
  constructor(own: Readonly<Record<string, RegExp>> = {}) {
    for (const [name, pattern] of Object.entries(own)) {
      if (!TYPE_NAME.test(name)) throw new ParamTypeError(name, 'its name must be letters and digits');
      if (this.#patterns.has(name)) throw new ParamTypeError(name, 'there is a type of this name already');
      if (pattern.flags !== '') throw new ParamTypeError(name, `its flags "${pattern.flags}" are not supported; write the pattern without`);
      this.#patterns.set(name, { pattern, jsonSchema: { type: 'string', pattern: `^(?:${pattern.source})$` } });
      this.get(name);
    }
  }

  /** Creates a registry that takes unknown types for any text: for paths that only name parameters. */
  static lenient(): ConstraintRegistry {
    const registry = new ConstraintRegistry();
    registry.#isLenient = true;
    return registry;
  }

  /**
   * Returns the constraint of `source`: a list of values, or the name of a type.
   * @throws {ParamTypeError} when there is no such type.
   */
  get(source: string): Constraint {
    let constraint = this.#constraints.get(source);
    if (constraint === undefined) this.#constraints.set(source, (constraint = source.includes('|') ? toList(source) : this.#toTyped(source)));
    return constraint;
  }

  #toTyped(name: string): Constraint {
    const type = this.#patterns.get(name);
    if (type === undefined && this.#isLenient)
      return compile(name, { source: name, key: '', jsonSchema: { type: 'string' }, isNumeric: false }, () => ANY_TEXT);
    if (type === undefined) {
      const known = [...this.#patterns.keys()];
      throw new ParamTypeError(name, `there is no type of this name.${toSuggestion(name, known)} Known are ${known.join(', ')}`);
    }
    return compile(name, { source: name, key: name, jsonSchema: type.jsonSchema, isNumeric: name === 'int' }, () => parseExpression(type.pattern.source));
  }
}

function toList(source: string): Constraint {
  const values = [...new Set(source.split('|'))].toSorted();
  if (values.includes('')) throw new ParamTypeError(source, 'a value of its list is empty');
  const parts = { source, key: values.join('|'), jsonSchema: { type: 'string', enum: values }, isNumeric: false };
  return compile(source, parts, () => ({ kind: 'choice', items: values.map(textExpression) }));
}

function compile(name: string, parts: Omit<Constraint, 'expression' | 'automaton'>, read: () => Expression): Constraint {
  try {
    const expression = read();
    const automaton = new Automaton(expression);
    if (automaton.matches('')) throw new ParamTypeError(name, 'it accepts the empty text, which no segment is');
    return { ...parts, expression, automaton };
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) throw new ParamTypeError(name, toMessage(error), error);
    throw error;
  }
}
