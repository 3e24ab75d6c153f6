/** The names that tables and columns have by default. */

/** Turns camelCase into snake_case: `orderItem` -> `order_item`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** Turns a model's name into its table: `orderItem` -> `order_items`, `category` -> `categories`. */
export function toTableName(name: string): string {
  const snake = toSnakeCase(name);
  if (/[^aeiou]y$/.test(snake)) return `${snake.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(snake) ? `${snake}es` : `${snake}s`;
}
