/**
 * Swagger UI from the files of its npm package: nothing is loaded from elsewhere, and the page has a strict
 * Content-Security-Policy. Styles must be allowed inline, because Swagger UI sets style attributes.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', png: 'image/png' } as const;

/** The files of the package that the page uses. */
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'] as const;

/** A file to serve. */
export interface SwaggerUiFile {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A document to read, and its name where there are several. */
export interface ListedDocument {
  readonly name: string;
  readonly url: string;
}

/** Serves the files of Swagger UI. */
export interface SwaggerUi {
  /** The page. */
  readonly page: SwaggerUiFile;
  /** Returns a file the page asks for, by its name; `documents` are what it lets its reader choose from, the first is shown. */
  find(name: string, documents: () => readonly ListedDocument[]): SwaggerUiFile | undefined;
}

/** Creates the page that is served at `basePath`; files are read on their first use. */
export function createSwaggerUi(title: string, basePath: string): SwaggerUi {
  const directory = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const files = new Map<string, SwaggerUiFile>();
  return {
    page: toFile(toPage(title, basePath), 'text/html; charset=utf-8', { 'content-security-policy': CONTENT_SECURITY_POLICY }),
    find(name, documents) {
      if (name === 'initialize.js') return toFile(toInitializer(documents()), TYPES.js);
      const asset = ASSETS.find((candidate) => candidate === name);
      if (asset !== undefined && !files.has(asset)) {
        const extension = asset.slice(asset.lastIndexOf('.') + 1) as keyof typeof TYPES; // of the list above
        files.set(asset, toFile(readFileSync(join(directory, asset)), TYPES[extension], { 'cache-control': 'public, max-age=86400' }));
      }
      return files.get(name);
    },
  };
}

function toFile(content: string | Uint8Array, type: string, headers: Readonly<Record<string, string>> = {}): SwaggerUiFile {
  const body = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return { body, headers: { 'content-type': type, 'x-content-type-options': 'nosniff', etag, 'cache-control': 'no-cache', ...headers } };
}

function toPage(title: string, basePath: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" type="image/png" href="${basePath}/favicon-32x32.png">
    <link rel="stylesheet" href="${basePath}/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${basePath}/swagger-ui-bundle.js"></script>
    <script src="${basePath}/swagger-ui-standalone-preset.js"></script>
    <script src="${basePath}/initialize.js"></script>
  </body>
</html>
`;
}

function toInitializer(documents: readonly ListedDocument[]): string {
  const [first] = documents;
  const source = documents.length > 1 ? `urls: ${JSON.stringify(documents)}` : `url: ${JSON.stringify(first?.url)}`;
  return `SwaggerUIBundle({
  ${source},
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset${documents.length > 1 ? '' : '.slice(1)'}],${documents.length > 1 ? "\n  layout: 'StandaloneLayout'," : ''}
});
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
