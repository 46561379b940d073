import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFrameAnswer, describeQuestion } from '../../../devices/register/fixed-frame/describe.js';
import { asQuestion, encodeAnswer, readQuestion } from '../../../devices/register/fixed-frame/message.js';
import type { FrameAnswerOptions, FrameProfile } from '../../../devices/register/fixed-frame/profile.js';
import {
  FRAME_PROFILES,
  type ProfileName,
  profileOf,
} from '../../../devices/register/fixed-frame/profiles.js';
import type {
  RegisterQuestion,
  RegisterResult,
  RegisterSale,
  RegisterShift,
} from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { decoded } from '../../kit/frames/decoder.js';
import { bareQuestion, longQuestion, question, recorded } from './frames.js';
import { PAID_SALE, resultsOf } from './results.js';

const SHOP: FrameAnswerOptions = { merchantId: '000885000015999', terminalId: 'DHMPN003', batch: 106 };
const PAID: RegisterSale = { ...PAID_SALE, rrn: '601510000207' };
const NONE = { count: 0, sum: 0 };
const SHIFT: RegisterShift = {
  number: 7,
  openedAtMs: PAID.atMs - 3_600_000,
  closedAtMs: PAID.atMs,
  settled: { count: 2, sum: 45_000 },
  delivered: { count: 2, sum: 45_000 },
  refunded: NONE,
  owed: NONE,
  cancelled: NONE,
  expired: NONE,
};
const RESULTS = resultsOf(PAID, SHIFT);
const NAMES = Object.keys(FRAME_PROFILES) as ProfileName[];

const asked = (frame: Uint8Array, profile: FrameProfile): RegisterQuestion =>
  asQuestion(readQuestion(frame, profile), profile);
const answered = (
  frame: Uint8Array,
  result: RegisterResult,
  name: ProfileName,
  profile: FrameProfile = FRAME_PROFILES[name],
): Record<string, string> => {
  const answer = encodeAnswer(readQuestion(frame, profile), result, SHOP, profile);
  return decoded([{ profile: name, way: 'answer', frame: answer }])[0] ?? {};
};
/** Any question of a type, whatever the profile. */
const typed = (name: ProfileName, type: string): Uint8Array => {
  if (name === 'mandiri') return bareQuestion(type, '000000015000');
  if (name === 'bca') return question(recorded('question-qris-15000'), { 1: type });
  return longQuestion(Number.parseInt(type, 16), '000001500000');
};

describe('a question of 200 bytes', () => {
  const { bri, cimb } = FRAME_PROFILES;
  const zeros = '0'.repeat(12);

  it('sells by 01 and 04 in one profile, and by 01 and 05 in the other', () => {
    const sale = { ask: 'sale', amount: 15_000 };
    for (const type of [0x01, 0x04])
      expect(asked(longQuestion(type, `000001500000${zeros}${zeros}`), bri)).toEqual(sale);
    for (const type of [0x01, 0x05])
      expect(asked(longQuestion(type, '000001500000000000'), cimb)).toEqual(sale);
    expect(asked(longQuestion(0x05, '000001500000000000'), bri)).toMatchObject({ ask: 'inquiry' });
    expect(asked(longQuestion(0x04, '000001500000000000'), cimb)).toMatchObject({ ask: 'invalid' });
  });

  it('has its number in twelve digits or in six, and both profiles read both', () => {
    for (const [profile, status] of [
      [bri, 0x05],
      [cimb, 0x06],
    ] as const) {
      const name = (text: string): unknown => {
        const read = asked(longQuestion(status, text), profile);
        return read.ask === 'inquiry' ? read.sale : read;
      };
      expect(name(`${zeros}${zeros}601510000207`)).toEqual({ by: 'rrn', rrn: '601510000207' });
      expect(name(`${zeros}${zeros}000000000207`)).toEqual({ by: 'invoice', invoice: 207 });
      expect(name(`${zeros}000207`)).toEqual({ by: 'invoice', invoice: 207 });
      for (const blank of ['', zeros, `${zeros}000000`, `${zeros}${zeros}${zeros}`])
        expect(name(blank), blank).toEqual({ by: 'last' });
      expect(name(`${zeros}ABCDEF`)).toMatchObject({ ask: 'invalid' });
    }
  });

  it('gives money back only where it names the sale', () => {
    for (const [profile, types] of [
      [bri, [0x03, 0x06]],
      [cimb, [0x03, 0x04, 0x07]],
    ] as const)
      for (const type of types) {
        expect(asked(longQuestion(type, zeros), profile)).toMatchObject({ ask: 'invalid' });
        expect(asked(longQuestion(type, `${zeros}000207`), profile)).toEqual({
          ask: 'refund',
          sale: { by: 'invoice', invoice: 207 },
        });
        expect(asked(longQuestion(type, '000001500000000207'), profile)).toEqual({
          ask: 'refund',
          sale: { by: 'invoice', invoice: 207 },
          amount: 15_000,
        });
      }
  });

  it('settles, reprints, sums up and says hello by the types of its profile', () => {
    const ask = (type: number, profile: FrameProfile, text = zeros): string =>
      asked(longQuestion(type, text), profile).ask;
    expect([0x12, 0x14, 0x17, 0x1d, 0x11].map((type) => ask(type, bri))).toEqual([
      'endOfDay',
      'reprint',
      'totals',
      'totals',
      'echo',
    ]);
    expect([0x0b, 0x0c, 0x0d, 0x0e, 0x09].map((type) => ask(type, cimb))).toEqual([
      'endOfDay',
      'reprint',
      'totals',
      'echo',
      'echo',
    ]);
    expect(asked(longQuestion(0x15, `${zeros}${zeros}000000000207`), bri)).toEqual({
      ask: 'reprint',
      sale: { by: 'invoice', invoice: 207 },
    });
  });

  it('is invalid with a tip, cents, or an amount that is none', () => {
    for (const text of [
      `000001500000000000100000${zeros}`,
      '000001500050',
      '            ',
      zeros,
      '',
      '00015000.000',
    ])
      expect(asked(longQuestion(0x01, text), bri), text).toMatchObject({ ask: 'invalid' });
  });
});

