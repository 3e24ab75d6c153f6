/**
 * Knows by which bytes files of common types begin. A type that is not known here is believed.
 * Source: WHATWG MIME Sniffing, section 6; RFC 8118 (PDF).
 */

/** So many bytes are enough to tell. */
export const SIGNATURE_BYTES = 12;

const ascii = (text: string, start = 0) => ({ start, bytes: [...text].map((character) => character.charCodeAt(0)) });

/** Each type has alternatives; all pieces of one must be there. */
const SIGNATURES: Readonly<Record<string, readonly (readonly { readonly start: number; readonly bytes: readonly number[] }[])[]>> = {
  'image/png': [[{ start: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }]],
  'image/jpeg': [[{ start: 0, bytes: [0xff, 0xd8, 0xff] }]],
  'image/gif': [[ascii('GIF87a')], [ascii('GIF89a')]],
  'image/webp': [[ascii('RIFF'), ascii('WEBP', 8)]],
  'image/avif': [[ascii('ftypavif', 4)], [ascii('ftypavis', 4)]],
  'application/pdf': [[ascii('%PDF-')]],
};

/** Tells whether a file that begins with `head` can be of `type`. */
export function canBeOfType(type: string, head: Uint8Array): boolean {
  const alternatives = Object.hasOwn(SIGNATURES, type) ? SIGNATURES[type] : undefined;
  if (alternatives === undefined) return true;
  return alternatives.some((pieces) => pieces.every(({ start, bytes }) => bytes.every((byte, index) => head[start + index] === byte)));
}
