import { describe, expect, it } from 'vitest';
import { formatRootHelp, formatTopicHelp } from '../../../plugins/cli/src/print/root-help.ts';

const COMMANDS = [
  { name: 'start', summary: 'Run it' },
  { name: 'shop:reindex', summary: 'Index it' },
  { name: 'db:seed', summary: 'Seed it' },
  { name: 'db:secret', summary: 'Hide it', hidden: true },
];

describe('formatRootHelp', () => {
  it('lists the commands by topic, aligned, without the hidden ones', () => {
    expect(formatRootHelp('1.2.3', COMMANDS)).toBe(
      [
        'Oxidite 1.2.3',
        '',
        'Usage: oxidite <command> [arguments] [flags]',
        '',
        '  start         Run it',
        '',
        'db',
        '  db:seed       Seed it',
        '',
        'shop',
        '  shop:reindex  Index it',
        '',
        'Every command takes --help and --json. The parts of a name may be separated by ":" or a space.',
      ].join('\n'),
    );
  });
});

describe('formatTopicHelp', () => {
  it('lists the commands of a topic', () => {
    expect(formatTopicHelp('db', COMMANDS.slice(2))).toBe('Usage: oxidite db:<command> [arguments] [flags]\n\ndb\n  db:seed  Seed it');
  });
});
