/** Header lines. Source: RFC 9112, section 5. */
import { HEAD, type RequestShape } from './request-shape.ts';

export const HEADERS: readonly RequestShape[] = [
  ['refused', 'NUL value', `${HEAD}x: a\0b\r\n\r\n`],
  ['refused', 'NUL name', `${HEAD}x\0: a\r\n\r\n`],
  ['refused', 'BEL value', `${HEAD}x: a\x07b\r\n\r\n`],
  ['refused', 'DEL value', `${HEAD}x: a\x7fb\r\n\r\n`],
  ['refused', 'VT value', `${HEAD}x: a\x0bb\r\n\r\n`],
  ['answered', 'latin1 value (obs-text)', `${HEAD}x: a\xe9b\r\n\r\n`],
  ['answered', 'empty value', `${HEAD}x:\r\n\r\n`],
  ['refused', 'empty name', `${HEAD}: a\r\n\r\n`],
  ['refused', 'no colon', `${HEAD}foo\r\n\r\n`],
  ['refused', 'a header name: with space', `${HEAD}a b: c\r\n\r\n`],
  ['refused', 'a header name: with paren', `${HEAD}a(b: c\r\n\r\n`],
  ['refused', 'a header name: with quote', `${HEAD}a"b: c\r\n\r\n`],
  ['refused', 'a header name: high byte', `${HEAD}\xe9: c\r\n\r\n`],
  ['answered', 'a header name: token chars', `${HEAD}!#$%&'*+-.^_\`|~9: c\r\n\r\n`],
  ['answered', '__proto__ header', `${HEAD}__proto__: c\r\nconstructor: d\r\n\r\n`],
  ['refused', 'fold', `${HEAD}x: a\r\n b\r\n\r\n`],
  ['refused', 'fold tab', `${HEAD}x: a\r\n\tb\r\n\r\n`],
  ['refused', 'fold empty', `${HEAD}x: a\r\n \r\n\r\n`],
  ['refused', '100 headers over', `${HEAD}${'x: y\r\n'.repeat(100)}\r\n`],
  ['answered', '99 headers', `${HEAD}${'x: y\r\n'.repeat(99)}\r\n`],
  ['refused', 'header 20k', `${HEAD}x: ${'y'.repeat(20000)}\r\n\r\n`],
  ['refused', 'header name 20k', `${HEAD}${'y'.repeat(20000)}: x\r\n\r\n`],
];
