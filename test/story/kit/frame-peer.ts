import {
  type Answer,
  type Cable,
  connected,
  RegisterLine,
  type RegisterShopOptions,
  said,
} from './register-peer.js';
import { type Shop, story } from './shop.js';

export type Profile = 'bca' | 'mandiri' | 'bri' | 'cimb';

/** How a register of one profile says things; written from the byte tables, and sharing nothing with the driver. */
export interface Tongue {
  sale(amount: number): Uint8Array;
  /** Of the last sale, or of the one with this RRN. */
  status(rrn?: string): Uint8Array;
  /** By the number on the slip. */
  refund(invoice: string): Uint8Array;
  readonly settlement: Uint8Array;
  readonly reprint: Uint8Array;
  readonly echo: Uint8Array;
  /** What it is told when the customer cancels, when nobody pays in time, and when nothing is given back. */
  readonly cancelled: string;
  readonly expired: string;
  readonly refused: string;
  /** Lines of the `[register]` table. */
  readonly toml: string;
  amount(rupiah: number): string;
  /** Reads one answer that begins with `stx`. */
  read(take: (count: number) => Promise<Uint8Array>): Promise<Answer>;
}

const ACK = 0x06;
const ZEROS = '0'.repeat(12);

function xor(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

function closed(head: readonly number[], text: string, from: 0 | 1): Uint8Array {
  const frame = Uint8Array.of(...head, ...Buffer.from(text, 'latin1'), 0x03, 0);
  frame[frame.length - 1] = xor(frame.subarray(from, -1));
  return frame;
}

function checked(frame: Uint8Array, from: 0 | 1): Uint8Array {
  if (frame.at(-2) !== 0x03) throw new Error('an answer without ETX');
  if (frame.at(-1) !== xor(frame.subarray(from, -1))) throw new Error('an answer with a wrong checksum');
  return frame;
}

/** Offsets in the payload of code, RRN, approval code and its length, amount, invoice. */
type Places = readonly [number, number, number, number, number, number];

function sized(
  length: number,
  from: 0 | 1,
  places: (type: string) => Places,
  typeAt: number,
  typeSize: number,
) {
  return async (take: (count: number) => Promise<Uint8Array>): Promise<Answer> => {
    const head = await take(2);
    if (Buffer.from(head).toString('hex') !== String(length).padStart(4, '0'))
      throw new Error(`an answer with the length ${Buffer.from(head).toString('hex')}`);
    const frame = checked(Uint8Array.of(0x02, ...head, ...(await take(length + 2))), from);
    const text = Buffer.from(frame.subarray(3, -2)).toString('latin1');
    const field = (at: number, size: number): string => text.slice(at, at + size).replace(/[\0 ]+$/, '');
    const raw = text.slice(typeAt, typeAt + typeSize);
    const type = typeSize === 1 ? Buffer.from(raw, 'latin1').toString('hex').toUpperCase() : raw;
    const [code, rrn, approval, approvalSize, amount, invoice] = places(type);
    return {
      hex: Buffer.from(frame).toString('hex'),
      version: text.charCodeAt(0),
      type,
      amount: field(amount, 12),
      code: field(code, 2),
      rrn: field(rrn, 12),
      approval: field(approval, approvalSize),
      invoice: field(invoice, 6),
    };
  };
}

async function bars(take: (count: number) => Promise<Uint8Array>): Promise<Answer> {
  const bytes = [0x02];
  while (bytes.at(-1) !== 0x03) bytes.push(...(await take(1)));
  const frame = checked(Uint8Array.of(...bytes, ...(await take(1))), 1);
  const text = Buffer.from(frame.subarray(2, -2)).toString('latin1');
  const fields = text.slice(4).split('|');
  if (fields.length !== 13) throw new Error(`${fields.length} fields between bars`);
  return {
    hex: Buffer.from(frame).toString('hex'),
    version: frame[1] ?? 0,
    type: text.slice(0, 2),
    code: text.slice(2, 4),
    amount: fields[12] ?? '',
    rrn: fields[10] ?? '',
    approval: fields[11] ?? '',
    invoice: fields[7] ?? '',
  };
}

function bca(): Tongue {
  const ask = (type: string, amount = ZEROS, invoice = '000000', reference = ''): Uint8Array =>
    closed(
      [0x02, 0x01, 0x50],
      `\x03${type}${amount}${ZEROS}${' '.repeat(19)}    00${invoice}${' '.repeat(8)}N00000${' '.repeat(12)}${reference.padEnd(12)}${' '.repeat(54)}`,
      1,
    );
  return {
    sale: (amount) => ask('31', `${amount}00`.padStart(12, '0')),
    status: (rrn) => ask('32', ZEROS, '000000', rrn),
    refund: (invoice) => ask('03', ZEROS, invoice),
    settlement: ask('10'),
    reprint: ask('19'),
    echo: ask('17'),
    ...{ cancelled: 'P3', expired: 'S4', refused: 'aa', toml: '' },
    amount: (rupiah) => `${rupiah}00`.padStart(12, '0'),
    read: sized(
      200,
      1,
      (type) => (type === '31' || type === '32' ? [50, 52, 64, 9, 3, 153] : [50, 52, 64, 6, 3, 150]),
      1,
      2,
    ),
  };
}

/** Only sale and echo test are documented; the rest are types of the settings. */
function mandiri(): Tongue {
  const ask = (type: string, data = ''): Uint8Array => closed([0x02, 0x01], `${type}${data}`, 1);
  return {
    sale: (amount) => ask('10', String(amount).padStart(12, '0')),
    status: (rrn = '') => ask('80', rrn),
    refund: (invoice) => ask('60', invoice),
    settlement: ask('50'),
    reprint: ask('70'),
    echo: ask(';0'),
    ...{ cancelled: 'ER', expired: 'ER', refused: 'ER' },
    toml: 'types = ["50=settlement", "60=refund", "70=reprint", "80=inquiry"]',
    amount: String,
    read: bars,
  };
}

/** `long`: an additional amount and a number of twelve digits; otherwise a number of six. */
function long(
  types: Readonly<Record<'sale' | 'status' | 'refund' | 'settlement' | 'reprint' | 'echo', number>>,
) {
  return (isLong: boolean, places: Places): Tongue => {
    const ask = (type: number, amount = ZEROS, number = ''): Uint8Array => {
      const digits = isLong ? `${ZEROS}${number.padStart(12, '0')}` : number.slice(-6).padStart(6, '0');
      const text = `${String.fromCharCode(type)}${amount}${digits}`;
      return closed([0x02, 0x02, 0x00], text.padEnd(200, '\0'), 0);
    };
    return {
      sale: (amount) => ask(types.sale, `${amount}00`.padStart(12, '0')),
      status: (rrn = '') => ask(types.status, ZEROS, rrn),
      refund: (invoice) => ask(types.refund, ZEROS, invoice),
      settlement: ask(types.settlement),
      reprint: ask(types.reprint),
      echo: ask(types.echo),
      ...{ cancelled: 'ER', expired: 'ER', refused: 'ER', toml: '' },
      amount: (rupiah) => `${rupiah}00`.padStart(12, '0'),
      read: sized(300, 0, () => places, 0, 1),
    };
  };
}

/** Every profile's tongue, made anew for each story. */
export function tongueOf(profile: Profile): Tongue {
  switch (profile) {
    case 'bca':
      return bca();
    case 'mandiri':
      return mandiri();
    case 'bri': {
      const types = { sale: 0x04, status: 0x05, refund: 0x06, settlement: 0x12, reprint: 0x14, echo: 0x11 };
      return long(types)(true, [159, 161, 151, 8, 68, 61]);
    }
    case 'cimb': {
      const types = { sale: 0x05, status: 0x06, refund: 0x07, settlement: 0x0b, reprint: 0x0c, echo: 0x0e };
      return long(types)(false, [138, 140, 132, 6, 37, 30]);
    }
  }
}

/** A cash register of one profile. It acknowledges nothing by itself. */
export class FramePeer {
  readonly #cable: Cable;
  readonly #tongue: Tongue;

  constructor(cable: Cable, tongue: Tongue) {
    this.#cable = cable;
    this.#tongue = tongue;
  }

  /** Sends a question and hears its ACK. */
  async ask(frame: Uint8Array): Promise<void> {
    this.#cable.send(frame);
    const [heard] = await this.#cable.take(1);
    if (heard !== ACK) throw new Error(`the register hears ${heard}, not ACK`);
  }

  /** The next answer, left without its ACK. */
  async answer(): Promise<Answer> {
    const [stx] = await this.#cable.take(1);
    if (stx !== 0x02) throw new Error(`the register hears ${stx}, not an answer`);
    return this.#tongue.read((count) => this.#cable.take(count));
  }

  async askAndHear(frame: Uint8Array): Promise<Answer> {
    await this.ask(frame);
    return this.answer();
  }

  acknowledge(): void {
    this.#cable.send(Uint8Array.of(ACK));
  }

  /** The next answer, which is acknowledged. */
  async takes(): Promise<Answer> {
    const answer = await this.answer();
    this.acknowledge();
    return answer;
  }

  async asksAndTakes(frame: Uint8Array): Promise<Answer> {
    await this.ask(frame);
    return this.takes();
  }

  /** An echo goes through the same line in the same order: whatever was sent before would come before its answer. */
  async hearsNothingElse(): Promise<void> {
    const { code } = await this.asksAndTakes(this.#tongue.echo);
    if (code !== '00') throw new Error(`no echo: ${code}`);
  }
}

export interface FrameStory {
  readonly shop: Shop;
  readonly register: FramePeer;
  readonly line: RegisterLine;
  readonly tongue: Tongue;
}

/** A shop with a cash register of one profile at a serial line. */
export async function frameStory(
  profile: Profile,
  options: RegisterShopOptions,
  tell: (story: FrameStory) => Promise<void>,
): Promise<void> {
  const line = new RegisterLine();
  const tongue = tongueOf(profile);
  try {
    await line.cable.plug();
    const { registerToml = 'resends = 0', toml = '', ...rest } = options;
    const table = line.table(`profile = "${profile}"\n${tongue.toml}\n${registerToml}`);
    await story({ ...rest, outside: line.ackWait, toml: `${table}\n${toml}` }, async (shop) => {
      await connected(shop, 1);
      await tell({ shop, register: new FramePeer(line.cable, tongue), line, tongue });
    });
  } finally {
    await line.cable.remove();
  }
}

/** After a power cut and the next start. */
export async function startsAgain(shop: Shop): Promise<void> {
  const before = said(shop, 'register present');
  await shop.startTerminal();
  await connected(shop, before + 1);
}
