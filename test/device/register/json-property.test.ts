import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAnswer, encodeWrong } from '../../../devices/register/json/answer.js';
import { JsonLineParser, LONGEST_LINE } from '../../../devices/register/json/line-parser.js';
import { asQuestion } from '../../../devices/register/json/question.js';
import { canonical, readRequest } from '../../../devices/register/json/request.js';
import { judged, unlawful } from '../../kit/json/schema.js';
import { concat } from './frames.js';
import { expectSameWhenCut } from './results.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'utf8'));
const CHARGES = [
  '{"op":"charge","ref":"A-1","amount":15000}',
  '{"op":"charge","ref":"B","amount":1,"deadline_s":60}',
];
const lines = [
  ...CHARGES,
  '{"op":"status","ref":"A-1"}',
  '{"op":"hello"}',
  '{"op":"print","lines":["é"]}',
].map((text) => bytes(`${text}\n`));

/** Bytes as a bad line brings them: messages, halves, noise, and the bytes that steer the protocol. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map((raw) => raw.map((b) => bytes('{"}:\n\r')[b % 6] ?? 0)),
  fc.constantFrom(...lines),
  fc.tuple(fc.constantFrom(...lines), fc.nat(60)).map(([line, length]) => line.subarray(0, length)),
  fc.tuple(fc.constantFrom(...lines), fc.nat(60)).map(([line, from]) => line.subarray(from)),
  fc.tuple(fc.constantFrom(...lines), fc.nat(60), fc.nat(255)).map(([line, at, byte]) => {
    const copy = Uint8Array.from(line);
    if (at < copy.length) copy[at] = byte;
    return copy;
  }),
  fc.constant(bytes('POST / HTTP/1.1\r\n')),
  fc.constant(new Uint8Array(LONGEST_LINE + 7).fill(0x7b)),
);

/** A second opinion: the charges that stand as whole lines, perhaps behind noise, in the stream as one text. */
function chargesIn(stream: Uint8Array): string[] {
  return Buffer.from(stream)
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const message = line.slice(line.indexOf('{'));
      try {
        const value = JSON.parse(Buffer.from(message, 'latin1').toString('utf8'));
        return value?.op === 'charge' ? [message] : [];
      } catch {
        return [];
      }
    });
}

describe('no stream of bytes', () => {
  it('makes the parser crash, grow, or ask for a charge that no whole line asked for', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(60), { maxLength: 40 }),
        (pieces, cuts) => {
          const stream = concat(...pieces);
          const parser = new JsonLineParser();
          const asked: string[] = [];
          let at = 0;
          const take = (part: Uint8Array): void => {
            for (const event of parser.push(part)) {
              if (event.kind !== 'line') {
                expect(event.first.length).toBeLessThanOrEqual(32);
                continue;
              }
              expect(event.text.length).toBeLessThanOrEqual(LONGEST_LINE);
              const read = readRequest(event.text);
              if (!read.ok) encodeWrong(read.error);
              else if (asQuestion(read.value).ask === 'sale')
                asked.push(Buffer.from(event.text).toString('latin1'));
            }
          };
          for (const cut of cuts) {
            const end = Math.min(stream.length, at + cut);
            take(stream.subarray(at, end));
            at = end;
          }
          take(stream.subarray(at));
          const whole = chargesIn(stream);
          for (const charge of asked) expect(whole.map((line) => line.trimEnd())).toContain(charge);
          expect(asked.length).toBeLessThanOrEqual(whole.length);
          parser.silence();
          expect(parser.pending()).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('hides the line that comes after it and a silence', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom(...lines), (pieces, line) => {
        const parser = new JsonLineParser();
        parser.push(concat(...pieces));
        parser.silence();
        expect(parser.push(line).map((event) => event.kind)).toEqual(['line']);
      }),
      { numRuns: 1_000 },
    );
  });

  it('means the same when it is cut in other places', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(900), (pieces, cut) => {
        const stream = concat(...pieces);
        expectSameWhenCut(() => new JsonLineParser(), stream, cut);
      }),
      { numRuns: 1_000 },
    );
  });
});

const OPS = 'hello charge cancel status refund reprint totals endOfDay display print ack'.split(' ');

