import { describe, expect, it } from 'vitest';
import { FixedFrameParser, unwrap, wrapFrame } from '../../../devices/register/fixed-frame/frame.js';
import { asQuestion, encodeAnswer, readQuestion } from '../../../devices/register/fixed-frame/message.js';
import type { FrameAnswerOptions } from '../../../devices/register/fixed-frame/profile.js';
import { FRAME_PROFILES } from '../../../devices/register/fixed-frame/profiles.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterQuestion, RegisterSale } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';
import { decoded } from '../../kit/frames/decoder.js';
import { allRecorded, bareQuestion, longQuestion, recorded, spoiled } from './frames.js';

const all = allRecorded();

/** 13:07:28 in Jakarta on 10 January 2024. */
const JANUARY = Date.UTC(2024, 0, 10, 6, 7, 28);
const SHOP: FrameAnswerOptions = { terminalId: '78103677', merchantId: '71468031153', batch: 47 };
const sold = (amount: number, atMs: number): RegisterSale => ({
  orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV',
  amount: rupiah(amount),
  rrn: '401013157847',
  approvalCode: '130728',
  invoice: 134,
  atMs,
  issuer: 'link offus',
});

describe('every recorded frame', () => {
  it('is read by the independent decoder, checksum and all, and refused by it with one bit turned', () => {
    const fields = decoded(all);
    expect(fields.map(({ error }, i) => (error === undefined ? '' : `${all[i]?.name}: ${error}`))).toEqual(
      all.map(() => ''),
    );
    const turned = decoded(all.map((each) => ({ ...each, frame: spoiled(each.frame) })));
    for (const { error } of turned) expect(error).toMatch(/^checksum/);
  });

  it('has the checksum that we compute', () => {
    for (const { name, profile, frame } of all)
      expect(hex(wrapFrame(unwrap(frame, FRAME_PROFILES[profile]), FRAME_PROFILES[profile])), name).toBe(
        hex(frame),
      );
  });

  it('is cut out whole where it is a question, wherever the line cuts it', () => {
    for (const { name, profile, frame } of all.filter(({ way }) => way === 'question'))
      for (let cut = 0; cut <= frame.length; cut += 1) {
        const parser = new FixedFrameParser({ profile: FRAME_PROFILES[profile], lrc: 'strict' });
        const events = [...parser.push(frame.subarray(0, cut)), ...parser.push(frame.subarray(cut))];
        expect(events, `${name} cut at ${cut}`).toEqual([{ kind: 'frame', frame, checksum: 'right' }]);
      }
  });

  it('means what its source says', () => {
    const meanings: Readonly<Record<string, RegisterQuestion>> = {
      'bri-question-qr-15000': { ask: 'sale', amount: rupiah(15_000) },
      'bri-question-void-captured': { ask: 'refund', sale: { by: 'invoice', invoice: 432 } },
      'cimb-question-qris-15000': { ask: 'sale', amount: rupiah(15_000) },
      'cimb-question-sale-15000': { ask: 'sale', amount: rupiah(15_000) },
      'mandiri-question-echo': { ask: 'echo' },
      'mandiri-question-sale-15000': { ask: 'sale', amount: rupiah(15_000) },
      'mandiri-question-sale-23': { ask: 'sale', amount: rupiah(23) },
      'question-echo': { ask: 'echo' },
      'question-inquiry': { ask: 'inquiry', sale: { by: 'rrn', rrn: '307515001470' } },
      'question-qris-15000': { ask: 'sale', amount: rupiah(15_000) },
      'question-sale-15000': { ask: 'sale', amount: rupiah(15_000) },
      'question-sale-612353': { ask: 'sale', amount: rupiah(612_353) },
    };
    const questions = all.filter(({ way }) => way === 'question');
    const read = questions.map(({ name, profile, frame }) => [
      name,
      asQuestion(readQuestion(frame, FRAME_PROFILES[profile]), FRAME_PROFILES[profile]),
    ]);
    expect(Object.fromEntries(read)).toEqual(meanings);
  });
});

describe('our answer to the captured question', () => {
  it('is the captured one without a length, but for the card that we have not', () => {
    const { mandiri } = FRAME_PROFILES;
    const asked = readQuestion(bareQuestion('10', '000000000016'), mandiri);
    const answer = encodeAnswer(asked, { result: 'approved', sale: sold(16, JANUARY) }, SHOP, mandiri);
    const [ours, theirs] = decoded([
      { profile: 'mandiri', way: 'answer', frame: answer },
      { profile: 'mandiri', way: 'answer', frame: recorded('mandiri-answer-paid-captured') },
    ]);
    expect(ours).toEqual({ ...theirs, pan: '', entry: 'QR', issuer: 'LINK OFFUS     ' });
  });

  it('is the captured one without a length, byte for byte, where no card had come', () => {
    const { mandiri } = FRAME_PROFILES;
    const asked = readQuestion(recorded('mandiri-question-sale-23'), mandiri);
    const atMs = Date.UTC(2024, 0, 10, 7, 13, 13);
    const answer = encodeAnswer(asked, { result: 'expired', sale: sold(23, atMs) }, SHOP, mandiri);
    expect(hex(answer)).toBe(hex(recorded('mandiri-answer-timeout-captured')));
  });

  it('is the captured one of 300 bytes, byte for byte, when the customer cancels', () => {
    const { bri } = FRAME_PROFILES;
    const asked = readQuestion(longQuestion(0x01, '000000001000'), bri);
    const answer = encodeAnswer(asked, { result: 'cancelled', sale: sold(10, JANUARY) }, SHOP, bri);
    expect(hex(answer)).toBe(hex(recorded('bri-answer-cancelled-captured')));
  });
});
