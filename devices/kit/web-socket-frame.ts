import { decodeUtf8 } from './utf8.js';

/** Frames of RFC 6455, as a server reads and writes them: no extension, no subprotocol, text only. */

const CONTINUATION = 0x0;
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** Section 5.5: a control frame carries 125 bytes at most, and is never cut. */
const LONGEST_CONTROL = 125;

/** Why a connection is closed, section 7.4.1. */
export const CLOSE_CODE = {
  goingAway: 1001,
  protocolError: 1002,
  unsupported: 1003,
  notUtf8: 1007,
  policy: 1008,
  tooBig: 1009,
} as const;

export type WebSocketEvent =
  | { readonly kind: 'text'; readonly text: string; readonly bytes: Uint8Array }
  | { readonly kind: 'ping'; readonly payload: Uint8Array }
  | { readonly kind: 'pong' }
  | { readonly kind: 'close' }
  /** Nothing that comes after it is read. */
  | { readonly kind: 'bad'; readonly code: number; readonly why: string };

interface Head {
  readonly final: boolean;
  readonly opcode: number;
  readonly length: number;
  readonly mask: Uint8Array;
  /** Bytes of the head itself. */
  readonly size: number;
}

/** Pure: bytes in, messages out, no clock. Holds at most one message of `longest` bytes and one frame beside it. */
export class WebSocketReader {
  readonly #longest: number;
  #held: Uint8Array = new Uint8Array();
  /** The frames of a cut message so far. */
  #parts: Uint8Array[] | undefined;
  #partsLength = 0;
  #over = false;

  /** @param longest bytes of a message, all its frames together. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  push(bytes: Uint8Array): WebSocketEvent[] {
    const events: WebSocketEvent[] = [];
    if (this.#over) return events;
    this.#held = joined([this.#held, bytes]);
    while (!this.#over) {
      const head = headOf(this.#held);
      if (head === undefined) break;
      if ('kind' in head) {
        events.push(this.#end(head));
        break;
      }
      const wrong = this.#judge(head);
      if (wrong !== undefined) {
        events.push(this.#end(wrong));
        break;
      }
      const end = head.size + head.length;
      if (this.#held.length < end) break;
      const payload = unmasked(this.#held.subarray(head.size, end), head.mask);
      this.#held = this.#held.slice(end);
      const event = this.#frame(head, payload);
      if (event !== undefined)
        events.push(event.kind === 'bad' || event.kind === 'close' ? this.#end(event) : event);
    }
    return events;
  }

  #end(event: WebSocketEvent): WebSocketEvent {
    this.#over = true;
    this.#held = new Uint8Array();
    this.#parts = undefined;
    return event;
  }

  /** Before its payload has come: what is too long is never held. */
  #judge({ final, opcode, length }: Head): WebSocketEvent | undefined {
    if (opcode >= CLOSE) {
      if (opcode > PONG) return bad(CLOSE_CODE.protocolError, `opcode ${opcode}`);
      if (!final || length > LONGEST_CONTROL)
        return bad(CLOSE_CODE.protocolError, 'a control frame that is cut or too long');
      return undefined;
    }
    if (opcode === BINARY) return bad(CLOSE_CODE.unsupported, 'binary: messages are text');
    if (opcode > BINARY) return bad(CLOSE_CODE.protocolError, `opcode ${opcode}`);
    if ((opcode === CONTINUATION) !== (this.#parts !== undefined))
      return bad(CLOSE_CODE.protocolError, 'a continuation of nothing, or a message within a message');
    if (this.#partsLength + length > this.#longest)
      return bad(CLOSE_CODE.tooBig, `a message of more than ${this.#longest} bytes`);
    return undefined;
  }

  #frame({ final, opcode }: Head, payload: Uint8Array): WebSocketEvent | undefined {
    if (opcode === PING) return { kind: 'ping', payload };
    if (opcode === PONG) return { kind: 'pong' };
    if (opcode === CLOSE) return { kind: 'close' };
    const parts = [...(this.#parts ?? []), payload];
    // Frames without a byte would otherwise be held without end.
    if (payload.length > 0 || this.#parts === undefined) this.#parts = parts;
    this.#partsLength += payload.length;
    if (!final) return undefined;
    this.#parts = undefined;
    this.#partsLength = 0;
    const bytes = joined(parts);
    const text = decodeUtf8(bytes);
    return text === undefined
      ? bad(CLOSE_CODE.notUtf8, 'text that is not UTF-8')
      : { kind: 'text', text, bytes };
  }
}

export function textFrame(payload: Uint8Array): Uint8Array {
  return frame(TEXT, payload);
}

export function pingFrame(): Uint8Array {
  return frame(PING, new Uint8Array());
}

export function pongFrame(payload: Uint8Array): Uint8Array {
  return frame(PONG, payload);
}

/** @param why at most 123 bytes of it are sent. */
export function closeFrame(code: number, why: string): Uint8Array {
  const reason = Buffer.from(why.replace(/[^\x20-\x7e]/g, '?')).subarray(0, LONGEST_CONTROL - 2);
  return frame(CLOSE, Uint8Array.of(code >> 8, code & 0xff, ...reason));
}

/** Section 5.1: a server does not mask. */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head =
    length <= 125
      ? [length]
      : length < 0x1_00_00
        ? [126, length >> 8, length & 0xff]
        : [127, ...eight(length)];
  return joined([Uint8Array.of(0x80 | opcode, ...head), payload]);
}

function eight(length: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

/** @returns undefined while the head is not whole. */
function headOf(bytes: Uint8Array): Head | WebSocketEvent | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  if ((first & 0x70) !== 0) return bad(CLOSE_CODE.protocolError, 'an extension that nobody agreed on');
  if ((second & 0x80) === 0) return bad(CLOSE_CODE.protocolError, 'a frame without a mask');
  const short = second & 0x7f;
  const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
  const size = 2 + extra + 4;
  if (bytes.length < size) return undefined;
  const length =
    extra === 0 ? short : bytes.subarray(2, 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
  return {
    final: (first & 0x80) !== 0,
    opcode: first & 0x0f,
    length,
    mask: bytes.subarray(2 + extra, size),
    size,
  };
}

function unmasked(payload: Uint8Array, mask: Uint8Array): Uint8Array {
  return payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
}

function bad(code: number, why: string): WebSocketEvent {
  return { kind: 'bad', code, why };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
