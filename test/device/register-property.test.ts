import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameParser, wrap } from '../../devices/register/fixed-frame/frame.js';
import { FRAME_150_200 } from '../../devices/register/fixed-frame/frame-150-200.js';
import { asQuestion, encodeAnswer, readQuestion } from '../../devices/register/fixed-frame/message.js';
import { concat, recorded, spoiled } from './register-frames.js';

const frames = ['question-sale-612353', 'question-qris-15000', 'question-inquiry', 'question-echo'].map(
  recorded,
);

/** Bytes as a bad line brings them: frames, halves, noise, and the bytes that steer the protocol. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => bytes.map((b) => [0x02, 0x03, 0x06, 0x15, 0x01, 0x50][b % 6] ?? 0)),
  fc.constantFrom(...frames),
  fc.constantFrom(...frames.map(spoiled)),
  fc.tuple(fc.constantFrom(...frames), fc.nat(155)).map(([frame, length]) => frame.subarray(0, length)),
  fc.tuple(fc.constantFrom(...frames), fc.nat(154), fc.nat(255)).map(([frame, at, byte]) => {
    const copy = Uint8Array.from(frame);
    copy[at] = byte;
    return copy;
  }),
);

/** A second opinion on what is a valid question, by looking at the whole stream at once. */
function validAt(stream: Uint8Array, at: number): boolean {
  const frame = stream.subarray(at, at + 155);
  if (frame.length < 155 || frame[0] !== 2 || frame[1] !== 0x01 || frame[2] !== 0x50 || frame[153] !== 3)
    return false;
  return frame.subarray(1, 154).reduce((sum, byte) => sum ^ byte, 0) === frame[154];
}

describe('no stream of bytes', () => {
  it('makes the parser crash, grow, or ask for a sale that no valid frame asked for', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(60), { maxLength: 40 }),
        (pieces, cuts) => {
          const stream = concat(...pieces);
          const parser = new FrameParser({ profile: FRAME_150_200, lrc: 'strict' });
          let at = 0;
          let found = 0;
          const take = (bytes: Uint8Array): void => {
            for (const event of parser.push(bytes)) {
              if (event.kind === 'noise') expect(event.first.length).toBeLessThanOrEqual(32);
              if (event.kind !== 'frame') continue;
              found += 1;
              // Somewhere in what has come so far, these very bytes stood as a valid frame.
              const text = Buffer.from(event.frame).toString('latin1');
              const where = Buffer.from(stream.subarray(0, at)).toString('latin1').indexOf(text);
              expect(where).toBeGreaterThanOrEqual(0);
              expect(validAt(stream, where)).toBe(true);
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
          const valid = Array.from(stream.keys()).filter((index) => validAt(stream, index)).length;
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
        const parser = new FrameParser({ profile: FRAME_150_200, lrc: 'strict' });
        parser.push(concat(...pieces));
        parser.silence();
        expect(parser.push(frame).map((event) => event.kind)).toEqual(['frame']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same when it is cut in other places', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(900), (pieces, cut) => {
        const stream = concat(...pieces);
        const whole = new FrameParser({ profile: FRAME_150_200, lrc: 'strict' });
        const parts = new FrameParser({ profile: FRAME_150_200, lrc: 'strict' });
        const expected = [...whole.push(stream), ...whole.silence()];
        const got = [
          ...parts.push(stream.subarray(0, cut)),
          ...parts.push(stream.subarray(cut)),
          ...parts.silence(),
        ];
        expect(got).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('no payload', () => {
  it('makes the reader or the encoder crash, and every one of them is answered in 205 bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 150, maxLength: 150 }),
        fc.constantFrom('01', '31', '32', '17', ''),
        (payload, type) => {
          const bytes = Uint8Array.from(payload);
          bytes.set(Buffer.from(type), 1);
          const question = readQuestion(wrap(bytes, FRAME_150_200), FRAME_150_200);
          const asked = asQuestion(question, FRAME_150_200);
          if (asked.ask === 'sale')
            expect(question.amount).toBe(`${String(asked.amount).padStart(10, '0')}00`);
          const shop = { merchantId: 'M', terminalId: 'T' };
          expect(encodeAnswer(question, { result: 'unsupported' }, shop, FRAME_150_200)).toHaveLength(205);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
