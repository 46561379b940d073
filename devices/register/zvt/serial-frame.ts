import type { Parser } from '../../kit/feed.js';
import { Noise } from '../../kit/noise.js';
import { apduLength, type BadMessage, type LinkEvent, LONGEST_APDU } from './apdu.js';

const DLE = 0x10;
const STX = 0x02;
const ETX = 0x03;
export const ACK = 0x06;
export const NAK = 0x15;

/** `10 02`, the APDU with each 10 in it doubled, `10 03`, and the checksum over APDU and 03, its low byte first. */
export function wrapSerial(apdu: Uint8Array): Uint8Array {
  const crc = crc16kermit([...apdu, ETX]);
  const doubled = [...apdu].flatMap((byte) => (byte === DLE ? [DLE, DLE] : [byte]));
  return Uint8Array.from([DLE, STX, ...doubled, DLE, ETX, crc & 0xff, crc >> 8]);
}

type State =
  | { readonly at: 'outside' }
  /** A 10 outside of a message: 02 begins one. */
  | { readonly at: 'mark' }
  | { readonly at: 'inside' }
  | { readonly at: 'escape' }
  | { readonly at: 'crc'; readonly low?: number }
  /** After a message that was none. Whether the sender has been told; until a new one begins, ACK and NAK are noise. */
  | { readonly at: 'broken' };

/**
 * Cuts messages out of the bytes of a serial line. A `10 02` always begins a message, because within one each 10 is
 * doubled; so a message that lost its tail costs itself only. It holds at most one message.
 */
export class SerialFrameParser implements Parser<LinkEvent> {
  #state: State = { at: 'outside' };
  #held: number[] = [];
  readonly #noise = new Noise();

  pending(): boolean {
    return this.#state.at !== 'outside' || this.#noise.any;
  }

  push(bytes: Uint8Array): LinkEvent[] {
    const events: LinkEvent[] = [];
    for (const byte of bytes) this.#state = this.#next(byte, events);
    return events;
  }

  silence(): LinkEvent[] {
    const events: LinkEvent[] = [];
    const { at } = this.#state;
    if (at === 'inside' || at === 'escape' || at === 'crc') this.#bad('unfinished', events);
    this.#noise.flush(events);
    this.reset();
    return events;
  }

  reset(): void {
    this.#state = { at: 'outside' };
    this.#held = [];
    this.#noise.forget();
  }

  #next(byte: number, events: LinkEvent[]): State {
    const state = this.#state;
    switch (state.at) {
      case 'outside':
      case 'broken':
        return this.#outside(byte, state, events);
      case 'mark':
        if (byte === STX) return this.#begin(events);
        this.#noise.add(DLE);
        return this.#outside(byte, { at: 'outside' }, events);
      case 'inside':
        return byte === DLE ? { at: 'escape' } : this.#take(byte, events);
      case 'escape':
        if (byte === DLE) return this.#take(DLE, events);
        if (byte === ETX) return { at: 'crc' };
        if (byte === STX) {
          this.#bad('unfinished', events);
          return this.#begin(events);
        }
        return this.#bad('escape', events);
      case 'crc':
        if (state.low === undefined) return { at: 'crc', low: byte };
        return this.#end(state.low | (byte << 8), events);
    }
  }

  #outside(byte: number, state: State, events: LinkEvent[]): State {
    if (byte === DLE) return { at: 'mark' };
    if (state.at === 'outside' && (byte === ACK || byte === NAK)) {
      this.#noise.flush(events);
      events.push({ kind: byte === ACK ? 'ack' : 'nak' });
      return state;
    }
    this.#noise.add(byte);
    return state;
  }

  #begin(events: LinkEvent[]): State {
    this.#noise.flush(events);
    this.#held = [];
    return { at: 'inside' };
  }

  #take(byte: number, events: LinkEvent[]): State {
    this.#held.push(byte);
    if (this.#held.length > LONGEST_APDU) return this.#bad('length', events);
    return { at: 'inside' };
  }

  #end(crc: number, events: LinkEvent[]): State {
    const apdu = Uint8Array.from(this.#held);
    if (crc16kermit([...apdu, ETX]) !== crc) return this.#bad('checksum', events);
    if (apduLength(apdu) !== apdu.length) return this.#bad('length', events);
    this.#held = [];
    events.push({ kind: 'apdu', apdu });
    return { at: 'outside' };
  }

  #bad(why: BadMessage, events: LinkEvent[]): State {
    events.push({ kind: 'bad', why, bytes: Uint8Array.from(this.#held) });
    this.#held = [];
    return { at: 'broken' };
  }
}

/**
 * CRC-16/KERMIT (reflected polynomial 0x8408, from 0, nothing inverted): `"123456789"` gives 0x2189. The transport
 * paper calls it XModem; a real XModem sum gives frames that no terminal or register takes.
 */
export function crc16kermit(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}
