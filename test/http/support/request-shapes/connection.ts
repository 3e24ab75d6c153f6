/** Expectations, upgrades, and what follows a request. Source: RFC 9110, sections 7.8 and 10.1.1; RFC 9112, section 9. */
import { HEAD, POST, type RequestShape } from './request-shape.ts';

export const CONNECTIONS: readonly RequestShape[] = [
  ['answered', 'an expectation: 100', `${POST}expect: 100-continue\r\ncontent-length: 1\r\n\r\nx`],
  ['answered', 'an expectation: upper', `${POST}expect: 100-CONTINUE\r\ncontent-length: 1\r\n\r\nx`],
  ['refused', 'an expectation: other', `${POST}expect: 200-ok\r\ncontent-length: 1\r\n\r\nx`],
  ['answered', 'an expectation: list', `${POST}expect: 100-continue, foo\r\ncontent-length: 1\r\n\r\nx`],
  ['answered', 'an expectation: prefix', `${POST}expect: y 100-continue\r\ncontent-length: 1\r\n\r\nx`],
  ['last', 'an expectation: no body', `${HEAD}expect: 100-continue\r\n\r\n`],
  ['last', 'an expectation: 1.0', `POST / HTTP/1.0\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nx`],
  ['last', 'an expectation: empty', `${POST}expect:\r\ncontent-length: 1\r\n\r\nx`],
  ['answered', 'an expectation: + chunked', `${POST}expect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`],
  ['last', 'an upgrade: h2c', `${HEAD}connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n`],
  ['last', 'an upgrade: foo', `${HEAD}connection: upgrade\r\nupgrade: foo\r\n\r\n`],
  ['last', 'an upgrade: with body', `${POST}connection: upgrade\r\nupgrade: foo\r\ncontent-length: 1\r\n\r\nx`],
  [
    'last',
    'Upgrade chunked',
    `${POST}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  ],
  ['last', 'an upgrade: TLS', `${HEAD}connection: upgrade\r\nupgrade: TLS/1.0\r\n\r\n`],
  ['answered', 'an upgrade: without connection', `${HEAD}upgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`],
  ['last', 'an upgrade: websocket no key', `${HEAD}connection: upgrade\r\nupgrade: websocket\r\n\r\n`],
  [
    'last',
    'Upgrade websocket GET with body',
    `${HEAD}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncontent-length: 34\r\n\r\nGET /next HTTP/1.1\r\nhost: a\r\n\r\nxxxx`,
  ],
  [
    'last',
    'Upgrade websocket GET chunked',
    `${HEAD}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  ],
  ['last', 'Connection close', `${HEAD}connection: close\r\n\r\n`],
  ['last', 'Connection close, keep-alive', `${HEAD}connection: close, keep-alive\r\n\r\n`],
  ['answered', 'Connection nonsense', `${HEAD}connection: host, x\r\n\r\n`],
  ['answered', 'HTTP/1.0 keep-alive', 'GET / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n'],
  ['last', 'garbage after valid', `${HEAD}\r\nGARBAGE\r\n\r\n`],
  ['last', 'body on GET without CL', `${HEAD}\r\nhello=1\r\n`],
  ['answered', 'extra CRLF between', `${HEAD}\r\n\r\n\r\n`],
  ['last', 'extra after POST', `${POST}content-length: 1\r\n\r\nxyz\r\n`],
];
