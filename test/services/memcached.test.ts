import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findServiceProblem, serviceUrl } from './service-url.ts';

const problem = await findServiceProblem('MEMCACHED_URL');

/** Sends lines of the text protocol and returns what is answered, until it ends with `last`. */
async function talk(lines: readonly string[], last: string): Promise<string> {
  const { hostname, port } = new URL(await serviceUrl('MEMCACHED_URL'));
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(lines.map((line) => `${line}\r\n`).join('')));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (answer.endsWith(last)) socket.end(() => resolve(answer));
    });
    socket.once('error', reject);
  });
}

describe.skipIf(problem !== undefined)(`the memcached of the tests${problem === undefined ? '' : `: ${problem}`}`, () => {
  it('keeps values and gives them back', async () => {
    const key = crypto.randomUUID();
    expect(await talk([`set ${key} 0 60 5`, 'hello', `get ${key}`], 'END\r\n')).toBe(`STORED\r\nVALUE ${key} 0 5\r\nhello\r\nEND\r\n`);
    expect(await talk([`get ${key}`], 'END\r\n')).toContain('hello');
    expect(await talk([`get ${key}-other`], 'END\r\n')).toBe('END\r\n');
  });
});