describe('a question without a length', () => {
  const { mandiri } = FRAME_PROFILES;

  it('has whole rupiah: the last two digits are none of cents', () => {
    expect(asked(bareQuestion('10', '000000000023'), mandiri)).toEqual({ ask: 'sale', amount: 23 });
    expect(asked(bareQuestion('10', '000001500000'), mandiri)).toEqual({ ask: 'sale', amount: 1_500_000 });
    for (const data of ['', '15000', '0000000150000', '00015000.000', '000000000000'])
      expect(asked(bareQuestion('10', data), mandiri), data).toMatchObject({ ask: 'invalid' });
  });

  it('of any other type is answered, and never logs the card number that may be in it', () => {
    const frame = bareQuestion('77', '5409120012345684');
    expect(asked(frame, mandiri)).toEqual({ ask: 'unsupported', type: '77' });
    expect(describeQuestion(frame, mandiri)).toBe('unknown type (77) amount "", version 1');
    expect(describeQuestion(bareQuestion('10', '5409120012345684'), mandiri)).not.toContain('5684');
    expect(answered(frame, { result: 'unsupported' }, 'mandiri')).toMatchObject({ type: '77', code: 'ER' });
  });

  it('can be given the types that this register uses', () => {
    const profile = profileOf('mandiri', ['60=sale', 'Q1=inquiry', 'R0=refund', ';0=none']);
    expect(asked(bareQuestion('60', '000000015000'), profile)).toEqual({ ask: 'sale', amount: 15_000 });
    expect(asked(bareQuestion('Q1'), profile)).toEqual({ ask: 'inquiry', sale: { by: 'last' } });
    expect(asked(bareQuestion('R0', '601510000207'), profile)).toEqual({
      ask: 'refund',
      sale: { by: 'rrn', rrn: '601510000207' },
    });
    expect(asked(bareQuestion('R0'), profile)).toMatchObject({ ask: 'invalid' });
    expect(asked(bareQuestion(';0'), profile)).toMatchObject({ ask: 'unsupported' });
    expect(asked(bareQuestion('10', '000000015000'), profile)).toMatchObject({ ask: 'sale' });
  });
});

describe('types of the settings', () => {
  it('are two characters, or two hex digits in either case where a type is a byte', () => {
    const bca = profileOf('bca', ['08=refund', '31=none']);
    const named = question(recorded('question-qris-15000'), { 1: '08', 52: '000207' });
    expect(asked(named, bca)).toMatchObject({ ask: 'refund', sale: { by: 'invoice', invoice: 207 } });
    expect(asked(recorded('question-qris-15000'), bca)).toMatchObject({ ask: 'unsupported' });
    const bri = profileOf('bri', ['0e=sale']);
    expect(asked(longQuestion(0x0e, '000001500000'), bri)).toMatchObject({ ask: 'sale' });
  });

  it('change nothing for anybody else', () => {
    profileOf('bri', ['01=none']);
    expect(asked(longQuestion(0x01, '000001500000'), profileOf('bri'))).toMatchObject({ ask: 'sale' });
  });
});

