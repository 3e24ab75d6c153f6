/** Frames of HTTP/2 as bytes, those included that no client would send. Source: RFC 9113, sections 4 and 6; RFC 7541. */

/** The types of frames. */
export const FRAME = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, window: 8, continuation: 9 } as const;

/** Flags: the end of a stream, the end of headers, padding, priority. */
export const FLAG = { end: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** Makes a frame; a length that is claimed may differ from that of its payload. */
export function frame(type: number, flags: number, streamId: number, payload: Buffer | string = '', claimedBytes?: number): Buffer {
  const body = Buffer.from(payload as string, 'latin1'); // a copy of a buffer
  const head = Buffer.alloc(9);
  head.writeUIntBE(claimedBytes ?? body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, body]);
}

/** Makes headers without compression. Source: RFC 7541, section 6.2.2. */
export function encode(headers: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[]): Buffer {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  return Buffer.concat(pairs.map(([name, value]) => Buffer.concat([Buffer.from([0]), encodeText(name), encodeText(value)])));
}

/** Makes a text: its length, with a prefix of seven bits, and its bytes. Source: RFC 7541, sections 5.1 and 5.2. */
export function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** Makes four bytes of a number. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Makes one setting. */
export function setting(id: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([id >> 8, id & 255]), uint32(value)]);
}

/** How a connection begins, without its settings. */
export const MAGIC = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** How a connection begins. */
export const PREFACE = Buffer.concat([MAGIC, frame(FRAME.settings, 0, 0)]);
