import { describe, expect, it } from 'vitest';
import { encodeAnswer } from '../../../devices/register/zvt/answer.js';
import type { ZvtSettings } from '../../../devices/register/zvt/question.js';
import { asQuestion, questionApdu } from '../../../devices/register/zvt/question.js';
import { asQrBlock, asTextBlock } from '../../../devices/register/zvt/receipt.js';
import { readRegistration, receiptsAs, wantsStatus } from '../../../devices/register/zvt/registration.js';
import { unpackScript } from '../../../devices/register/zvt/script.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterQuestion, RegisterResult, RegisterShift } from '../../../src/base/register-messages.js';
import { AUTHORIZATION, bytes, inside, recorded, SALE, SHOP } from './zvt-frames.js';

const asks = (frame: Uint8Array | string, settings: ZvtSettings = SHOP): RegisterQuestion =>
  asQuestion(questionApdu(typeof frame === 'string' ? bytes(frame) : frame), settings);

/** The APDUs of an answer, without those for a printer. */
const says = (frame: Uint8Array | string, result: RegisterResult, settings: ZvtSettings = SHOP): string[] => {
  const asked = typeof frame === 'string' ? bytes(frame) : frame;
  return unpackScript(encodeAnswer(asked, result, settings))
    .answers.map(hex)
    .filter((apdu) => !/^06d[13]/.test(apdu));
};

const amount = { count: 1, sum: 15_000 };
const shift: RegisterShift = {
  number: 7,
  openedAtMs: SALE.atMs,
  closedAtMs: SALE.atMs + 60_000,
  ...{
    settled: amount,
    delivered: amount,
    refunded: amount,
    owed: amount,
    cancelled: amount,
    expired: amount,
  },
};

describe('a question', () => {
  it.each([
    ['authorization', AUTHORIZATION, { ask: 'sale', amount: 15_000 }],
    ['authorization without a currency', '06 01 07 04 00 00 00 00 10 00', { ask: 'sale', amount: 10 }],
    [
      'with payment type and time-out',
      '06 01 0d 19 40 01 3c 02 05 04 00 00 01 50 00 00',
      { ask: 'sale', amount: 15_000 },
    ],
    ['with a container', '06 01 0d 04 00 00 01 50 00 00 06 04 1f 21 01 00', { ask: 'sale', amount: 15_000 }],
    ['abort', inside(recorded('serial-abort')), { ask: 'cancel', sale: { by: 'last' } }],
    ['status enquiry', inside(recorded('serial-status-enquiry')), { ask: 'echo' }],
    ['registration', inside(recorded('serial-registration')), { ask: 'echo' }],
    ['registration with QR', recorded('paper-registration-with-qr'), { ask: 'echo' }],
    ['end of day', recorded('tcp-end-of-day'), { ask: 'endOfDay' }],
    ['print turnover', '06 12 03 00 00 00', { ask: 'totals' }],
    ['repeat receipt', '06 20 03 00 00 00', { ask: 'reprint', sale: { by: 'last' } }],
    ['log-off', '06 02 00', { ask: 'echo' }],
    ['diagnosis', '06 70 00', { ask: 'echo' }],
    ['initialisation', '06 93 03 00 00 00', { ask: 'echo' }],
    [
      'reversal by receipt',
      '06 30 06 00 00 00 87 00 12',
      { ask: 'refund', sale: { by: 'invoice', invoice: 12, digits: 4 } },
    ],
    [
      'reversal by trace, with its amount',
      '06 30 11 00 00 00 87 00 12 37 01 00 12 04 00 00 01 50 00 00',
      { ask: 'refund', sale: { by: 'invoice', invoice: 10_012, digits: 6 }, amount: 15_000 },
    ],
    [
      'text for our printer',
      asTextBlock([{ text: 'Terima kasih' }, { text: '' }], 2),
      { ask: 'print', lines: ['Terima kasih', ''] },
    ],
    [
      'refund without an original',
      '06 31 0a 00 00 00 04 00 00 01 50 00 00',
      { ask: 'unsupported', type: '06 31' },
    ],
    ['pre-authorization', '06 22 07 04 00 00 01 50 00 00', { ask: 'unsupported', type: '06 22' }],
    ['display', '06 e0 00', { ask: 'unsupported', type: '06 E0' }],
  ] as const)('%s', (_, frame, means) => {
    expect(asks(frame)).toEqual(means);
  });

  it.each([
    ['cents', '06 01 07 04 00 00 01 50 00 50', 'rupiah have no cents: 000001500050'],
    ['no amount', '06 01 00', 'no amount'],
    ['an amount of nothing', '06 01 07 04 00 00 00 00 00 00', 'the amount is zero'],
    ['an amount that is no number', '06 01 07 04 00 00 01 5a 00 00', 'the amount is not twelve digits'],
    ['another currency', '06 01 0a 04 00 00 01 50 00 00 49 09 78', 'currency 0978, not 0360'],
    ['an unknown field', '06 01 09 04 00 00 01 50 00 00 77 01', 'unknown field 77'],
    ['a field that is cut off', '06 01 05 04 00 00 01 50', 'field 04 is cut off'],
    ['a reversal of nothing', '06 30 03 00 00 00', 'a reversal without a receipt number'],
    ['a registration in euro', recorded('tcp-registration'), 'currency 0978, not 0360'],
  ] as const)('with %s is impossible, and says why', (_, frame, why) => {
    expect(asks(frame)).toEqual({ ask: 'invalid', why });
  });

  it('counts whole rupiah where the register has no decimals, and another currency where it must', () => {
    const euro = { ...SHOP, currency: '0978', minorUnits: 0 } as const;
    expect(asks('06 01 0a 04 00 00 00 01 50 50 49 09 78', euro)).toEqual({ ask: 'sale', amount: 15_050 });
    expect(asks(recorded('tcp-registration'), euro)).toEqual({ ask: 'echo' });
  });
});

