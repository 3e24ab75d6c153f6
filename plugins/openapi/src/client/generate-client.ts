/**
 * Writes a client of an API: one file without dependencies, whose types are plain interfaces. Nothing in it is inferred
 * from anything, so an editor has nothing to compute however many operations there are; and the same document always gives
 * the same text.
 */
import { readFileSync } from 'node:fs';
import type { OpenApiDocument } from '../document/openapi-document.ts';
import { type ClientOperation, type ClientResponse, readOperations } from './client-operations.ts';
import { createTypeNames, toComment, toKey, toText, toTypeName } from './names.ts';
import { type ComponentTypes, toDeclaration, toType } from './schema-type.ts';

/** Parts of the run-time code that are no business of those who use a client. */
const INTERNAL = /^export (?=(?:interface (?:Operation|Caller)|function createCaller)\b)/gm;

/** Writes the client of a document. */
export function generateClient(document: OpenApiDocument): string {
  const names = createTypeNames();
  const components = new Map(Object.keys(document.components.schemas).map((name) => [name, names.claim(toTypeName(name))]));
  const operations = readOperations(document, names);
  const sections = [
    writeHeader(document),
    ...[...components].map(([name, type]) => toDeclaration(type, document.components.schemas[name], components)),
    ...operations.flatMap((operation) => writeTypes(operation, components)),
    writeErrors(operations),
    writeInterface(operations),
    writeOperations(operations),
    writeFactory(operations, document),
    readRuntime(),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function writeHeader({ info }: OpenApiDocument): string {
  const title = `${info.title} ${info.version}`;
  return `${toComment(`A client of ${title}, written by \`oxidite openapi --client\`. Changes are lost when it is written again.`, '')}/* eslint-disable */\n`;
}

function writeTypes(operation: ClientOperation, components: ComponentTypes): string[] {
  const { typeName, fields, errors } = operation;
  const properties = Object.fromEntries(fields.map(({ name, schema, description }) => [name, description === undefined ? schema : { ...schema, description }]));
  const input = { type: 'object', properties, required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name) };
  return [
    ...(fields.length === 0 ? [] : [toDeclaration(`${typeName}Input`, input, components)]),
    writeResult(operation, components),
    ...(errors.length === 0 ? [] : [`export type ${typeName}Error = ${errors.map((error) => toErrorType(error, components)).join(' | ')};\n`]),
  ];
}

/** One success is its body; several are told apart by their status. A stream gives its events. */
function writeResult({ typeName, successes, isStream }: ClientOperation, components: ComponentTypes): string {
  const name = `${typeName}Result`;
  const [only, ...others] = successes;
  if (only === undefined) return `export type ${name} = unknown;\n`;
  if (isStream && Object.keys(only.schema ?? {}).length === 0) return `export type ${name} = ServerEvent;\n`;
  if (others.length === 0) return only.schema === undefined ? `export type ${name} = undefined;\n` : toDeclaration(name, only.schema, components);
  const members = successes.map((success) => `{ status: ${success.status}; body: ${toBodyType(success, components)} }`);
  return `export type ${name} = ${members.join(' | ')};\n`;
}

function toErrorType(error: ClientResponse, components: ComponentTypes): string {
  return `ApiError<${error.status}, ${toBodyType(error, components)}>`;
}

function toBodyType({ schema }: ClientResponse, components: ComponentTypes): string {
  return schema === undefined ? 'undefined' : toType(schema, components);
}

function writeErrors(operations: readonly ClientOperation[]): string {
  const lines = operations.filter(({ errors }) => errors.length > 0).map(({ id, typeName }) => `  ${toKey(id)}: ${typeName}Error;\n`);
  return `/** The errors that operations declare. */
export interface ClientErrors {
${lines.join('')}}

/** Tells whether an error is one that the operation declares; \`error.status\` then tells which: \`isApiError('articles.show', error) && error.status === 404\`. */
export function isApiError<Id extends keyof ClientErrors>(operation: Id, error: unknown): error is ClientErrors[Id] {
  return error instanceof ApiError && error.operation === operation && error.isDeclared;
}
`;
}

/** Groups of operations, and operations in them, in the order of the document. */
type Tree = Map<string, Tree | ClientOperation>;

function toTree(operations: readonly ClientOperation[]): Tree {
  const root: Tree = new Map();
  for (const operation of operations) {
    let group = root;
    for (const name of operation.path.slice(0, -1)) {
      const inner = group.get(name);
      const next: Tree = inner instanceof Map ? inner : new Map();
      group.set(name, next);
      group = next;
    }
    group.set(operation.path.at(-1) ?? operation.id, operation);
  }
  return root;
}

function writeInterface(operations: readonly ClientOperation[]): string {
  const write = (tree: Tree, indent: string): string =>
    [...tree]
      .map(([name, member]) =>
        member instanceof Map ? `${indent}readonly ${toKey(name)}: {\n${write(member, `${indent}  `)}${indent}};\n` : writeSignature(name, member, indent),
      )
      .join('');
  return `/** The operations of the API. */\nexport interface Client {\n${write(toTree(operations), '  ')}}\n`;
}

function writeSignature(name: string, { comment, typeName, fields, isStream }: ClientOperation, indent: string): string {
  const isOptional = fields.every(({ isRequired }) => !isRequired);
  const input = fields.length === 0 ? 'input?: undefined' : `input${isOptional ? '?' : ''}: ${typeName}Input`;
  const result = isStream ? `AsyncGenerator<${typeName}Result, void, undefined>` : `Promise<${typeName}Result>`;
  return `${toComment(comment, indent)}${indent}${toKey(name)}(${input}, options?: CallOptions): ${result};\n`;
}

function writeOperations(operations: readonly ClientOperation[]): string {
  const entries = operations.map((operation) => `  ${toKey(operation.id)}: ${writeOperation(operation)},\n`);
  return `const OPERATIONS = {\n${entries.join('')}} as const satisfies Readonly<Record<string, Operation>>;\n`;
}

function writeOperation({ id, method, target, query, renamed, headers, bodyType, errors, successes, isStream, textEvents }: ClientOperation): string {
  const list = (values: readonly string[]): string => `[${values.join(', ')}]`;
  const parts = [
    `id: ${toText(id)}`,
    `method: ${toText(method)}`,
    `path: ${toText(target)}`,
    ...(query.length === 0 ? [] : [`query: ${list(query.map(toText))}`]),
    ...(Object.keys(renamed).length === 0 ? [] : [`renamed: ${toRecord(renamed)}`]),
    ...(Object.keys(headers).length === 0 ? [] : [`headers: ${toRecord(headers)}`]),
    ...(bodyType === undefined ? [] : [`body: ${toText(bodyType)}`]),
    ...(errors.length === 0 ? [] : [`errors: ${list(errors.map(({ status }) => String(status)))}`]),
    ...(successes.length > 1 ? ['several: true'] : []),
    ...(isStream && textEvents.length > 0 ? [`text: ${list(textEvents.map(toText))}`] : []),
  ];
  return `{ ${parts.join(', ')} }`;
}

function toRecord(values: Readonly<Record<string, string>>): string {
  const entries = Object.entries(values).map(([key, value]) => `${toKey(key)}: ${toText(value)}`);
  return `{ ${entries.join(', ')} }`;
}

function writeFactory(operations: readonly ClientOperation[], { servers = [] }: OpenApiDocument): string {
  const write = (tree: Tree, indent: string): string =>
    [...tree]
      .map(([name, member]) => {
        if (member instanceof Map) return `${indent}${toKey(name)}: {\n${write(member, `${indent}  `)}${indent}},\n`;
        const operation = toKey(member.id).startsWith("'") ? `OPERATIONS[${toText(member.id)}]` : `OPERATIONS.${member.id}`;
        return `${indent}${toKey(name)}: (input, settings) => ${member.isStream ? 'stream' : 'call'}(${operation}, input, settings),\n`;
      })
      .join('');
  const url = servers[0]?.url ?? '';
  const used = ['call', 'stream'].filter((name) => operations.some(({ isStream }) => isStream === (name === 'stream')));
  const callers = used.length === 0 ? '  void createCaller(options, DEFAULT_URL);\n' : `  const { ${used.join(', ')} } = createCaller(options, DEFAULT_URL);\n`;
  return `const DEFAULT_URL = ${toText(url === '/' ? '' : url)};

/** Creates a client: \`createClient({ baseUrl: 'https://api.example.com' })\`. */
export function createClient(options: ClientOptions = {}): Client {
${callers}  return {
${write(toTree(operations), '    ')}  };
}
`;
}

/** The source of the run-time code is published beside its compiled form. */
function readRuntime(): string {
  const source = readFileSync(new URL('../../src/client/client-runtime.ts', import.meta.url), 'utf8');
  return source.replace(/^\/\*\*[\s\S]*?\*\/\n+/, '').replaceAll(INTERNAL, '');
}
