/**
 * Answers errors in the form that the client likes: problem details, a page, or text. Browsers ask for HTML before all
 * else; whoever takes anything gets problem details. Source: RFC 9457, section 3; RFC 9110, section 12.5.1.
 */
import { type HttpRequest, type MiddlewareDefinition, type MiddlewareParts, type Problem, PROBLEM_TYPE, type ResponseDraft } from '@oxidite/http';
import Negotiator from 'negotiator';
import type { z } from 'zod';
import { defineModule } from '../define-module.ts';
import { parseOptions } from '../parse-options.ts';
import { type ErrorPageRenderer, ErrorPagesOptions } from './options.ts';
import { PAGE_POLICY } from './page-style.ts';
import { renderDevelopmentPage } from './render-development-page.ts';
import { renderPage } from './render-page.ts';
import { renderText } from './render-text.ts';

const HTML = 'text/html';
const TEXT = 'text/plain';
const AVAILABLE = [PROBLEM_TYPE, 'application/json', HTML, TEXT];

/**
 * Negotiates the form of errors. `false` leaves a route or a group with problem details only; a group with a `problem`
 * mapper has its own form, which stays.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function errorPages(options: z.input<typeof ErrorPagesOptions> | false = {}): MiddlewareDefinition {
  const settings = options === false ? undefined : parseOptions('errorPages', ErrorPagesOptions, options);
  return defineModule({
    name: 'errorPages',
    phase: 'egress',
    create({ root }) {
      const parts = settings === undefined ? undefined : createParts(settings.html, root);
      return () => parts;
    },
  });
}

function createParts(render: ErrorPageRenderer | undefined, root: string): MiddlewareParts {
  return {
    onResponse(request, response) {
      const { problem, headers } = response;
      if (problem === undefined || headers.get('content-type') !== PROBLEM_TYPE) return undefined;
      headers.vary('accept');
      const mediaType = negotiate(request);
      if (mediaType === TEXT) put(response, TEXT, renderText(problem));
      if (mediaType !== HTML) return undefined;
      if (showsInternals(problem)) return putDevelopmentPage(request, { response, problem, root });
      const own = render?.(problem, request);
      if (own === undefined) putBuiltIn(response, renderPage(problem, headers.get('x-request-id')));
      else put(response, HTML, own);
      return undefined;
    },
  };
}

/** Returns what the client likes best; `undefined` when that is what it gets anyway, or nothing of what there is. */
function negotiate({ headers: { accept } }: HttpRequest): string | undefined {
  return accept === undefined || accept === '*/*' ? undefined : new Negotiator({ headers: { accept } }).mediaType(AVAILABLE);
}

/** Internal errors have a detail only where clients may see it: in development. */
function showsInternals({ status, detail }: Problem): boolean {
  return status >= 500 && detail !== undefined;
}

interface DevelopmentPage {
  readonly response: ResponseDraft;
  readonly problem: Problem;
  readonly root: string;
}

async function putDevelopmentPage(request: HttpRequest, { response, problem, root }: DevelopmentPage): Promise<void> {
  putBuiltIn(response, await renderDevelopmentPage({ problem, error: response.error, request, root }));
}

/** The built-in pages bring the policy that lets their style through. */
function putBuiltIn(response: ResponseDraft, page: string): void {
  put(response, HTML, page);
  response.headers.set('content-security-policy', PAGE_POLICY);
}

function put(response: ResponseDraft, mediaType: string, body: string): void {
  response.headers.set('content-type', `${mediaType}; charset=utf-8`);
  response.headers.delete('content-encoding'); // a route may have compressed what is replaced here
  response.body = body;
}
