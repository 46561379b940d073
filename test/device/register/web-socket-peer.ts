/** The client's side of RFC 6455, from its section 5 alone: it shares nothing with the server that it tests. */

/** RFC 6455 section 5.7: the mask of its examples. */
const MASK = [0x37, 0xfa, 0x21, 0x3d];

export interface FrameOptions {
  readonly opcode?: number;
  readonly final?: boolean;
  readonly masked?: boolean;
  /** Bits 1 to 3 of the first byte. */
  readonly reserved?: number;
}

export function clientFrame(payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { opcode = 1, final = true, masked = true, reserved = 0 } = options;
  const { length } = payload;
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 255] : undefined;
  if (size === undefined) throw new Error('longer than any test needs');
  const [first = 0, ...rest] = size;
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode, (masked ? 0x80 : 0) | first, ...rest];
  const body = masked ? payload.map((byte, at) => byte ^ (MASK[at & 3] ?? 0)) : payload;
  return Uint8Array.from([...head, ...(masked ? MASK : []), ...body]);
}

/** Lines as a program would send them: one message each, without its line feed. */
export function maskedText(bytes: Uint8Array): Uint8Array {
  return clientFrame(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
}

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** Takes the head of an HTTP answer, if there is one, and every whole frame out of what was received. */
export function serverFrames(received: number[]): ServerFrame[] {
  const frames: ServerFrame[] = [];
  if (received[0] === 0x48) {
    const end = Buffer.from(received).indexOf('\r\n\r\n');
    if (end === -1) return frames;
    received.splice(0, end + 4);
  }
  for (;;) {
    const [first = 0, second] = received;
    if (second === undefined) return frames;
    if ((first & 0xf0) !== 0x80 || second > 126) throw new Error(`no frame of a server: ${first} ${second}`);
    const head = second === 126 ? 4 : 2;
    const length = second === 126 ? 256 * (received[2] ?? 0) + (received[3] ?? 0) : second;
    if (received.length < head + length) return frames;
    const payload = Uint8Array.from(received.slice(head, head + length));
    received.splice(0, head + length);
    frames.push({ opcode: first & 15, payload });
  }
}

/** Its text messages as lines; pings are left out. */
export function unmaskedTexts(received: number[]): Uint8Array {
  const texts = serverFrames(received).filter(({ opcode }) => opcode === 1);
  return Uint8Array.from(texts.flatMap(({ payload }) => [...payload, 10]));
}
