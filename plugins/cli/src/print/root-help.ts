/** Formats the list of commands: what `oxidite`, `oxidite --help` and `oxidite <topic>` print. */

/** What the list shows of a command. */
export interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  readonly hidden?: boolean;
}

/** Formats the whole list, the commands without a topic first, then topic by topic. */
export function formatRootHelp(version: string, commands: readonly ListedCommand[]): string {
  return [
    `Oxidite ${version}`,
    '',
    'Usage: oxidite <command> [arguments] [flags]',
    ...formatTopics(commands),
    '',
    'Every command takes --help and --json. The parts of a name may be separated by ":" or a space.',
  ].join('\n');
}

/** Formats the commands of one topic. */
export function formatTopicHelp(topic: string, commands: readonly ListedCommand[]): string {
  return [`Usage: oxidite ${topic}:<command> [arguments] [flags]`, ...formatTopics(commands)].join('\n');
}

function formatTopics(commands: readonly ListedCommand[]): string[] {
  const visible = commands.filter(({ hidden }) => hidden !== true);
  const width = Math.max(0, ...visible.map(({ name }) => name.length));
  const topics = [...new Set(visible.map(({ name }) => topicOf(name)))].toSorted();
  return topics.flatMap((topic) => [
    '',
    ...(topic === '' ? [] : [topic]),
    ...visible.filter(({ name }) => topicOf(name) === topic).map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
  ]);
}

function topicOf(name: string): string {
  const separator = name.indexOf(':');
  return separator < 0 ? '' : name.slice(0, separator);
}