describe('an answer', () => {
  it('to an authorization is confirmed, told as the paper has it, and completed', () => {
    expect(says(AUTHORIZATION, { result: 'approved', sale: SALE })).toEqual([
      '800000',
      hex(inside(recorded('serial-status-information'))),
      '060f00',
    ]);
  });

  it.each(['approved', 'handedOver', 'seenTo'] as const)(
    'about what was paid is "paid", and never a word to charge again by: %s',
    (result) => {
      const paid = hex(inside(recorded('serial-status-information')));
      expect(says(AUTHORIZATION, { result, sale: SALE })).toEqual(['800000', paid, '060f00']);
      expect(says('06 20 03 00 00 00', { result, sale: SALE })).toEqual(['800000', paid, '060f00']);
      expect(says('06 b0 00', { result, sale: SALE })).toEqual(['848300']);
    },
  );

  it('names the merchant, the kind of card, and the currency, also to a register that did not', () => {
    const sale = { ...SALE, issuer: 'gopay' };
    const shop = { ...SHOP, merchantId: 'M123' };
    expect(says('06 01 07 04 00 00 01 50 00 00', { result: 'approved', sale }, shop)[1]).toBe(
      '040f3a270004000001500000490360' +
        '0b0000120c1015300d01152912345678' +
        '2a4d3132332020202020202020202020' +
        '8700128a008bf0f6474f50415900',
    );
  });

  it.each([
    [{ result: 'expired', sale: SALE }, '6c'],
    [{ result: 'cancelled', sale: SALE }, '6c'],
    [{ result: 'denied', sale: SALE, code: 530 }, '66'],
    [{ result: 'unknown', sale: SALE }, '9c'],
    [{ result: 'noConnection', code: 550 }, 'a3'],
    [{ result: 'notReady', code: 401 }, 'cc'],
    [{ result: 'notReady', code: 461 }, 'df'],
  ] as const)('%o ends in an abort with %s', (result, code) => {
    const [first, told, last] = says(AUTHORIZATION, result);
    expect([first, last]).toEqual(['800000', `061e01${code}`]);
    expect(told?.slice(6)).toMatch(new RegExp(`^27${code}`));
  });

  it.each([
    [AUTHORIZATION, { result: 'busy' }, '849c00'],
    ['06 01 07 04 00 00 01 50 00 50', { result: 'invalid' }, '849a00'],
    ['06 01 07 04 00 00 00 00 00 00', { result: 'invalid' }, '84c800'],
    ['06 01 07 04 00 00 00 00 01 00', { result: 'invalid' }, '84c800'],
    ['06 01 07 04 00 20 00 00 00 00', { result: 'invalid' }, '84c300'],
    ['06 01 0a 04 00 00 01 50 00 00 49 09 78', { result: 'invalid' }, '84c600'],
    [recorded('tcp-registration'), { result: 'invalid' }, '841e036f0360'],
    ['06 22 00', { result: 'unsupported' }, hex(inside(recorded('serial-not-possible')))],
    ['06 b0 00', { result: 'done' }, '800000'],
    ['06 b0 00', { result: 'noSuchSale' }, '800000'],
    ['06 b0 00', { result: 'approved', sale: SALE }, '848300'],
    ['06 02 00', { result: 'echo' }, '800000'],
    ['06 50 03 00 00 00', { result: 'busy' }, '849c00'],
  ] as const)('%s with %o is one word: %s', (frame, result, word) => {
    expect(says(frame, result)).toEqual([word]);
  });

  it('to a registration is the completion of the paper, with and without text blocks', () => {
    const euro = { ...SHOP, currency: '0978', terminalId: '65000028' };
    expect(says(recorded('paper-registration-with-containers'), { result: 'echo' }, euro)).toEqual([
      '800000',
      hex(recorded('paper-registration-completion')),
    ]);
    expect(says(inside(recorded('serial-registration')), { result: 'echo' })).toEqual([
      '800000',
      '060f0a19002912345678490360',
    ]);
  });

  it('to a status enquiry has a version and a status, laid out as in the captured one', () => {
    const captured = inside(recorded('serial-status-enquiry-answer'));
    const [, told = ''] = says(inside(recorded('serial-status-enquiry')), { result: 'echo' });
    const own = Buffer.from('gopay-pos 1');
    expect(told).toBe(`060f0ff0f1f1${own.toString('hex')}00`);
    expect(hex(captured.subarray(3, 6))).toBe('f0f0f7');
    expect(captured.at(-1)).toBe(0);
  });

  it.each([
    ['05 01 05 00 00 00 03 02', '060f0100'],
    ['05 01 05 00 00 00 03 03', '060f0100'],
    ['05 01 05 00 00 00 03 01', '060f0ff0f1f1676f7061792d706f73203100'],
    ['05 01 05 00 00 00 03 00', '060f0ff0f1f1676f7061792d706f73203100'],
    ['05 01 00', '060f0ff0f1f1676f7061792d706f73203100'],
    ['05 01 05 00 00 00 06 00', '060f0ff0f1f1676f7061792d706f73203100'],
  ])('to the status enquiry %s is %s, as its service byte has it', (frame, told) => {
    expect(says(frame, { result: 'echo' })).toEqual(['800000', told]);
  });

  it('to a reversal tells what was given back, or that it was not', () => {
    const reversal = '06 30 06 00 00 00 87 00 12';
    const [accepted, told, completed] = says(reversal, { result: 'refunded', sale: SALE });
    expect([accepted, completed]).toEqual(['800000', '060f00']);
    expect(told).toMatch(/^040f1f270004000001500000490360/);
    const paper = (again: object) =>
      unpackScript(encodeAnswer(bytes(reversal), { result: 'refunded', sale: SALE, ...again }, SHOP))
        .answers.map((apdu) => Buffer.from(apdu).toString('latin1'))
        .join('\n');
    for (const words of ['REFUNDED', 'COPY']) expect(paper({ again: true })).toContain(words);
    // First, since a paper may break off after any line.
    expect(paper({ again: true })).toMatch(/COPY.*REFUNDED/s);
    expect(paper({})).toContain('REFUNDED');
    expect(paper({})).not.toContain('COPY');
    for (const result of [
      { result: 'notRefunded', code: 540 },
      { result: 'noSuchSale' },
      { result: 'approved', sale: SALE },
    ] as const)
      expect(says(reversal, result)).toEqual(['800000', '061e01b5']);
    expect(says(reversal, { result: 'unknown', sale: SALE })).toEqual(['800000', '061e019c']);
  });

  it('to an end of day tells the sum and prints the shift', () => {
    const closed = says(recorded('tcp-end-of-day'), { result: 'shiftClosed', shift });
    expect(closed).toEqual(['800000', '040f182700040000015000004903600c1016300d01152912345678', '060f00']);
    const text = unpackScript(
      encodeAnswer(recorded('tcp-end-of-day'), { result: 'shiftClosed', shift }, SHOP),
    )
      .answers.map((apdu) => Buffer.from(apdu).toString('latin1'))
      .join('\n');
    for (const words of ['SHIFT 7', 'Rp15.000', '15/01/2026 10:16']) expect(text).toContain(words);
    expect(says('06 12 03 00 00 00', { result: 'totals', shift })).toEqual(['800000', '060f00']);
  });

  it('to "send turnover totals" tells the sum of the open shift, and prints nothing', () => {
    const asked = bytes('06 10 03 00 00 00');
    expect(asks(asked)).toEqual({ ask: 'totals' });
    const { answers } = unpackScript(encodeAnswer(asked, { result: 'totals', shift }, SHOP));
    expect(answers.map((apdu) => hex(apdu).slice(0, 4))).toEqual(['8000', '040f', '060f']);
    expect(says(asked, { result: 'totals', shift })[1]).toMatch(/^040f18270004000001500000490360/);
    expect(says(asked, { result: 'busy' })).toEqual(['849c00']);
  });

  const weight = (frame: string | Uint8Array, result: 'approved' | 'cancelled' | 'unknown') =>
    unpackScript(encodeAnswer(typeof frame === 'string' ? bytes(frame) : frame, { result, sale: SALE }, SHOP))
      .weight;

  it('is a proof only where it says that the sale was paid', () => {
    expect(weight(AUTHORIZATION, 'approved')).toBe('proof');
    expect(weight('06 20 03 00 00 00', 'approved')).toBe('proof');
    expect(weight('06 b0 00', 'approved')).toBe('courtesy');
    expect(weight('06 30 06 00 00 00 87 00 12', 'approved')).toBe('courtesy');
  });

  it('that there is no copy, or nothing to reverse or abort, proves nothing about how the sale ended', () => {
    expect(weight(AUTHORIZATION, 'cancelled')).toBe('proof');
    for (const frame of ['06 20 03 00 00 00', '06 b0 00', '06 30 06 00 00 00 87 00 12'])
      expect(weight(frame, 'cancelled')).toBe('courtesy');
    expect(weight('06 20 03 00 00 00', 'unknown')).toBe('proof');
  });

  it('carries the question that it answers', () => {
    const script = unpackScript(encodeAnswer(AUTHORIZATION, { result: 'busy' }, SHOP));
    expect(hex(script.question)).toBe(hex(AUTHORIZATION));
    expect(unpackScript(encodeAnswer(new Uint8Array(), { result: 'busy' }, SHOP)).question).toHaveLength(0);
  });
});

