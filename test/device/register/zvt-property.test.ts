import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parser } from '../../../devices/kit/feed.js';
import { encodeAnswer } from '../../../devices/register/zvt/answer.js';
import type { LinkEvent } from '../../../devices/register/zvt/apdu.js';
import { makeApdu } from '../../../devices/register/zvt/apdu.js';
import { describeApdu } from '../../../devices/register/zvt/describe.js';
import { ZvtRegister } from '../../../devices/register/zvt/driver.js';
import { asQuestion, questionApdu } from '../../../devices/register/zvt/question.js';
import { readRegistration } from '../../../devices/register/zvt/registration.js';
import { unpackScript } from '../../../devices/register/zvt/script.js';
import { SerialFrameParser, wrapSerial } from '../../../devices/register/zvt/serial-frame.js';
import { StreamParser } from '../../../devices/register/zvt/stream-frame.js';
import { hex } from '../../../src/base/bytes.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime } from '../../kit/time.js';
import { concat, spoiled } from './frames.js';
import { bytes, inside, names, recorded, SHOP } from './zvt-frames.js';

const serial = names('serial').map(recorded);
const apdus = [...serial.map(inside), ...[...names('tcp'), ...names('paper')].map(recorded)];

/** Bytes as a bad line brings them: whole frames, halves, noise, and the bytes that steer the protocol. */
function pieces(frames: readonly Uint8Array[]) {
  return fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .uint8Array({ minLength: 1, maxLength: 12 })
        .map((some) => some.map((b) => [0x10, 0x02, 0x03, 0x06, 0x15, 0x01, 0xff, 0x80][b % 8] ?? 0)),
      fc.constantFrom(...frames),
      fc.constantFrom(...frames.map(spoiled)),
      fc
        .tuple(fc.constantFrom(...frames), fc.nat(40))
        .map(([frame, length]) => frame.subarray(0, Math.min(length, frame.length - 1))),
      fc.tuple(fc.constantFrom(...frames), fc.nat(40), fc.nat(255)).map(([frame, at, byte]) => {
        const copy = Uint8Array.from(frame);
        copy[at % copy.length] = byte;
        return copy;
      }),
    ),
    { maxLength: 12 },
  );
}

const words = (events: readonly LinkEvent[]): string[] =>
  events.map((event) => (event.kind === 'apdu' ? hex(event.apdu) : event.kind));

/** A second opinion on the serial frames in a stream: cut out by an expression, summed by a table. */
function framesIn(stream: Uint8Array): string[] {
  const text = hex(stream).replace(/../g, '$& ');
  const table = Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >> 1) ^ 0x8408 : value >> 1;
    return value;
  });
  const found: string[] = [];
  // Overlapping ones, too: the expression is asked at every place.
  for (let at = 0; at < text.length; at += 3) {
    const match = /^10 02 ((?:(?!10)[0-9a-f]{2} |10 10 )*)10 03 (..) (..) /.exec(text.slice(at, at + 1_200));
    if (match === null) continue;
    const body = bytes((match[1] ?? '').replaceAll('10 10 ', '10 '));
    let sum = 0;
    for (const byte of [...body, 0x03]) sum = (sum >> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
    if (sum === Number.parseInt(`${match[3]}${match[2]}`, 16)) found.push(hex(body));
  }
  return found;
}

const kinds = [
  { title: 'a serial line', make: (): Parser<LinkEvent> => new SerialFrameParser(), frames: serial },
  { title: 'a stream', make: (): Parser<LinkEvent> => new StreamParser(), frames: apdus },
];

