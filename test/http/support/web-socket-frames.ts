/** Frames of WebSockets as bytes, those included that no client would send. Source: RFC 6455, section 5.2. */

/** Kinds of frames. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What may be strange about a frame. */
export interface FrameOptions {
  /** Default: true. */
  readonly isFinal?: boolean;
  /** The three reserved bits. Default: 0. */
  readonly reserved?: number;
  /** Default: true, as clients must. */
  readonly isMasked?: boolean;
  /** A length that is claimed. Default: that of the payload. */
  readonly claimedBytes?: number;
}

const MASK = Buffer.from([1, 2, 3, 4]);

/** Makes a frame of a client. */
export function clientFrame(opcode: number, payload: Buffer | string = '', options: FrameOptions = {}): Buffer {
  const { isFinal = true, reserved = 0, isMasked = true } = options;
  const bytes = Buffer.from(payload as string); // a copy of a buffer
  const length = options.claimedBytes ?? bytes.length;
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = isMasked ? 0x80 : 0;
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  const head = length < 126 ? [first, mask | length] : length < 65_536 ? [first, mask | 126, ...long.subarray(6)] : [first, mask | 127, ...long];
  if (!isMasked) return Buffer.concat([Buffer.from(head), bytes]);
  return Buffer.concat([Buffer.from(head), MASK, bytes.map((byte, index) => byte ^ (MASK[index % 4] ?? 0))]);
}

/** Makes a frame that closes the connection. */
export function closeFrame(code: number, reason: Buffer | string = ''): Buffer {
  return clientFrame(OPCODE.close, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason as string)]));
}

/** Reads the frames of a server: `text hi`, `close 1000`; long ones by their length. What is not complete is left out. */
export function readFrames(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let offset = 0; offset + 2 <= bytes.length;) {
    const opcode = bytes.readUInt8(offset) & 15;
    const short = bytes.readUInt8(offset + 1) & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (offset + head > bytes.length) break;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(offset + 2) : Number(bytes.readBigUInt64BE(offset + 2));
    const payload = bytes.subarray(offset + head, offset + head + length);
    if (payload.length < length) break;
    const name = Object.entries(OPCODE).find(([, value]) => value === opcode)?.[0] ?? String(opcode);
    frames.push(
      opcode === OPCODE.close ? `close ${length < 2 ? '' : payload.readUInt16BE(0)}`.trim() : `${name} ${length > 30 ? length : payload.toString()}`.trim(),
    );
    offset += head + length;
  }
  return frames;
}
