import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FixedFrameParser, wrapFrame } from '../../../devices/register/fixed-frame/frame.js';
import { asQuestion, encodeAnswer, readQuestion } from '../../../devices/register/fixed-frame/message.js';
import { FRAME_PROFILES, type ProfileName } from '../../../devices/register/fixed-frame/profiles.js';
import { bareQuestion, concat, longQuestion, recorded, spoiled } from './frames.js';
import { expectSameWhenCut } from './results.js';

const FRAMES: Readonly<Record<ProfileName, readonly Uint8Array[]>> = {
  bca: ['question-sale-612353', 'question-qris-15000', 'question-inquiry', 'question-echo'].map(recorded),
  mandiri: [
    ...['mandiri-question-sale-23', 'mandiri-question-sale-15000', 'mandiri-question-echo'].map(recorded),
    bareQuestion('77', '1'.repeat(200)),
  ],
  bri: [
    ...['bri-question-qr-15000', 'bri-question-void-captured'].map(recorded),
    longQuestion(0x12, '000000000000'),
  ],
  cimb: [
    ...['cimb-question-sale-15000', 'cimb-question-qris-15000'].map(recorded),
    longQuestion(0x0b, '000000000000'),
  ],
};
const NAMES = Object.keys(FRAMES) as ProfileName[];

/** Bytes as a bad line brings them: frames, halves, noise, and the bytes that steer the protocol. */
function pieceOf(name: ProfileName): fc.Arbitrary<Uint8Array> {
  const frames = fc.constantFrom(...FRAMES[name]);
  const strange = fc.constantFrom(...NAMES.filter((other) => other !== name).flatMap((n) => FRAMES[n]));
  const steering = [0x02, 0x03, 0x06, 0x15, 0x01, 0x50, 0x02, 0x00, 0x31, 0x30];
  return fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .uint8Array({ minLength: 1, maxLength: 12 })
      .map((bytes) => bytes.map((b) => steering[b % steering.length] ?? 0)),
    frames,
    frames.map(spoiled),
    strange,
    // The beginning of a frame that never ends.
    fc
      .tuple(frames, fc.nat(700))
      .map(([frame, length]) => concat(frame.subarray(0, 4), new Uint8Array(length).fill(0x31))),
    fc.tuple(frames, fc.nat(300)).map(([frame, length]) => frame.subarray(0, length)),
    fc.tuple(frames, fc.nat(300), fc.nat(255)).map(([frame, at, byte]) => {
      const copy = Uint8Array.from(frame);
      copy[at % copy.length] = byte;
      return copy;
    }),
  );
}

/** A second opinion on what is a valid question, by looking at the whole stream at once. @returns its length */
function validAt(stream: Uint8Array, at: number, name: ProfileName): number | undefined {
  const sized = { bca: [150, 0x01, 0x50], bri: [200, 0x02, 0x00], cimb: [200, 0x02, 0x00] } as const;
  const rest = stream.subarray(at);
  if (rest[0] !== 0x02) return undefined;
  let end: number;
  if (name === 'mandiri') {
    const text = rest.subarray(2, 259);
    const length = text.findIndex((byte) => byte < 0x20 || byte > 0x7e);
    if (rest[1] !== 0x01 || length < 2 || length > 255 || text[length] !== 0x03) return undefined;
    end = length + 3;
  } else {
    const [length, high, low] = sized[name];
    if (rest[1] !== high || rest[2] !== low || rest[length + 3] !== 0x03) return undefined;
    end = length + 4;
  }
  const from = name === 'bca' || name === 'mandiri' ? 1 : 0;
  const sum = rest.subarray(from, end).reduce((total, byte) => total ^ byte, 0);
  return rest[end] === sum ? end + 1 : undefined;
}

describe.each(NAMES)('no stream of bytes at a register of profile %s', (name) => {
  const profile = FRAME_PROFILES[name];
  const piece = pieceOf(name);
  const frames = FRAMES[name];

  it('makes the parser crash, grow, or ask for a sale that no valid frame asked for', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(60), { maxLength: 40 }),
        (pieces, cuts) => {
          const stream = concat(...pieces);
          const parser = new FixedFrameParser({ profile, lrc: 'strict' });
          let at = 0;
          let found = 0;
          const take = (bytes: Uint8Array): void => {
            for (const event of parser.push(bytes)) {
              if (event.kind === 'noise') expect(event.first.length).toBeLessThanOrEqual(32);
              if (event.kind === 'bad') expect(event.bytes.length).toBeLessThanOrEqual(300);
              if (event.kind !== 'frame') continue;
              found += 1;
              // Somewhere in what has come so far, these very bytes stood as a valid frame.
              const text = Buffer.from(event.frame).toString('latin1');
              const where = Buffer.from(stream.subarray(0, at)).toString('latin1').indexOf(text);
              expect(where).toBeGreaterThanOrEqual(0);
              expect(validAt(stream, where, name)).toBe(event.frame.length);
            }
          };
          for (const cut of cuts) {
            const end = Math.min(stream.length, at + cut);
            const part = stream.subarray(at, end);
            at = end;
            take(part);
          }
          const rest = stream.subarray(at);
          at = stream.length;
          take(rest);
          const starts = Array.from(stream.keys());
          const valid = starts.filter((index) => validAt(stream, index, name) !== undefined).length;
          expect(found).toBeLessThanOrEqual(valid);
          parser.silence();
          expect(parser.pending()).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('hides the frame that comes after it and a silence', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom(...frames), (pieces, frame) => {
        const parser = new FixedFrameParser({ profile, lrc: 'strict' });
        parser.push(concat(...pieces));
        parser.silence();
        expect(parser.push(frame).map((event) => event.kind)).toEqual(['frame']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same when it is cut in other places, strictly or not', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.nat(900),
        fc.constantFrom('strict', 'warn'),
        (pieces, cut, lrc) => {
          const stream = concat(...pieces);
          expectSameWhenCut(() => new FixedFrameParser({ profile, lrc }), stream, cut);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is a sale of another amount than the one that it says, or has an answer that is none', () => {
    const { framing, amountScale } = profile;
    const types = Object.keys(profile.types);
    const payload =
      framing.by === 'length'
        ? fc.uint8Array({ minLength: framing.questionLength, maxLength: framing.questionLength })
        : fc.uint8Array({ minLength: 3, maxLength: framing.longestPayload });
    const field = fc.oneof(fc.stringMatching(/^\d{12}$/), fc.stringMatching(/^\d{10}00$/), fc.string());
    fc.assert(
      fc.property(payload, fc.constantFrom(...types), field, (bytes, type, amount) => {
        const filled = Uint8Array.from(bytes);
        const text = profile.hexTypes ? String.fromCharCode(Number.parseInt(type, 16)) : type;
        const at = profile.hexTypes ? 0 : 1;
        filled.set(Buffer.from(`${text}${amount}`, 'latin1').subarray(0, filled.length - at), at);
        const read = readQuestion(wrapFrame(filled, profile), profile);
        const asked = asQuestion(read, profile);
        if (asked.ask === 'sale') {
          expect(Number(asked.amount) * amountScale).toBe(Number(read.amount));
          expect(read.amount).toMatch(/^\d{12}$/);
        }
        const shop = { merchantId: 'M', terminalId: 'T' };
        const answer = encodeAnswer(read, { result: 'unsupported' }, shop, profile);
        if (framing.by === 'length') expect(answer).toHaveLength(framing.answerLength + 5);
        else expect(answer.length).toBeLessThan(100);
      }),
      { numRuns: 2_000 },
    );
  });
});