describe('a registration', () => {
  const read = (frame: Uint8Array) => {
    const found = readRegistration(frame.subarray(3));
    if (typeof found === 'string') throw new Error(found);
    return found;
  };

  it('says which receipts the register prints, and how', () => {
    const as = (config: number) => {
      const { registration } = read(bytes(`06 00 06 00 00 00 ${config.toString(16).padStart(2, '0')} 03 60`));
      return [
        receiptsAs(registration, 'payment'),
        receiptsAs(registration, 'administration'),
        wantsStatus(registration),
      ];
    };
    expect(as(0x9e)).toEqual(['lines', 'lines', true]);
    expect(as(0xc6)).toEqual(['lines', 'lines', false]);
    expect(as(0x86)).toEqual(['lines', 'lines', false]);
    expect(as(0x1e)).toEqual(['none', 'none', true]);
    expect(as(0x84)).toEqual(['none', 'lines', false]);
    expect(as(0x00)).toEqual(['none', 'none', false]);
  });

  it('lists text blocks, enables QR codes, and limits the length of an APDU', () => {
    expect(read(recorded('paper-registration-with-qr')).registration).toMatchObject({
      textBlocks: true,
      printsQr: true,
      containers: true,
    });
    expect(read(recorded('paper-registration-with-containers')).registration).toMatchObject({
      textBlocks: true,
      printsQr: false,
    });
    expect(read(bytes('06 00 0e 000000 9e 0360 03 04 06 04 1a 02 03 e8')).registration.longestApdu).toBe(
      1_000,
    );
    expect(read(bytes('06 00 0a 000000 9e 06 04 1a 02 03 e8'))).toMatchObject({
      registration: { longestApdu: 1_000 },
    });
    expect(read(recorded('tcp-registration'))).toMatchObject({
      currency: '0978',
      registration: { config: 0xde },
    });
  });
});

describe('a QR code for the printer of the register', () => {
  it('is the block of the paper, and of three bytes of length with a real payload', () => {
    expect(hex(asQrBlock(['SCAN'], 'TEST'))).toBe(hex(recorded('paper-qr-block')));
    const payload = '0'.repeat(280);
    const block = asQrBlock(['SCAN'], payload);
    expect(hex(block.subarray(0, 8))).toBe('06d3ff3a01068201');
    expect(Buffer.from(block).toString('latin1')).toContain(payload);
  });
});
