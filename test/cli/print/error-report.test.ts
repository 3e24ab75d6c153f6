import { OxiditeError } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import { formatError, toErrorDocument } from '../../../plugins/cli/src/print/error-report.ts';

class ShopError extends OxiditeError {
  readonly code = 'OXI_SHOP_CLOSED';
}

class PluginError extends OxiditeError {
  readonly code = 'OXI_PLUGIN_SETUP';
}

describe('formatError', () => {
  it('prints the code of the innermost Oxidite error: why it failed, not that a plugin did', () => {
    const error = new PluginError('Plugin "shop" failed in its set-up: The shop is closed.', new ShopError('The shop is closed.'));
    expect(formatError(error, false)).toBe('OXI_SHOP_CLOSED: Plugin "shop" failed in its set-up: The shop is closed.');
    expect(toErrorDocument(error).error.code).toBe('OXI_SHOP_CLOSED');
  });

  it('prints the code and the message of an Oxidite error', () => {
    expect(formatError(new ShopError('The shop is closed.'), false)).toBe('OXI_SHOP_CLOSED: The shop is closed.');
  });

  it('prints what an error was caused by, unless its message has said so', () => {
    const cause = new ShopError('no key');
    expect(formatError(new ShopError('The shop is closed.', cause), false)).toBe('OXI_SHOP_CLOSED: The shop is closed.\nCaused by OXI_SHOP_CLOSED: no key');
    expect(formatError(new ShopError('The shop is closed: no key', cause), false)).toBe('OXI_SHOP_CLOSED: The shop is closed: no key');
  });

  it('names the first place in the code of the user', () => {
    const error = new TypeError('boom');
    error.stack =
      'TypeError: boom\n    at node:internal/x:1:2\n    at f (/shop/node_modules/x/y.js:1:1)\n    at g (/shop/app/a.ts:3:4)\n    at h (/shop/app/b.ts:5:6)';
    expect(formatError(error, false)).toBe('TypeError: boom\n    at g (/shop/app/a.ts:3:4)\nSet OXIDITE_DEBUG=1 to see the stack.');
    expect(formatError(error, true)).toBe(error.stack);
  });

  it('shows the line of a syntax error', () => {
    const error = new SyntaxError('Expression expected');
    error.stack = 'file:///shop/app/a.ts:1\nconst a = ;\n          ^\n\nSyntaxError: Expression expected\n    at node:internal/x:1:2';
    expect(formatError(error, false)).toBe(
      'file:///shop/app/a.ts:1\nconst a = ;\n          ^\nSyntaxError: Expression expected\nSet OXIDITE_DEBUG=1 to see the stack.',
    );
    expect(formatError(new ShopError('The shop is closed: Expression expected', error), false)).toBe(
      'OXI_SHOP_CLOSED: The shop is closed: Expression expected\nfile:///shop/app/a.ts:1\nconst a = ;\n          ^\nSet OXIDITE_DEBUG=1 to see the stack.',
    );
    error.stack = 'SyntaxError: Expression expected';
    expect(formatError(error, false)).toBe('SyntaxError: Expression expected\nSet OXIDITE_DEBUG=1 to see the stack.');
  });

  it('prints the code of a system error', () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT', stack: '' });
    expect(formatError(error, false)).toMatch(/^ENOENT: no such file\n/);
  });

  it('prints what is no error', () => {
    expect(formatError('boom', true)).toBe('Thrown: boom');
  });

  it('ends where causes go in a circle', () => {
    const error = new ShopError('a');
    error.cause = error;
    expect(formatError(error, false)).toBe('OXI_SHOP_CLOSED: a');
  });
});

describe('toErrorDocument', () => {
  it('has a code for every error', () => {
    expect(toErrorDocument(new ShopError('closed'))).toEqual({ error: { code: 'OXI_SHOP_CLOSED', message: 'closed' } });
    expect(toErrorDocument(new Error('boom'))).toEqual({ error: { code: 'UNEXPECTED', message: 'boom' } });
    expect(toErrorDocument('boom')).toEqual({ error: { code: 'UNEXPECTED', message: 'boom' } });
  });
});
