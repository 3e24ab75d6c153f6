/** What the literal of a path says about its parameters, for the compiler. The same syntax is read at run time by `path-pattern.ts`. */
import type { ParamTypes } from './param-types.ts';

/**
 * The parameters of a path literal: `/articles/:id{int}/:slug?` gives `{ id: number; slug?: string }`. A path that is no
 * literal gives a record. Works for hosts too.
 */
export type PathParams<Path extends string> = string extends Path ? Readonly<Record<string, string>> : Flatten<ParamsIn<Path>>;

/** The parameters of prefixes and hosts, and of a path behind them. */
export type AllParams<PrefixParams, Path extends string> = Flatten<PrefixParams & PathParams<Path>>;

/** One object type instead of an intersection. */
export type Flatten<Type> = { readonly [Key in keyof Type]: Type[Key] };

type ParamsIn<Path extends string> = NamedIn<Path> & (Path extends `${string}/**` ? { readonly _: string } : unknown);

/** Goes from colon to colon; what follows each one is a name. */
type NamedIn<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Chunk}:${infer More}`
    ? ParamAt<Chunk> & NamedIn<`:${More}`>
    : ParamAt<Rest>
  : unknown;

type ParamAt<Chunk extends string> = Chunk extends `${infer Name}{${infer Source}}${infer After}`
  ? Param<Name, ValueOf<Source>, After>
  : NameAt<Chunk> extends infer Name extends string
    ? Chunk extends `${Name}${infer After}`
      ? Param<Name, string, After>
      : never
    : never;

type Param<Name extends string, Value, After extends string> = After extends `?${string}`
  ? { readonly [Key in Name]?: Value }
  : { readonly [Key in Name]: Value };

type ValueOf<Source extends string> = Source extends `${infer First}|${infer Rest}`
  ? First | Listed<Rest>
  : Source extends keyof ParamTypes
    ? ParamTypes[Source]
    : string;

type Listed<Source extends string> = Source extends `${infer First}|${infer Rest}` ? First | Listed<Rest> : Source;

/** Most names end at a slash or at the end of the path; the others are read letter by letter. */
type NameAt<Chunk extends string> = Chunk extends `${infer Segment}/${string}` ? LettersOf<Segment> : LettersOf<Chunk>;

type LettersOf<Text extends string, Name extends string = ''> = Text extends `${infer Letter}${infer Rest}`
  ? Letter extends NameLetter
    ? LettersOf<Rest, `${Name}${Letter}`>
    : Name
  : Name;

// prettier-ignore
type NameLetter =
  | 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm' | 'n' | 'o' | 'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z'
  | 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'N' | 'O' | 'P' | 'Q' | 'R' | 'S' | 'T' | 'U' | 'V' | 'W' | 'X' | 'Y' | 'Z'
  | '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '_';
