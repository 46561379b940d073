import { hex } from '../../src/base/bytes.js';
import type { Parser } from './feed.js';
import type { NoiseEvent } from './noise.js';

/** What a protocol's parser makes of some bytes. */
export interface Decoded {
  /** True for a whole, valid frame: what tells this protocol from noise and from others. */
  readonly frame: boolean;
  /** One log line; absent for what comes many times a second and says nothing. */
  readonly text?: string;
}

/** A protocol's own parser and names, for looking on: it has no way to answer. */
export interface Decoder {
  /** As a technician types it. */
  readonly id: string;
  /** As the configuration has it. */
  readonly title: string;
  /** How these devices are usually set: speed, and 8 data bits, no parity. */
  readonly baud: number;
  readonly stopBits: 1 | 2;
  /** Its frames are never on a serial line. */
  readonly tcpOnly: boolean;
  push(bytes: Uint8Array): Decoded[];
  /** No byte has come for a while. */
  silence(): Decoded[];
}

/** Of a parser with `push` and `silence`, and what makes a line of one of its events. */
export function decoder<Event extends { readonly kind: string }>(
  about: Pick<Decoder, 'id' | 'title' | 'baud'> & Partial<Pick<Decoder, 'stopBits' | 'tcpOnly'>>,
  parser: Pick<Parser<Event>, 'push' | 'silence'>,
  read: (event: Exclude<Event, NoiseEvent>) => Decoded,
): Decoder {
  const all = (events: readonly Event[]): Decoded[] =>
    events.map((event) => {
      if (isNoise(event)) return { frame: false, text: describeNoise(event) };
      return read(event as Exclude<Event, NoiseEvent>);
    });
  return {
    stopBits: 1,
    tcpOnly: false,
    ...about,
    push: (bytes) => all(parser.push(bytes)),
    silence: () => all(parser.silence()),
  };
}

function isNoise(event: { readonly kind: string }): event is NoiseEvent {
  return event.kind === 'noise';
}

export function describeNoise({ count, first }: NoiseEvent): string {
  return `${count} bytes of noise: ${typeof first === 'string' ? first : hex(first)}`;
}
