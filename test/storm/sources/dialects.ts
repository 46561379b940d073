import { FRAME_PROFILES, type ProfileName } from '../../../devices/register/fixed-frame/profiles.js';

/** ISO 8583, field 37. */
const RRN_LENGTH = 12;

/** The fields of an answer that a register looks at. `amount` is whole rupiah. */
export interface FrameAnswer {
  readonly type: string;
  readonly amount: number;
  readonly code: string;
  readonly rrn: string;
}

/** What a register says in one of the fixed frames. The bytes are laid out by hand, and share nothing with the driver. */
export interface Dialect {
  readonly profile: (typeof FRAME_PROFILES)[ProfileName];
  readonly types: {
    readonly sale: string;
    /** Absent where nothing is known to ask so. */
    readonly inquiry?: string;
    readonly refund?: string;
    readonly settlement?: string;
  };
  /** False: a register of it acknowledges a yes and nothing else. */
  readonly acknowledgesRefusals: boolean;
  /** @param rrn of the sale that is meant, where one is */
  ask(type: string, amount: number, rrn?: string): Uint8Array;
  /** Undefined where it is no whole answer. */
  read(frame: Uint8Array): FrameAnswer | undefined;
}

const SHORT: Dialect = {
  profile: FRAME_PROFILES.bca,
  acknowledgesRefusals: true,
  types: { sale: '31', inquiry: '32', settlement: '10' },
  ask: (type, amount) => {
    const frame = new Uint8Array(155).fill(0x20);
    frame.set([0x02, 0x01, 0x50, 0x03]);
    put(frame, 4, `${type}${String(amount * 100).padStart(12, '0')}${'0'.repeat(12)}`);
    return closed(frame, 1);
  },
  read: (frame) => (isWhole(frame, 205, 1) ? sized(frame, text(frame, 4, 2), 6, 53) : undefined),
};

const LONG_A = long('bri', { sale: '04', inquiry: '05', refund: '06', settlement: '12' }, 71, 162);
const LONG_B = long('cimb', { sale: '05', inquiry: '06', refund: '07', settlement: '0B' }, 40, 141);

const PIPES: Dialect = {
  profile: FRAME_PROFILES.mandiri,
  acknowledgesRefusals: false,
  types: { sale: '10' },
  ask: (type, amount) => {
    const data = `\x02\x01${type}${String(amount).padStart(12, '0')}\x03?`;
    return closed(
      Uint8Array.from(data, (letter) => letter.charCodeAt(0)),
      1,
    );
  },
  read: (frame) => {
    if (!isWhole(frame, frame.length, 1)) return undefined;
    const fields = text(frame, 6, frame.length - 8).split('|');
    const [rrn = '', , amount] = fields.slice(10);
    const code = text(frame, 4, 2);
    // Nothing says how long the frame is, and two equal bytes that are lost leave an XOR as it was: the RRN of a payment
    // has its twelve places, or the answer is not whole.
    if (code === '00' && rrn.length !== RRN_LENGTH) return undefined;
    return { type: text(frame, 2, 2), code, rrn: rrn.padEnd(RRN_LENGTH), amount: Number(amount) };
  },
};

export const DIALECTS: readonly [Dialect, ...Dialect[]] = [SHORT, LONG_A, LONG_B, PIPES];

function long(name: ProfileName, types: Dialect['types'], amountAt: number, codeAt: number): Dialect {
  return {
    profile: FRAME_PROFILES[name],
    acknowledgesRefusals: true,
    types,
    ask: (type, amount, rrn = '') => {
      const frame = new Uint8Array(205);
      frame.set([0x02, 0x02, 0x00, Number.parseInt(type, 16)]);
      put(frame, 4, `${String(amount * 100).padStart(12, '0')}${'0'.repeat(12)}${rrn.padStart(12, '0')}`);
      return closed(frame, 0);
    },
    read: (frame) => {
      if (!isWhole(frame, 305, 0)) return undefined;
      const type = (frame[3] ?? 0).toString(16).toUpperCase().padStart(2, '0');
      return sized(frame, type, amountAt, codeAt);
    },
  };
}

/** The RRN stands behind the code, and the amount has two digits of cents. */
function sized(frame: Uint8Array, type: string, amountAt: number, codeAt: number): FrameAnswer {
  const rrn = text(frame, codeAt + 2, RRN_LENGTH).replace(/\0/g, ' ');
  const amount = Number(text(frame, amountAt, 12)) / 100;
  return { type, amount, code: text(frame, codeAt, 2), rrn };
}

function text(frame: Uint8Array, from: number, length: number): string {
  return Buffer.from(frame.subarray(from, from + length)).toString('latin1');
}

function put(frame: Uint8Array, at: number, letters: string): void {
  frame.set(Buffer.from(letters, 'latin1'), at);
}

function closed(frame: Uint8Array, from: number): Uint8Array {
  frame[frame.length - 2] = 0x03;
  frame[frame.length - 1] = checksum(frame, from);
  return frame;
}

function isWhole(frame: Uint8Array, length: number, from: number): boolean {
  if (frame.length !== length || length < 8 || frame[0] !== 0x02) return false;
  return frame.at(-2) === 0x03 && frame.at(-1) === checksum(frame, from);
}

/** @param from 1 where the checksum leaves STX out */
function checksum(frame: Uint8Array, from: number): number {
  let sum = 0;
  for (let i = from; i < frame.length - 1; i += 1) sum ^= frame[i] ?? 0;
  return sum;
}
