import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, markup } from '../../../plugins/middleware/src/error-pages/markup.ts';
import { redactHeaders, redactUrl } from '../../../plugins/middleware/src/error-pages/redact.ts';
import { parseStack } from '../../../plugins/middleware/src/error-pages/stack-frames.ts';

describe('markup', () => {
  it('makes text of every value, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const escaped = markup`<p title="${text}">${[text]}</p>`.text.slice('<p title="'.length);
        expect(escaped.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[&<'](?!\/p>$)|"(?!>)/);
        const back = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
        expect(escapeHtml(text).replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => back[entity as keyof typeof back])).toBe(text);
      }),
      { numRuns: 300 },
    );
    expect(markup`${undefined}${1}${[markup`<b>`, '<']}`.text).toBe('1<b>&lt;');
  });
});

describe('redactUrl', () => {
  it('takes the values of secret parameters out, and no others', () => {
    expect(redactUrl('/a?id=1&access_token=x&Signature=y;pwd=z#f')).toBe('/a?id=1&access_token=[redacted]&Signature=[redacted];pwd=[redacted]#f');
  });
});

describe('redactHeaders', () => {
  it('takes out secrets of addresses, however their names are written', () => {
    const written = ['https://a/?%74oken=hush&x=1', 'https://user:hush@a/', 'https://a/?a=1;api_key=hush', '/x?user%5Bpassword%5D=hush&%E0%A4%A=1'];
    for (const value of written) expect(redactHeaders({ referer: value })[0]?.[1]).not.toContain('hush');
    expect(redactHeaders({ referer: written[0] })[0]?.[1]).toBe('https://a/?%74oken=[redacted]&x=1');
  });

  it('takes out the values of headers that hold secrets', () => {
    const secret = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-csrf-token', 'x-session-id'];
    expect(redactHeaders(Object.fromEntries(secret.map((name) => [name, 'hush']))).map(([, value]) => value)).toEqual(secret.map(() => '[redacted]'));
    expect(redactHeaders({ accept: '*/*', host: 'a' })).toEqual([
      ['accept', '*/*'],
      ['host', 'a'],
    ]);
  });
});

describe('parseStack', () => {
  const frames = (stack: string | undefined, message = 'lost', root = '/app'): unknown =>
    parseStack(Object.assign(new Error(message), { stack }), root).map(({ file, line, isOwn }) => [file, line, isOwn]);

  it('reads functions, methods, anonymous places and files given as addresses', () => {
    expect(
      frames(
        [
          'Error: lost',
          '    at run (/app/src/a.ts:3:5)',
          '    at async Object.<anonymous> (file:///app/b%20c.mjs:10:1)',
          '    at /app/node_modules/x/index.js:7:1',
          '    at Module._compile (node:internal/modules/cjs/loader:1:1)',
          '    at /app2/other.ts:1:1',
          '    at native',
          '    at file://%/broken.ts:1:1',
        ].join('\n'),
      ),
    ).toEqual([
      ['/app/src/a.ts', 3, true],
      ['/app/b c.mjs', 10, true],
      ['/app/node_modules/x/index.js', 7, false],
      [undefined, 0, false],
      ['/app2/other.ts', 1, false],
      [undefined, 0, false],
      [undefined, 1, false],
    ]);
  });

  it('has no frames where there is nothing to rely on', () => {
    expect(frames(undefined)).toEqual([]);
    expect(frames('Error: other\n    at run (/app/a.ts:1:1)')).toEqual([]);
    expect(frames('Error: a\n at b (/app/x.ts:1:1)\n    at run (/app/a.ts:2:1)', 'a\n at b (/app/x.ts:1:1)')).toEqual([['/app/a.ts', 2, true]]);
    expect(frames('Error\n    at run (/app/.env:1:1)', '')).toEqual([['/app/.env', 1, false]]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (stack, message) => void frames(stack, message)),
      { numRuns: 300 },
    );
  });
});