describe('a refund of the 150/200 frame', () => {
  const refund = (changes: Readonly<Record<number, string>>): RegisterQuestion =>
    asked(question(recorded('question-sale-15000'), { 1: '03', ...changes }), FRAME_PROFILES.bca);

  it('names its sale by RRN or by invoice, and says the amount', () => {
    expect(refund({ 84: '601510000207' })).toEqual({
      ask: 'refund',
      sale: { by: 'rrn', rrn: '601510000207' },
      amount: 15_000,
    });
    expect(refund({ 52: '000207', 3: '000000000000' })).toEqual({
      ask: 'refund',
      sale: { by: 'invoice', invoice: 207 },
    });
  });

  it('is invalid without a name or with half an amount', () => {
    expect(refund({})).toMatchObject({ ask: 'invalid' });
    expect(refund({ 84: 'ABC         ' })).toMatchObject({ ask: 'invalid' });
    expect(refund({ 84: '601510000207', 3: '000001500050' })).toMatchObject({ ask: 'invalid' });
  });
});

describe('an answer in each profile', () => {
  it('says yes only to the question that it is the yes to', () => {
    const yes: Readonly<Record<string, readonly string[]>> = {
      sale: ['approved'],
      inquiry: ['approved'],
      refund: ['refunded'],
      reprint: ['approved', 'done'],
      settlement: ['shiftClosed'],
      totals: ['totals'],
      echo: ['echo'],
      none: [],
    };
    for (const name of NAMES) {
      const cases = Object.keys(yes).flatMap((means) => RESULTS.map((result) => ({ means, result })));
      const profile = (means: string): FrameProfile => profileOf(name, [`42=${means}`]);
      const answers = decoded(
        cases.map(({ means, result }) => ({
          profile: name,
          way: 'answer',
          frame: encodeAnswer(readQuestion(typed(name, '42'), profile(means)), result, SHOP, profile(means)),
        })),
      );
      const heard = cases.filter((_, i) => answers[i]?.['code'] === '00');
      const due = cases.filter(({ means, result }) => yes[means]?.includes(result.result));
      expect(heard, name).toEqual(due);
      // An approval code is a yes to registers that do not look at the code.
      for (const [i, { means, result }] of cases.entries())
        if (answers[i]?.['code'] !== '00')
          expect(answers[i]?.['approval']?.trim(), `${name} ${means} ${result.result}`).toBe('');
    }
  });

  it('never calls a failure what is not known yet or not paid yet', () => {
    for (const name of NAMES) {
      const sale = typed(name, name === 'mandiri' ? '10' : '01');
      expect(answered(sale, { result: 'unknown', sale: PAID }, name)).toMatchObject({ code: 'TO' });
      expect(answered(sale, { result: 'pending', sale: PAID }, name)).toMatchObject({ code: 'S3' });
    }
  });

  it('carries a paid sale in the fields of its layout', () => {
    const paid: RegisterResult = { result: 'approved', sale: PAID };
    const common = { tid: 'DHMPN003', mid: '000885000015999', rrn: '601510000207', code: '00' };
    const long = { ...common, amount: '000001500000', total: '000001500000', pan: '936009*************' };
    expect(answered(longQuestion(0x04, '000001500000'), paid, 'bri')).toMatchObject({
      ...long,
      type: '\x04',
      batch: '000106',
      issuer: 'GOPAY',
      trace: '000207',
      invoice: '000207',
      date: '20260115',
      time: '101530',
      approval: '153318',
      text: 'Pembayaran Berhasil',
    });
    expect(answered(longQuestion(0x05, '000001500000'), paid, 'cimb')).toMatchObject({
      ...long,
      type: '\x05',
      trace: '000207',
      invoice: '000207',
      name: 'GOPAY',
      date: '20260115',
      time: '101530',
      approval: '153318',
      add: '000000000000',
    });
    expect(answered(bareQuestion('10', '000000015000'), paid, 'mandiri')).toEqual({
      ...common,
      type: '10',
      issuer: 'GOPAY          ',
      pan: '936009*************',
      entry: 'QR',
      kind: 'SALE',
      batch: '000106',
      trace: '000207',
      date: '15 Jan 2026',
      time: '10:15:30',
      approval: '153318',
      amount: '15000',
    });
  });

  it('tells a status or a refund the amount of the sale found, and the number to ask for it again', () => {
    const pending: RegisterResult = { result: 'pending', sale: PAID };
    const status = answered(longQuestion(0x05, '0'.repeat(36)), pending, 'bri');
    expect(status).toMatchObject({ code: 'S3', amount: '000001500000', rrn: '601510000207', approval: '' });
    const back = answered(
      longQuestion(0x06, `${'0'.repeat(24)}000000000207`),
      { result: 'refunded', sale: PAID },
      'bri',
    );
    expect(back).toMatchObject({ code: '00', amount: '000001500000', text: 'Refund Berhasil' });
    const kept = answered(
      longQuestion(0x06, `${'0'.repeat(24)}000000000207`),
      { result: 'notRefunded', code: 541 },
      'bri',
    );
    expect(kept).toMatchObject({ code: 'ER', text: 'Refund Ditolak E541' });
  });

  it('closes the day with the number of the shift and its sum, and says in its own code that it could not', () => {
    const closed: RegisterResult = { result: 'shiftClosed', shift: SHIFT };
    expect(answered(longQuestion(0x12, '0'.repeat(36)), closed, 'bri')).toMatchObject({
      code: '00',
      batch: '000007',
      total: '000004500000',
      date: '20260115',
    });
    const settlement = question(recorded('question-qris-15000'), { 1: '10', 3: '0'.repeat(12) });
    expect(answered(settlement, closed, 'bca')).toMatchObject({
      code: '00',
      batch: '000007',
      amount: '000000000000',
      date: '20260115',
      time: '101530',
    });
    expect(answered(settlement, { result: 'busy' }, 'bca')).toMatchObject({ code: 'PS' });
    expect(answered(settlement, { result: 'unsupported' }, 'bca')).toMatchObject({ code: 'aa' });
    const rich = { ...SHIFT, settled: { count: 9, sum: 99_999_999_999 } };
    expect(answered(longQuestion(0x12, ''), { result: 'shiftClosed', shift: rich }, 'bri')['total']).toBe('');
  });

  it('is named in the log by type, amount, code and RRN', () => {
    for (const [name, frame, words] of [
      ['bri', longQuestion(0x04, '000001500000'), 'generate QR (04)'],
      ['cimb', longQuestion(0x05, '000001500000'), 'QRIS sale (05)'],
      ['mandiri', bareQuestion('10', '000000015000'), 'sale (10)'],
    ] as const) {
      const profile = FRAME_PROFILES[name];
      const answer = encodeAnswer(
        readQuestion(frame, profile),
        { result: 'approved', sale: PAID },
        SHOP,
        profile,
      );
      expect(describeFrameAnswer(answer, profile)).toMatch(
        new RegExp(`^${words.replace(/[()]/g, '\\$&')} Rp15\\.000: 00 approved.*, RRN 601510000207$`),
      );
      expect(describeQuestion(frame, profile)).toContain(`${words} Rp15.000`);
    }
  });

  it('can be read by the independent decoder whatever was asked and whatever became of it', () => {
    const word = fc.string({ unit: 'binary', maxLength: 40 });
    const sale = fc.record({
      orderId: fc.constant(PAID.orderId),
      amount: fc.integer({ min: 1, max: 9_999_999_999 }).map(rupiah),
      rrn: fc.stringMatching(/^\d{12}$/),
      approvalCode: word,
      invoice: fc.nat(9_999_999),
      atMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      issuer: word,
    });
    for (const name of NAMES) {
      const frame = fc
        .tuple(fc.nat(255), fc.string({ unit: 'binary-ascii', maxLength: 60 }))
        .map(([type, text]) =>
          name === 'mandiri'
            ? bareQuestion(`${type % 10}0`, text.replace(/[^ -~]/g, ''))
            : name === 'bca'
              ? question(recorded('question-qris-15000'), { 1: text.padEnd(60).slice(0, 60) })
              : longQuestion(type, text),
        );
      const result = fc
        .tuple(fc.constantFrom(...RESULTS), sale)
        .map(([each, other]) => ('sale' in each ? { ...each, sale: other } : each) as RegisterResult);
      const pairs = fc.sample(fc.tuple(frame, result), { numRuns: 1_000, seed: 4 });
      const frames = pairs.map(([asking, became]) => ({
        profile: name,
        way: 'answer' as const,
        frame: encodeAnswer(readQuestion(asking, FRAME_PROFILES[name]), became, SHOP, FRAME_PROFILES[name]),
      }));
      const errors = decoded(frames).flatMap(({ error }) => (error === undefined ? [] : [error]));
      expect(errors, name).toEqual([]);
    }
  });

  it('is made of a question of another profile too, because the settings may change between the two', () => {
    const frames = [
      new Uint8Array(),
      Uint8Array.of(2),
      recorded('question-qris-15000'),
      recorded('mandiri-question-sale-23'),
      recorded('bri-question-qr-15000'),
    ];
    for (const name of NAMES)
      for (const frame of frames)
        for (const result of RESULTS) {
          const read = readQuestion(frame, FRAME_PROFILES[name]);
          expect(encodeAnswer(read, result, SHOP, FRAME_PROFILES[name]).length).toBeGreaterThan(5);
        }
  });
});
