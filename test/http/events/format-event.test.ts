import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatComment, formatEvent } from '../../../plugins/http/src/events/format-event.ts';

/** Reads events as WHATWG HTML, section 9.2.6, says. */
function parse(text: string): { event: string; data: string; id: string }[] {
  const events: { event: string; data: string; id: string }[] = [];
  let [event, data, id]: [string, string[], string] = ['message', [], ''];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') {
      if (data.length > 0) events.push({ event, data: data.join('\n'), id });
      [event, data] = ['message', []];
      continue;
    }
    if (line.startsWith(':')) continue;
    const [name = '', ...rest] = line.split(':');
    const value = rest.join(':').replace(/^ /, '');
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
    if (name === 'id') id = value;
  }
  return events;
}

describe('formatEvent', () => {
  it('writes what a client reads again, whatever the text', () => {
    const name = fc.string().filter((text) => !/[\r\n\0]/.test(text) && text !== '');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), name, name, (data, event, id) => {
        const text = formatComment(data) + formatEvent({ data, event, id }) + formatEvent({ data: { data } });
        expect(parse(text)).toEqual([
          { event, id, data: data.replaceAll(/\r\n|\r/g, '\n') },
          { event: 'message', id, data: JSON.stringify({ data }) },
        ]);
      }),
    );
  });

  it('refuses names and ids that would break out of their line', () => {
    expect(() => formatEvent({ event: 'a\ndata: forged' })).toThrow('must be one line');
    expect(() => formatEvent({ id: 'a\rb' })).toThrow('must be one line');
    expect(() => formatEvent({ id: 'a\0b' })).toThrow('must be one line');
  });

  it('writes the time to wait as whole milliseconds', () => {
    expect(formatEvent({ retryMs: 1_500.7 })).toBe('retry: 1500\n\n');
  });
});
