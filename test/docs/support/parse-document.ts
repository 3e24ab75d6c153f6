/**
 * Reads the code blocks of a Markdown document, so that tests can run them.
 * A `ts` or `html` block opens with its file name in a comment: `// app/routes/hello.ts`. A `console` block holds
 * commands after `$ ` and, below each, the output to expect, in which `…` stands for anything.
 */

/** A file that a document tells its reader to write. */
export interface DocumentFile {
  readonly kind: 'file';
  readonly path: string;
  readonly text: string;
  readonly line: number;
}

/** A command that a document tells its reader to run. */
export interface DocumentCommand {
  readonly kind: 'command';
  readonly command: string;
  readonly output: string;
  readonly line: number;
}

/** One step of a document. */
export type DocumentStep = DocumentFile | DocumentCommand;

const FENCE = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm;

/** Lists the steps of a document in their order. */
export function parseDocument(markdown: string): DocumentStep[] {
  return [...markdown.matchAll(FENCE)].flatMap((match): DocumentStep[] => {
    const [, language = '', text = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length;
    if (language === 'console') return parseCommands(text, line);
    if (language !== 'ts') return [];
    const path = /^\/\/ ([\w./-]+\.ts)\b/.exec(text)?.[1];
    if (path === undefined) throw new Error(`The ts block at line ${line} does not open with its file name`);
    return [{ kind: 'file', path, text, line }];
  });
}

function parseCommands(text: string, line: number): DocumentCommand[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.replaceAll('\\\n', '').split('\n');
      return { kind: 'command', command: command.trim(), output: output.join('\n').trim(), line };
    });
}

/** Tells whether an output is the expected one; `…` stands for anything. */
export function matchesOutput(expected: string, actual: string): boolean {
  const pattern = expected
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[\\s\\S]*?');
  return new RegExp(`^${pattern}$`).test(actual.trim());
}
