import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../../plugins/cli/src/run/request.ts';

describe('parseRequest', () => {
  it('takes the words before the first flag', () => {
    expect(parseRequest(['make', 'migration', 'add_users', '--force', 'x'])).toEqual({
      words: ['make', 'migration', 'add_users'],
      argv: ['make', 'migration', 'add_users', '--force', 'x'],
      json: false,
      help: false,
    });
  });

  it('takes --json and --help away, wherever they stand', () => {
    expect(parseRequest(['routes', '--json', '--method', 'get', '--help'])).toEqual({
      words: ['routes'],
      argv: ['routes', '--method', 'get'],
      json: true,
      help: true,
    });
    expect(parseRequest(['-h'])).toEqual({ words: [], argv: [], json: false, help: true });
  });

  it('reads a leading "help" as --help', () => {
    expect(parseRequest(['help', 'routes'])).toMatchObject({ words: ['routes'], help: true });
    expect(parseRequest(['routes', 'help'])).toMatchObject({ words: ['routes', 'help'], help: false });
  });

  it('leaves what follows "--" to the command', () => {
    expect(parseRequest(['run', '--', '--json', '--help'])).toEqual({ words: ['run'], argv: ['run', '--', '--json', '--help'], json: false, help: false });
  });
});
