import { Stream } from '../chance.js';
import { authorization, CONFIRMED, type RegistrationWords, refusal, registration } from './zvt-words.js';

const NAMES_RUPIAH = [0x49, 0x03, 0x60];
/** Fields 01 and 02: a result is said so often again, within so many seconds, to a till that asks to wait. */
const WAITS = [0x01, 0x10, 0x02, 0x05];

/** What kind of register a shop has, and how it is set up. */
export interface Till {
  readonly serial: boolean;
  /** Absent where it never registers. */
  readonly registration: Uint8Array | undefined;
  readonly wantsStatus: boolean;
  /** Registers again before every so manieth bill. */
  readonly registersEvery: number;
  /** Hands goods out by itself, and says "wait" until they have come. */
  readonly dispenses: boolean;
  readonly repliesToStrays: boolean;
  /** What it says when it has handed out: 84 00 00 is a vending machine's word (2.2.6). */
  readonly issued: Uint8Array;
  authorization(amount: number): Uint8Array;
}

export function tillOf(seed: number): Till {
  const draw = new Stream(seed, 4_201);
  const yes = (chance: number): boolean => draw.fraction() < chance;
  const serial = yes(0.6);
  const wantsStatus = yes(0.6);
  const prints = draw.pick(['nothing', 'lines', 'blocks'] as const);
  const currency = yes(0.6);
  const dispenses = yes(0.2);
  const qr = yes(0.6);
  const short = yes(0.3);
  const config = (wantsStatus ? 0x08 : 0) | (prints === 'nothing' ? 0 : 0x86);
  const words: RegistrationWords = {
    config,
    currency,
    ...(prints === 'blocks' ? { blocks: { qr, ...(short ? { longest: 300 } : {}) } } : {}),
  };
  const registers = yes(0.9);
  return {
    serial,
    registration: registers ? registration(words) : undefined,
    wantsStatus: registers && wantsStatus,
    registersEvery: draw.pick([3, 20, 1_000]),
    dispenses,
    repliesToStrays: yes(0.5),
    issued: yes(0.4) ? refusal(0) : CONFIRMED,
    authorization: (amount) =>
      authorization(amount, [...(currency ? NAMES_RUPIAH : []), ...(dispenses ? WAITS : [])]),
  };
}
