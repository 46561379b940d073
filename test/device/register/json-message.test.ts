import { afterAll, describe, expect, it } from 'vitest';
import {
  encodeAnswer,
  encodeEnded,
  encodeProgress,
  encodeWrong,
  readAnswer,
} from '../../../devices/register/json/answer.js';
import { asQuestion } from '../../../devices/register/json/question.js';
import { canonical, type JsonRequest, readRequest } from '../../../devices/register/json/request.js';
import type { RegisterSale, RegisterShift } from '../../../src/base/register-messages.js';
import { unlawful } from '../../kit/json/schema.js';
import { PAID_SALE, resultsOf } from './results.js';

const OPTIONS = { zoneMinutes: 420, acknowledge: 'required' } as const;

const SALE: RegisterSale = { ...PAID_SALE, reference: 'INV-1' };

const COUNT = { count: 2, sum: 30_000 };
const SHIFT: RegisterShift = {
  number: 7,
  openedAtMs: Date.UTC(2026, 0, 15, 0, 0, 0),
  settled: COUNT,
  delivered: COUNT,
  refunded: COUNT,
  owed: COUNT,
  cancelled: COUNT,
  expired: COUNT,
};

const RESULTS = resultsOf(SALE, SHIFT);

/** One good line of each kind, and what it means. */
const GOOD: readonly (readonly [line: string, means: object])[] = [
  ['{"op":"hello","events":true}', { ask: 'echo' }],
  ['{"op":"charge","ref":"INV-1","amount":15000}', { ask: 'sale', amount: 15_000, reference: 'INV-1' }],
  [
    '{"op":"charge","ref":"INV-1","amount":1,"deadline_s":10}',
    { ask: 'sale', amount: 1, reference: 'INV-1', patienceMs: 10_000 },
  ],
  ['{"op":"cancel","ref":"INV-1"}', { ask: 'cancel', sale: { by: 'reference', reference: 'INV-1' } }],
  ['{"op":"status"}', { ask: 'inquiry', sale: { by: 'last' } }],
  ['{"op":"status","ref":"INV-1"}', { ask: 'inquiry', sale: { by: 'reference', reference: 'INV-1' } }],
  ['{"op":"status","rrn":"307515001470"}', { ask: 'inquiry', sale: { by: 'rrn', rrn: '307515001470' } }],
  ['{"op":"status","invoice":207}', { ask: 'inquiry', sale: { by: 'invoice', invoice: 207 } }],
  ['{"op":"refund","ref":"INV-1"}', { ask: 'refund', sale: { by: 'reference', reference: 'INV-1' } }],
  [
    '{"op":"refund","invoice":207,"amount":15000}',
    { ask: 'refund', sale: { by: 'invoice', invoice: 207 }, amount: 15_000 },
  ],
  ['{"op":"reprint"}', { ask: 'reprint', sale: { by: 'last' } }],
  ['{"op":"totals","id":"a"}', { ask: 'totals' }],
  ['{"op":"endOfDay","id":"2026-01-15"}', { ask: 'endOfDay' }],
  ['{"op":"display","lines":["Total","Rp15.000"]}', { ask: 'display', lines: ['Total', 'Rp15.000'] }],
  ['{"op":"display","lines":[]}', { ask: 'display', lines: [] }],
  ['{"op":"print","lines":["é 😀"]}', { ask: 'print', lines: ['é 😀'] }],
];

function request(line: string): JsonRequest {
  const read = readRequest(line);
  if (!read.ok) throw new Error(`${line}: ${JSON.stringify(read.error)}`);
  return read.value;
}

