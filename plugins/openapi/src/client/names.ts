/** Makes TypeScript names of the names in a document. Two different names never become the same one. */

/** Names that generated types must not take: those of the client itself, and of the types it mentions. */
const RESERVED = [
  'AbortSignal',
  'ApiError',
  'Array',
  'AsyncGenerator',
  'Blob',
  'CallOptions',
  'Caller',
  'Client',
  'ClientErrors',
  'ClientOptions',
  'Date',
  'Error',
  'Fields',
  'FormData',
  'HeaderSource',
  'Headers',
  'NonNullable',
  'Operation',
  'Promise',
  'Readonly',
  'Record',
  'RequestInit',
  'Response',
  'SentEvent',
  'ServerEvent',
  'TypeError',
  'URLSearchParams',
];

/** Hands out type names. */
export interface TypeNames {
  /** Returns a free name like the wanted one, and takes it. */
  claim(wanted: string): string;
}

/** Creates an empty set of names. */
export function createTypeNames(): TypeNames {
  const taken = new Set(RESERVED);
  return {
    claim(wanted) {
      let name = wanted;
      for (let suffix = 2; taken.has(name); suffix++) name = `${wanted}${suffix}`;
      taken.add(name);
      return name;
    },
  };
}

/** `articles.create` gives `ArticlesCreate`. */
export function toTypeName(text: string): string {
  const name = toWords(text)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Za-z_$]/.test(name) ? name : `_${name}`;
}

/** `create-many` gives `createMany`. */
export function toMemberName(text: string): string {
  const [first = '', ...others] = toWords(text);
  const name = first.charAt(0).toLowerCase() + first.slice(1) + others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z_$]/.test(name) ? name : `_${name}`;
}

/** Writes the key of a property: as it is, or quoted. */
export function toKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : toText(name);
}

/** Writes text as a literal in single quotes. */
export function toText(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** Writes a comment, or nothing. */
export function toComment(text: string | undefined, indent: string): string {
  if (text === undefined || text.trim() === '') return '';
  const lines = text.trim().replaceAll('*/', '*\\/').split(/\r?\n/);
  if (lines.length === 1) return `${indent}/** ${lines[0] ?? ''} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

function toWords(text: string): string[] {
  return text.split(/[^\w$]+|_(?=[A-Za-z])/).filter((word) => word !== '');
}
