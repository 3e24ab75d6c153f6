/** The page that developers see of an internal error: what was thrown, where, why, and by which request. */
import type { HttpRequest, Problem } from '@oxidite/http';
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';
import { markup, type SafeHtml } from './markup.ts';
import { redactHeaders, redactUrl } from './redact.ts';
import { renderDocument } from './render-page.ts';
import { readExcerpt, type SourceExcerpt } from './source-excerpt.ts';
import { parseStack, type StackFrame } from './stack-frames.ts';

/** What a development page is about. */
export interface DevelopmentPageFacts {
  readonly problem: Problem;
  readonly error: unknown;
  readonly request: HttpRequest;
  /** The directory of the application. */
  readonly root: string;
}

/** Where the codes of errors are explained. */
const ERRORS_DOCUMENT = 'docs/errors.md';
/** A circle of causes ends here. */
const MAX_CAUSES = 8;

/** Renders the page of an internal error. */
export async function renderDevelopmentPage({ problem, error, request, root }: DevelopmentPageFacts): Promise<string> {
  const frames = error instanceof Error ? parseStack(error, root) : [];
  const excerpt = await readExcerpt(frames, root);
  return renderDocument(
    `${toMessage(error)} (${problem.status})`,
    markup`<main>
<p class="status">${problem.status} ${problem.title}</p>
<h1>${toMessage(error)}</h1>
<p class="soft">${toName(error)} in ${request.method} <code>${request.path}</code></p>
${renderHint(error)}
${excerpt === undefined ? undefined : renderExcerpt(excerpt)}
${renderStack(frames)}
${listCauses(error).map((cause) => renderCause(cause, root))}
${renderRequest(request)}
</main>`,
  );
}

function renderHint(error: unknown): SafeHtml | undefined {
  if (!(error instanceof OxiditeError)) return undefined;
  return markup`<p>What to do about <code>${error.code}</code> stands in <code>${ERRORS_DOCUMENT}#${error.code.toLowerCase()}</code>.</p>`;
}

function renderExcerpt({ place, lines }: SourceExcerpt): SafeHtml {
  const width = String(lines.at(-1)?.number ?? 0).length;
  const rows = lines.map(
    ({ number, text, isHit }) => markup`<span${isHit ? markup` class="hit"` : undefined}>${String(number).padStart(width)}  ${text}</span>`,
  );
  return markup`<div class="card"><p><code>${place}</code></p><pre>${rows}</pre></div>`;
}

function renderStack(frames: readonly StackFrame[]): SafeHtml | undefined {
  if (frames.length === 0) return undefined;
  return markup`<h2>Stack</h2><div class="card">${renderFrames(frames)}</div>`;
}

function renderCause(cause: unknown, root: string): SafeHtml {
  const frames = cause instanceof Error ? parseStack(cause, root) : [];
  return markup`<h2>Caused by</h2><div class="card"><p>${toName(cause)}: ${toMessage(cause)}</p>${frames.length === 0 ? undefined : renderFrames(frames)}</div>`;
}

function renderFrames(frames: readonly StackFrame[]): SafeHtml {
  return markup`<pre>${frames.map(({ text, isOwn }) => markup`<span${isOwn ? undefined : markup` class="foreign"`}>${text}</span>`)}</pre>`;
}

function renderRequest(request: HttpRequest): SafeHtml {
  const facts: readonly (readonly [string, string])[] = [
    ['address', redactUrl(toAddress(request))],
    ['route', `${request.route.path} (${request.route.place})`],
    ...redactHeaders(request.rawHeaders),
  ];
  const rows = facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`);
  return markup`<h2>Request</h2><div class="card"><dl>${rows}</dl></div>`;
}

/** The host of a request can be anything, also what makes no URL. */
function toAddress(request: HttpRequest): string {
  try {
    return request.url.href;
  } catch {
    return request.path;
  }
}

function toName(error: unknown): string {
  return error instanceof Error ? error.name : `A thrown ${typeof error}`;
}

function listCauses(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  let current = error;
  while (current instanceof Error && current.cause !== undefined && causes.length < MAX_CAUSES) {
    current = current.cause;
    causes.push(current);
  }
  return causes;
}
