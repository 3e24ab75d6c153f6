/** Reads the tokens of a statement one after the other. */
import type { SqlToken } from './sql-tokens.ts';

/** Reads tokens; what is read is gone. */
export class TokenReader {
  readonly tokens: readonly SqlToken[];
  #place = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.tokens = tokens;
  }

  /** The token that comes next. */
  get next(): SqlToken | undefined {
    return this.tokens[this.#place];
  }

  /** Tells whether these words or signs come next. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, offset) => isWord(this.tokens[this.#place + offset], word));
  }

  /** Reads these words or signs when they come next. */
  accept(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.#place += words.length;
    return true;
  }

  /** Reads one of these words, when it comes next, and returns it. */
  acceptOne<const Word extends string>(...words: readonly Word[]): Word | undefined {
    return words.find((word) => this.accept(word));
  }

  /** Reads a name; of one with the name of a schema before it, only the last part. `''` when there is none. */
  name(): string {
    let name = '';
    do {
      const token = this.next;
      if (token === undefined || (token.kind !== 'name' && token.kind !== 'word')) return name;
      name = token.value;
      this.#place++;
    } while (this.accept('.'));
    return name;
  }

  /** Reads names that are separated by commas. */
  names(): string[] {
    const names: string[] = [];
    do names.push(this.name());
    while (this.accept(','));
    return names.filter((name) => name !== '');
  }

  /** Reads one token. */
  skip(): SqlToken | undefined {
    const token = this.next;
    this.#place++;
    return token;
  }

  /** Reads what stands in parentheses, when they come next, with the commas between its parts taken out. */
  group(): SqlToken[][] | undefined {
    if (!this.accept('(')) return undefined;
    const inside: SqlToken[] = [];
    for (let depth = 1; this.next !== undefined;) {
      const token = this.next;
      this.#place++;
      if (isWord(token, '(')) depth++;
      if (isWord(token, ')') && --depth === 0) break;
      inside.push(token);
    }
    return splitParts(inside);
  }

  /** Returns what is left, and reads it. */
  rest(): readonly SqlToken[] {
    const rest = this.tokens.slice(this.#place);
    this.#place = this.tokens.length;
    return rest;
  }
}

/** Tells whether a token is this word or sign; a name in quotes is none. */
export function isWord(token: SqlToken | undefined, word: string): boolean {
  return token !== undefined && token.value === word && (token.kind === 'word' || token.kind === 'sign');
}

/** Splits tokens at the commas that stand in no parentheses. */
export function splitParts(tokens: readonly SqlToken[]): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  for (const { token, depth } of withDepth(tokens)) {
    if (depth === 0 && isWord(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** Tells whether a word stands among the tokens, in no parentheses. */
export function hasWord(tokens: readonly SqlToken[], ...words: readonly string[]): boolean {
  return withDepth(tokens).some(({ depth }, place) => depth === 0 && words.every((word, offset) => isWord(tokens[place + offset], word)));
}

/** Tells how many parentheses each token stands in; the parentheses themselves stand outside. */
export function withDepth(tokens: readonly SqlToken[]): { readonly token: SqlToken; readonly depth: number }[] {
  let depth = 0;
  return tokens.map((token) => {
    if (isWord(token, ')')) depth--;
    const found = { token, depth };
    if (isWord(token, '(')) depth++;
    return found;
  });
}