const texts = fc.constantFrom(
  'A-1',
  '',
  'A B',
  'a'.repeat(64),
  'a'.repeat(65),
  'é',
  '\u0000',
  '307515001470',
);
const numbers = fc.constantFrom(
  0,
  1,
  -1,
  1.5,
  9,
  10,
  15_000,
  900,
  901,
  999_999,
  1_000_000,
  999_999_999_999,
  1e12,
);
const lists = fc.array(
  fc.constantFrom('', 'x', 'a\tb', 'a'.repeat(40), 'a'.repeat(41), 'a'.repeat(81), '😀'.repeat(40)),
  { maxLength: 6 },
);
const flags = fc.constantFrom(true, false, null, {});
const quantities = fc.constantFrom(1, 999, 0, 1_000, 1.5, '1', undefined);
const names = fc.constantFrom('Kopi', '', 'é'.repeat(50), 'x'.repeat(51), 'a\tb', 1, undefined);
const item = fc.oneof(
  fc.record({ product: fc.constantFrom('kopi', 'a b', 'k'.repeat(51), 7), quantity: quantities }),
  fc.record({ name: names, price: fc.oneof(fc.constant(5_000), numbers), quantity: quantities }),
  fc.record({ id: texts, name: names, price: fc.constant(1), tip: fc.constantFrom(undefined, 1) }),
  fc.constantFrom<unknown>({}, [], null, 'kopi', { product: 'kopi', price: 1 }),
);
const itemLists = fc.oneof(
  { weight: 9, arbitrary: fc.array(item, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(20, 21).map((length) => Array(length).fill({ product: 'kopi' })) },
);

/** Values near the edge of what each field allows, and now and then those of another. */
const FIELDS: readonly (readonly [name: string, values: fc.Arbitrary<unknown>])[] = [
  ['ref', texts],
  ['id', texts],
  ['rrn', fc.constantFrom('307515001470', '30751500147', '3075150014700')],
  ['invoice', numbers],
  ['amount', numbers],
  ['items', itemLists],
  ['deadline_s', numbers],
  ['lines', lists],
  ['events', flags],
  ['taken', flags],
  ['tip', numbers],
];
const field = fc
  .constantFrom(...FIELDS)
  .chain(([name, values]) =>
    fc
      .oneof(
        { weight: 4, arbitrary: values },
        { weight: 1, arbitrary: fc.oneof(texts, numbers, lists, flags) },
      )
      .map((value) => [name, value] as const),
  );

/** Mostly with what it needs, so that good ones are among them. */
const object = fc
  .tuple(fc.constantFrom(...OPS), fc.array(field, { maxLength: 2 }), fc.boolean())
  .map(([op, fields, helped]) => {
    const help = {
      ...(['charge', 'cancel', 'refund'].includes(op) ? { ref: 'A-1' } : {}),
      ...(op === 'charge' ? { amount: 15_000 } : {}),
      ...(['display', 'print'].includes(op) ? { lines: ['x'] } : {}),
    };
    return JSON.stringify({ op, ...(helped ? help : {}), ...Object.fromEntries(fields) });
  });

describe('parser and schema', () => {
  it('agree on which requests are good, and a good one comes back from its canonical line', () => {
    const samples = fc.sample(object, { numRuns: 6_000, seed: 4 });
    const verdicts = judged(samples, 'request');
    const read = samples.map((line) => readRequest(line));
    const apart = samples.filter((_, at) => read[at]?.ok !== (verdicts[at] === 'ok'));
    expect(apart).toEqual([]);
    const good = read.flatMap((one) => (one.ok ? [one.value] : []));
    expect(good.length).toBeGreaterThan(500);
    expect(samples.length - good.length).toBeGreaterThan(500);
    for (const request of good) {
      const again = readRequest(Buffer.from(canonical(request)).toString().trimEnd());
      expect(again).toEqual({ ok: true, value: request });
    }
  });

  it('agree on the answers to wrong requests', () => {
    const samples = fc.sample(object, { numRuns: 500, seed: 5 });
    const answers = samples.flatMap((line) => {
      const read = readRequest(line);
      return read.ok
        ? [
            encodeAnswer(
              canonical(read.value),
              { result: 'busy' },
              { zoneMinutes: 540, acknowledge: 'assumed' },
            ),
          ]
        : [encodeWrong(read.error)];
    });
    expect(
      unlawful(
        answers.map((answer) => Buffer.from(answer).toString()),
        'answer',
      ),
    ).toEqual([]);
  });
});
