import type { NoiseEvent } from '../../kit/noise.js';

/** What a parser of either transport finds in the bytes from the register. */
export type LinkEvent =
  | { readonly kind: 'apdu'; readonly apdu: Uint8Array }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  /** Meant as a message, and none. */
  | { readonly kind: 'bad'; readonly why: BadMessage; readonly bytes: Uint8Array }
  | NoiseEvent;

export type BadMessage = 'checksum' | 'length' | 'escape' | 'unfinished';

/** Longest APDU that is waited for: a block of text for our printer is the longest thing that a register says. */
export const LONGEST_APDU = 16_384;
