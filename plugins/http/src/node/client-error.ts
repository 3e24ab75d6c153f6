/** Answers what is not HTTP, or too large or slow to become a request, with a problem; then the connection is closed. */
import type { Duplex } from 'node:stream';
import { toTitle } from '../problem/http-error.ts';
import { PROBLEM_TYPE, type Problem } from '../problem/problem.ts';

/** The statuses of the parser's errors that are not plain 400s. Source: Node.js, "Event: 'clientError'". */
const STATUSES: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413, ERR_HTTP_REQUEST_TIMEOUT: 408 };
const CODES: Readonly<Record<number, string>> = {
  400: 'OXI_HTTP_REQUEST_MALFORMED',
  408: 'OXI_HTTP_REQUEST_TIMEOUT',
  413: 'OXI_HTTP_BODY_TOO_LARGE',
  431: 'OXI_HTTP_HEADERS_TOO_LARGE',
};

/** Answers on a bare socket. A connection that was reset, or has been answered in part, is only destroyed. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = STATUSES[error.code ?? ''] ?? 400;
  const hasBegun = '_httpMessage' in socket && socket._httpMessage !== null && socket._httpMessage !== undefined;
  if (error.code === 'ECONNRESET' || !socket.writable || hasBegun) {
    socket.destroy();
    return;
  }
  const problem: Problem = { type: 'about:blank', title: toTitle(status), status, code: CODES[status] ?? '' };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
