/** The style of both pages. It is allowed by its hash, so the pages need neither a nonce nor a script nor another request. */
import { hash } from 'node:crypto';

/** The style sheet, exactly as it stands between the tags. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d1f24; --soft: #62656e; --paper: #f6f6f4; --card: #fff; --line: #e2e2de; --mark: #b3261e; --tint: #fbe9e7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e9ec; --soft: #9fa2ab; --paper: #16171a; --card: #1f2024; --line: #33353b; --mark: #ff8a80; --tint: #3a2220; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem 1.25rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; }
main.plain { max-width: 34rem; padding-top: 12vh; }
.status { margin: 0; color: var(--mark); font-weight: 600; }
h1 { margin: 0.2rem 0 0.6rem; font-size: 1.75rem; line-height: 1.25; overflow-wrap: anywhere; white-space: pre-wrap; }
h2 { margin: 2rem 0 0.6rem; font-size: 1rem; }
p { margin: 0.4rem 0; overflow-wrap: anywhere; }
.soft, dt { color: var(--soft); }
.card { margin: 0.6rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.card > p, .card > dl, .card > ul { margin: 0; padding: 0.6rem 1rem; }
.card > p:first-child:not(:last-child) { border-bottom: 1px solid var(--line); }
pre { margin: 0; padding: 0.6rem 0; overflow-x: auto; font: 13px/1.6 ui-monospace, monospace; tab-size: 2; }
pre span { display: block; padding: 0 1rem; min-width: max-content; }
pre span.hit { background: var(--tint); box-shadow: inset 3px 0 var(--mark); }
pre span.foreign { color: var(--soft); }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.15rem 1.25rem; font-size: 0.9rem; }
dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
ul { list-style-position: inside; }
@media (max-width: 40rem) {
  body { padding: 1.5rem 1rem; }
  main.plain { padding-top: 6vh; }
  dl { grid-template-columns: 1fr; }
  dd + dt { margin-top: 0.4rem; }
}
`;

/** The policy of the pages: their style, and nothing else. Source: Content Security Policy Level 3, section 2.3.1 (hash-source). */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', PAGE_STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
