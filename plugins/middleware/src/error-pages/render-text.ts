/** A problem as plain text, for terminals. */
import type { Problem } from '@oxidite/http';

/** Renders a problem. */
export function renderText({ status, title, detail, code, errors }: Problem): string {
  const lines = [`${status} ${title}`];
  if (detail !== undefined) lines.push('', detail);
  if (errors !== undefined) lines.push('', ...errors.map((issue) => `- ${issue.in}${issue.path}: ${issue.message}`));
  lines.push('', `Code: ${code}`);
  return `${lines.join('\n')}\n`;
}
