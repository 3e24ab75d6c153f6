/** The media types of files by their extension: what the web is made of, and nothing is guessed beyond it. Source: IANA, Media Types. */

const TEXT = '; charset=utf-8';

const TYPES: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  atom: 'application/atom+xml',
  avif: 'image/avif',
  bmp: 'image/bmp',
  css: `text/css${TEXT}`,
  csv: `text/csv${TEXT}`,
  eot: 'application/vnd.ms-fontobject',
  epub: 'application/epub+zip',
  flac: 'audio/flac',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: `text/html${TEXT}`,
  html: `text/html${TEXT}`,
  ico: 'image/vnd.microsoft.icon',
  ics: `text/calendar${TEXT}`,
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: `text/javascript${TEXT}`,
  json: 'application/json',
  jsonld: 'application/ld+json',
  m4a: 'audio/mp4',
  map: 'application/json',
  md: `text/markdown${TEXT}`,
  mjs: `text/javascript${TEXT}`,
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  otf: 'font/otf',
  pdf: 'application/pdf',
  png: 'image/png',
  rss: 'application/rss+xml',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  ttf: 'font/ttf',
  txt: `text/plain${TEXT}`,
  vtt: `text/vtt${TEXT}`,
  wasm: 'application/wasm',
  wav: 'audio/wav',
  weba: 'audio/webm',
  webm: 'video/webm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xhtml: 'application/xhtml+xml',
  xml: 'application/xml',
  zip: 'application/zip',
  zst: 'application/zstd',
};

/** Returns the type of a file by its name; `application/octet-stream` for what is not known. */
export function toMediaType(name: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
  return (Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined) ?? 'application/octet-stream';
}
