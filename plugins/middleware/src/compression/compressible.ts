/** Knows which media types become smaller: text and what is made of text. Images, video, archives and most fonts are compressed already. */

const COMPRESSIBLE =
  /^(?:text\/(?!event-stream$).+|.+\+(?:json|text|xml|yaml)|application\/(?:json|javascript|ecmascript|xml|xhtml\+xml|wasm|graphql|manifest\+json|ld\+json|x-ndjson|jsonl|yaml|toml|sql|rtf|x-sh|x-javascript|vnd\.ms-fontobject)|font\/(?:otf|ttf|collection)|image\/(?:bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)|message\/.+)$/;

/** Longer values are no media types that anybody means. */
const MAX_LENGTH = 128;

/**
 * Tells whether bodies of this content type are worth compressing. Event streams are not: each connection would hold a
 * compressor, megabytes of it, for as long as it lives.
 */
export function isCompressible(contentType: string, further: readonly string[] = []): boolean {
  const end = contentType.indexOf(';');
  const mediaType = (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  return mediaType.length <= MAX_LENGTH && (COMPRESSIBLE.test(mediaType) || further.includes(mediaType));
}