describe.each(kinds)('no bytes of $title', ({ make, frames }) => {
  it('make the parser crash, keep something back after a silence, or mean something else when cut elsewhere', () => {
    fc.assert(
      fc.property(pieces(frames), fc.nat(400), (some, cut) => {
        const stream = concat(...some);
        const whole = make();
        const parts = make();
        const expected = [...whole.push(stream), ...whole.silence()];
        const got = [
          ...parts.push(stream.subarray(0, cut)),
          ...parts.push(stream.subarray(cut)),
          ...parts.silence(),
        ];
        expect(got).toEqual(expected);
        expect(whole.pending()).toBe(false);
        for (const event of expected)
          if (event.kind === 'noise') expect(event.first.length).toBeLessThanOrEqual(32);
      }),
      { numRuns: 5_000 },
    );
  });

  it('hide the message that comes after them and a silence', () => {
    fc.assert(
      fc.property(pieces(frames), fc.constantFrom(...frames), (some, frame) => {
        const parser = make();
        parser.push(concat(...some));
        parser.silence();
        expect(parser.push(frame).map(({ kind }) => kind)).toEqual(['apdu']);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('no bytes of a serial line', () => {
  it('give a message that does not stand there with its right checksum', () => {
    fc.assert(
      fc.property(pieces(serial), (some) => {
        const stream = concat(...some);
        const valid = framesIn(stream);
        for (const word of words(new SerialFrameParser().push(stream)))
          if (/^[0-9a-f]{6,}$/.test(word)) expect(valid).toContain(word);
      }),
      { numRuns: 5_000 },
    );
  });

  it('start a charge that no authorization asked for, or make the driver throw', () => {
    fc.assert(
      fc.property(pieces(serial), (some) => {
        const stream = concat(...some);
        const line = new FakeLine();
        const driver = new ZvtRegister({
          ...{ line, framing: 'serial', timers: new FakeTime(), log: new KeptLog() },
          ...SHOP,
        });
        const sales: string[] = [];
        driver.start((event) => {
          if (event.kind === 'asked' && event.question.ask === 'sale') sales.push(hex(event.frame));
        });
        line.open();
        line.bring(stream);
        const valid = framesIn(stream);
        for (const sale of sales) {
          expect(sale.startsWith('0601')).toBe(true);
          expect(valid).toContain(sale);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('no APDU', () => {
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom(0x0600, 0x0601, 0x0630, 0x0620, 0x0650, 0x06d3, 0x06b0, 0x0501, 0x040f),
        fc.uint8Array({ maxLength: 60 }),
      )
      .map(([command, data]) => makeApdu(command, data)),
    fc
      .tuple(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.uint8Array({ maxLength: 10 }))
      .map(([amount, tail]) => makeApdu(0x0601, [0x04], amount, tail)),
  );

  it('makes the reader, the describer or the encoder throw; each is answered, and its amount is the one that it says', () => {
    fc.assert(
      fc.property(any, (apdu) => {
        const asked = asQuestion(questionApdu(apdu), SHOP);
        describeApdu(apdu);
        readRegistration(apdu);
        if (asked.ask === 'sale')
          expect(hex(apdu)).toContain(`04${String(asked.amount).padStart(10, '0')}00`);
        for (const result of [{ result: 'unsupported' }, { result: 'invalid' }, { result: 'busy' }] as const)
          expect(unpackScript(encodeAnswer(apdu, result, SHOP)).answers.length).toBeGreaterThan(0);
      }),
      { numRuns: 10_000 },
    );
  });

  it('changes on its way through a serial frame', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.uint8Array({ maxLength: 700 }), (command, data) => {
        const apdu = makeApdu(command, data);
        expect(words(new SerialFrameParser().push(wrapSerial(apdu)))).toEqual([hex(apdu)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('no endless message makes a parser grow', () => {
  for (const [parser, start] of [
    [new SerialFrameParser(), bytes('10 02 06 01')],
    [new StreamParser(), bytes('06 01 ff ff 3f')],
  ] as const) {
    parser.push(start);
    const events = Array.from({ length: 64 }, () => parser.push(new Uint8Array(16_384).fill(0x41))).flat();
    expect(events.length).toBeLessThan(64);
  }
});
