/** Writes HTML in which every inserted value is text, whatever it holds. Source: WHATWG HTML, section 13.3 (escaping a string). */

/** HTML that is safe to insert as it is. Made by {@link markup} only. */
export class SafeHtml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can be inserted; lists are joined, `undefined` is nothing. */
export type HtmlValue = SafeHtml | string | number | undefined | readonly (SafeHtml | string)[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes a text for elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Tagged template: markup`<p>${message}</p>`. (Formatters rewrite templates tagged `html`, and with them what browsers show.) */
export function markup(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return new SafeHtml(strings.reduce((text, part, index) => text + toText(values[index - 1]) + part));
}

function toText(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof SafeHtml) return value.text;
  if (typeof value === 'object') return value.map(toText).join('');
  return escapeHtml(String(value));
}
