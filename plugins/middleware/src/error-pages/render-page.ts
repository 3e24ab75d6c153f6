/** The page that people see when something is wrong: what the problem says, and nothing more. */
import type { Problem } from '@oxidite/http';
import { markup, SafeHtml } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';

/** Renders the page of a problem. `id` is the name under which the request is found in logs. */
export function renderPage({ status, title, detail, errors }: Problem, id: string | undefined): string {
  return renderDocument(
    `${status} ${title}`,
    markup`<main class="plain">
<p class="status">${status}</p>
<h1>${title}</h1>
${detail === undefined ? undefined : markup`<p>${detail}</p>`}
${errors === undefined ? undefined : markup`<ul>${errors.map((issue) => markup`<li>${issue.in}${issue.path}: ${issue.message}</li>`)}</ul>`}
${id === undefined ? undefined : markup`<p class="soft">Request <code>${id}</code></p>`}
</main>`,
  );
}

/** Renders a whole document around its content. */
export function renderDocument(title: string, content: SafeHtml): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new SafeHtml(PAGE_STYLE)}</style>
</head>
<body>
${content}
</body>
</html>
`.text;
}