describe('a request', () => {
  const answers: string[] = [];

  afterAll(() => {
    expect(answers.length).toBeGreaterThan(20);
    expect(unlawful(answers, 'answer')).toEqual([]);
  });

  it.each(GOOD)('%s is understood', (line, means) => {
    expect(asQuestion(request(line))).toEqual(means);
  });

  it('is good by the schema, too, each of them', () => {
    expect(
      unlawful([...GOOD.map(([line]) => line), '{"op":"ack","ref":"INV-1","taken":false}'], 'request'),
    ).toEqual([]);
  });

  it('is the same request with other white space, another order of fields, or escapes', () => {
    const canon = Buffer.from(canonical(request('{"op":"charge","ref":"INV-1","amount":15000}'))).toString();
    for (const line of [
      ' { "amount" : 15000 , "ref" : "INV-1" , "op" : "charge" } ',
      '{"op":"charge","amount":15000.0,"ref":"INV\\u002d1"}',
      '{"op":"\\u0063harge","amount":15e3,"ref":"INV-1"}',
    ])
      expect(Buffer.from(canonical(request(line))).toString()).toBe(canon);
    expect(canon).toBe('{"op":"charge","ref":"INV-1","amount":15000}\n');
  });

  it.each([
    ['{"op":"charge","amount":15000}', 'ref', 'nothing', /1 to 64/],
    ['{"op":"charge","ref":"","amount":15000}', 'ref', '""', /1 to 64/],
    ['{"op":"charge","ref":"A B","amount":15000}', 'ref', '"A B"', /A-Z a-z 0-9/],
    [`{"op":"charge","ref":"${'a'.repeat(65)}","amount":1}`, 'ref', `"${'a'.repeat(56)}...`, /1 to 64/],
    ['{"op":"charge","ref":"A"}', 'amount', 'nothing', /whole number of rupiah/],
    ['{"op":"charge","ref":"A","amount":"15000"}', 'amount', '"15000"', /without quotes/],
    ['{"op":"charge","ref":"A","amount":0}', 'amount', '0', /1 to 999999999999/],
    ['{"op":"charge","ref":"A","amount":-1}', 'amount', '-1', /1 to/],
    ['{"op":"charge","ref":"A","amount":15000.5}', 'amount', '15000.5', /whole/],
    ['{"op":"charge","ref":"A","amount":1e12}', 'amount', '1000000000000', /1 to/],
    ['{"op":"charge","ref":"A","amount":null}', 'amount', 'null', /whole/],
    ['{"op":"charge","ref":"A","amount":1,"amount":2}', 'amount', 'the same field twice', /once/],
    ['{"op":"charge","ref":"A","amount":1,"\\u0061mount":2}', 'amount', 'the same field twice', /once/],
    ['{"op":"charge","ref":"A","amount":1,"deadline":60}', 'deadline', '60', /deadline_s/],
    ['{"op":"charge","ref":"A","amount":1,"deadline_s":5}', 'deadline_s', '5', /10 to 900/],
    ['{"op":"charge","ref":"A","amount":1,"__proto__":{}}', '__proto__', '{}', /deadline_s/],
    ['{"op":"cancel"}', 'ref', 'nothing', /1 to 64/],
    ['{"op":"refund"}', 'ref', 'nothing', /never goes back by a guess/],
    ['{"op":"status","ref":"A","rrn":"307515001470"}', 'rrn', '"307515001470"', /named once/],
    ['{"op":"status","rrn":"12"}', 'rrn', '"12"', /12 digits/],
    ['{"op":"status","id":7}', 'id', '7', /a text/],
    ['{"op":"display","lines":["1","2","3","4","5"]}', 'lines', '["1","2","3","4","5"]', /0 to 4/],
    ['{"op":"display","lines":["a\\nb"]}', 'lines', '["a\\nb"]', /control/],
    ['{"op":"print","lines":[]}', 'lines', '[]', /1 to 200/],
    ['{"op":"print","lines":["\\ud800"]}', 'lines', '["\\ud800"]', /control/],
    ['{"op":7}', 'op', '7', /hello, charge/],
    ['{}', 'op', 'nothing', /hello, charge/],
    ['[]', 'line', '[]', /one JSON object/],
    ['{"op":"charge"', 'line', '{"op":"charge"', /one JSON object/],
  ])('%s is wrong: its field, what was found, what is allowed', (line, field, found, allowed) => {
    const read = readRequest(line);
    if (read.ok) throw new Error('it was taken');
    expect(read.error).toMatchObject({ field, found });
    expect(read.error.allowed).toMatch(allowed);
    answers.push(Buffer.from(encodeWrong(read.error)).toString());
  });

  it('forges no line of the log, whatever its fields are called', () => {
    for (const line of ['{"op":"hello","a\\nERROR b":"\\u009b\\n"}', '{"a\\nb":1,"a\\nb":2}']) {
      const read = readRequest(line);
      if (read.ok) throw new Error('it was taken');
      const { field, found, allowed } = read.error;
      expect(`${field} ${found} ${allowed}`).not.toMatch(/\p{Cc}/u);
    }
  });

  it('that is wrong is answered with whatever of its names could be read', () => {
    const read = readRequest('{"op":"charge","ref":"A-1","amount":"x"}');
    if (read.ok) throw new Error('it was taken');
    expect(JSON.parse(Buffer.from(encodeWrong(read.error)).toString())).toEqual({
      msg: 'answer',
      op: 'charge',
      ref: 'A-1',
      code: 'invalid',
      field: 'amount',
      found: '"x"',
      allowed: 'a whole number of rupiah, 1 to 999999999999, without quotes',
    });
  });

  it('of an operation that we do not know is asked about, so that it is answered', () => {
    expect(asQuestion(request('{"op":"tip","ref":"A","percent":10}'))).toEqual({
      ask: 'unsupported',
      type: 'tip',
    });
    expect(asQuestion(request('{"op":"constructor"}'))).toEqual({ ask: 'unsupported', type: 'constructor' });
  });
});

