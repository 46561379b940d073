import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../devices/register/fixed-frame/frame.js';
import { FRAME_150_200 } from '../../../devices/register/fixed-frame/frame-150-200.js';
import { asQuestion, encodeAnswer, readQuestion } from '../../../devices/register/fixed-frame/message.js';
import type { FrameAnswerOptions } from '../../../devices/register/fixed-frame/profile.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterQuestion, RegisterResult, RegisterSale } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { question, recorded } from './frames.js';
import { PAID_SALE } from './results.js';

const shop: FrameAnswerOptions = { merchantId: '000885000015999', terminalId: 'DHMPN003', batch: 106 };
const paid = PAID_SALE;
const asked = (frame: Uint8Array): RegisterQuestion =>
  asQuestion(readQuestion(frame, FRAME_150_200), FRAME_150_200);
const answered = (frame: Uint8Array, result: RegisterResult, options = shop): string =>
  Buffer.from(
    unwrap(encodeAnswer(readQuestion(frame, FRAME_150_200), result, options, FRAME_150_200), FRAME_150_200),
  ).toString('latin1');
const qris = recorded('question-qris-15000');
const sale = recorded('question-sale-15000');

describe('a question', () => {
  it('of type 01 or 31 is a sale of its amount without the two decimals', () => {
    expect(asked(recorded('question-sale-612353'))).toEqual({ ask: 'sale', amount: 612_353 });
    expect(asked(sale)).toEqual({ ask: 'sale', amount: 15_000 });
    expect(asked(qris)).toEqual({ ask: 'sale', amount: 15_000 });
    expect(asked(question(qris, { 3: '999999999900' }))).toEqual({ ask: 'sale', amount: 9_999_999_999 });
  });

  it('of type 32 inquires by RRN, or about the last sale when it has none', () => {
    expect(asked(recorded('question-inquiry'))).toEqual({
      ask: 'inquiry',
      sale: { by: 'rrn', rrn: '307515001470' },
    });
    const inquiry = recorded('question-inquiry');
    for (const blank of [' '.repeat(12), '\0'.repeat(12), '0'.repeat(12)])
      expect(asked(question(inquiry, { 84: blank }))).toEqual({ ask: 'inquiry', sale: { by: 'last' } });
    expect(asked(question(inquiry, { 84: '42          ' }))).toEqual({
      ask: 'inquiry',
      sale: { by: 'rrn', rrn: '000000000042' },
    });
    expect(asked(question(inquiry, { 84: 'ABC         ' }))).toMatchObject({ ask: 'invalid' });
  });

  it('of type 17 is an echo, of type 19 a reprint', () => {
    expect(asked(recorded('question-echo'))).toEqual({ ask: 'echo' });
    expect(asked(question(qris, { 1: '19' }))).toEqual({ ask: 'reprint', sale: { by: 'last' } });
  });

  it('of any other type is unsupported, and named', () => {
    for (const type of ['02', '05', '21', '99', 'zz'])
      expect(asked(question(qris, { 1: type }))).toEqual({ ask: 'unsupported', type });
    expect(asked(question(qris, { 1: '\x01\xff' }))).toEqual({ ask: 'unsupported', type: '??' });
  });

  it('is invalid when its amount is no whole number of rupiah above zero', () => {
    for (const amount of [
      '00015000.000',
      '000001500050',
      '000001500001',
      '            ',
      '000000000000',
      '-00000015000',
    ])
      expect(asked(question(qris, { 3: amount })), amount).toMatchObject({ ask: 'invalid' });
  });

  it('is invalid when it wants a tip or cash besides, because that would not be collected', () => {
    expect(asked(question(sale, { 15: '000000100000' }))).toMatchObject({ ask: 'invalid' });
    expect(asked(question(sale, { 15: ' '.repeat(12) }))).toEqual({ ask: 'sale', amount: 15_000 });
  });
});