describe('an answer', () => {
  const frames = GOOD.map(([line]) => canonical(request(line)));

  it('is good by the schema, whatever was asked and whatever became of it', () => {
    const all = [...frames, Buffer.from('{"op":"tip"}\n'), new Uint8Array(), Uint8Array.of(2, 0xff)].flatMap(
      (frame) => RESULTS.map((result) => Buffer.from(encodeAnswer(frame, result, OPTIONS)).toString()),
    );
    expect(all.filter((line) => !/^[^\n]+\n$/.test(line))).toEqual([]);
    expect(unlawful(all, 'answer')).toEqual([]);
  });

  it('to a charge says everything about the sale', () => {
    const frame = canonical(request('{"op":"charge","ref":"INV-1","amount":15000}'));
    expect(Buffer.from(encodeAnswer(frame, { result: 'approved', sale: SALE }, OPTIONS)).toString()).toBe(
      '{"msg":"answer","op":"charge","ref":"INV-1","code":"approved","sale":{"ref":"INV-1","order_id":"T1-01ARZ3NDEKTSV4RRFFQ69G5FAV","amount":15000,"rrn":"307515001470","approval":"153318","invoice":207,"time":"2026-01-15T10:15:30+07:00","issuer":"gopay"},"ack":true}\n',
    );
  });

  it('to a charge is the same whichever repeat it answers, also when no frame of it is known any more', () => {
    const answers = [
      canonical(request('{"op":"charge","ref":"INV-1","amount":15000}')),
      canonical(request('{"op":"charge","ref":"INV-1","amount":15000,"deadline_s":60}')),
      new Uint8Array(),
    ].map((frame) =>
      Buffer.from(encodeAnswer(frame, { result: 'approved', sale: SALE }, OPTIONS)).toString(),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it('is not made of bytes of another protocol, and does not crash on them', () => {
    expect(readAnswer(Uint8Array.of(2, 1, 0x50, 0xff))).toBeUndefined();
    expect(readAnswer(Buffer.from('7\n'))).toBeUndefined();
  });
});

describe('an event', () => {
  it('is good by the schema, each of them, and carries the QR as it is', () => {
    const told = {
      frame: canonical(request('{"op":"charge","ref":"INV-1","amount":15000}')),
      orderId: SALE.orderId,
      amount: SALE.amount,
    };
    const payload = '00020101021226610014COM.GO-JEK.WWW63041A2B';
    const lines = [
      encodeProgress({ ...told, step: 'charging' }),
      encodeProgress({ ...told, reference: 'INV-1', step: 'scan', payload, leftMs: 299_999 }),
      encodeProgress({ ...told, frame: new Uint8Array(), reference: 'INV-1', step: 'closing' }),
      encodeEnded({ msg: 'answer', op: 'charge', ref: 'INV-1', code: 'busy' }),
    ].map((bytes) => Buffer.from(bytes).toString());
    expect(unlawful(lines, 'event')).toEqual([]);
    expect(lines.map((line) => JSON.parse(line).ref)).toEqual(['INV-1', 'INV-1', 'INV-1', 'INV-1']);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ event: 'scan', qr: payload, left_s: 299 });
  });
});