describe('an answer', () => {
  it('to a paid QRIS sale is the recorded one, byte for byte', () => {
    const options = { ...shop, maskedPan: '936009*********2144' };
    const frame = encodeAnswer(
      readQuestion(qris, FRAME_150_200),
      { result: 'approved', sale: paid },
      options,
      FRAME_150_200,
    );
    expect(hex(frame)).toBe(hex(recorded('answer-qris-15000-paid')));
  });

  it('to an inquiry is the captured one, but for the payer, whom we do not know by name', () => {
    const captured = Buffer.from(unwrap(recorded('answer-inquiry-captured'), FRAME_150_200)).toString(
      'latin1',
    );
    const result: RegisterResult = {
      result: 'approved',
      sale: { ...paid, amount: rupiah(1), atMs: Date.UTC(2023, 2, 16, 8, 33, 9) },
    };
    const ours = answered(recorded('question-inquiry'), result, {
      ...shop,
      maskedPan: '936000*********2144',
    });
    expect(ours.slice(0, 111)).toBe(captured.slice(0, 111));
    expect(ours.slice(111, 137)).toBe('GOPAY'.padEnd(26));
    expect(ours.slice(137)).toBe(captured.slice(137));
  });

  it('is always 205 bytes, and echoes version, type and the amount as it was asked', () => {
    for (const amount of ['000001500000', '00015000.000', '000000000000'])
      for (const type of ['01', '31', '10', '17', '19']) {
        const frame = question(qris, { 0: '\x02', 1: type, 3: amount });
        const payload = answered(frame, { result: 'unsupported' });
        expect(payload).toHaveLength(200);
        expect(payload.slice(0, 15)).toBe(`\x02${type}${amount}`);
      }
  });

  it('says each outcome in the code that registers of this family know', () => {
    const codes: readonly (readonly [RegisterResult, string])[] = [
      [{ result: 'approved', sale: paid }, '00'],
      [{ result: 'pending', sale: paid }, 'S3'],
      [{ result: 'expired', sale: paid }, 'S4'],
      [{ result: 'denied', sale: paid, code: 530 }, 'S2'],
      [{ result: 'cancelled', sale: paid }, 'P3'],
      [{ result: 'unknown', sale: paid }, 'TO'],
      [{ result: 'busy' }, 'PT'],
      [{ result: 'notReady', code: 401 }, 'PT'],
      [{ result: 'noConnection', code: 550 }, 'CE'],
      [{ result: 'noSuchSale' }, 'aa'],
      [{ result: 'unsupported' }, 'aa'],
      [{ result: 'invalid' }, 'aa'],
    ];
    for (const [result, code] of codes)
      expect(answered(qris, result).slice(50, 52), result.result).toBe(code);
  });

  it('says "paid" of what was paid, whatever a person did about it: each other code would charge it again', () => {
    for (const kind of ['approved', 'handedOver', 'seenTo'] as const)
      for (const asks of [sale, qris, recorded('question-inquiry'), question(qris, { 1: '19' })])
        expect(answered(asks, { result: kind, sale: paid }).slice(50, 52), kind).toBe('00');
    const back = question(qris, { 1: '03' });
    for (const kind of ['handedOver', 'seenTo'] as const)
      expect(answered(back, { result: kind, sale: paid }).slice(50, 52), kind).toBe('aa');
  });

  it('gives an approval code and a card number for a paid sale only', () => {
    const open = answered(qris, { result: 'pending', sale: paid });
    expect(open.slice(27, 50)).toBe(' '.repeat(23));
    expect(open.slice(52, 64)).toBe('307515001470');
    expect(open.slice(64, 73)).toBe(' '.repeat(9));
    const other = answered(qris, { result: 'approved', sale: { ...paid, issuer: 'ovo' } });
    expect(other.slice(27, 46)).toBe(' '.repeat(19));
    expect(answered(qris, { result: 'approved', sale: paid }).slice(27, 46)).toBe('936009*************');
  });

  it('has the fields after the approval code three further on in QRIS answers, unless the register wants six', () => {
    const result: RegisterResult = { result: 'approved', sale: paid };
    expect(answered(qris, result).slice(73, 87)).toBe('20260115101530');
    expect(answered(qris, result, { ...shop, qrisApprovalLength: 6 }).slice(70, 84)).toBe('20260115101530');
    expect(answered(sale, result).slice(64, 84)).toBe('15331820260115101530');
    expect(answered(sale, result)).toHaveLength(200);
  });

  it('tells the time of the shop, and zeros where no sale has a time', () => {
    const result: RegisterResult = { result: 'approved', sale: paid };
    expect(answered(sale, result, { ...shop, zoneMinutes: 540 }).slice(70, 84)).toBe('20260115121530');
    expect(answered(sale, { result: 'busy' }).slice(70, 84)).toBe('0'.repeat(14));
  });

  it('cannot be broken by text that does not fit', () => {
    const wild: RegisterSale = {
      ...paid,
      approvalCode: '1234567890123',
      issuer: 'gopay\x02\x03é and much more text',
      invoice: 1_234_567,
    };
    const payload = answered(qris, { result: 'approved', sale: wild });
    expect(payload).toHaveLength(200);
    expect(payload.slice(1)).toMatch(/^[\x20-\x7e]*$/);
    expect(payload.slice(64, 73)).toBe('123456789');
    expect(payload.slice(153, 159)).toBe('234567');
  });
});
