import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoardLineParser } from '../../../devices/vending/mdb-qibixx/lines.js';
import { qibixxMachine } from './machines.js';
import { Bench, bytes } from './rig.js';

const LINES = [
  'r,ACK',
  'v,4.0.2.0,0123456789ab',
  'c,0',
  'c,1',
  'c,SET,OK',
  'c,STATUS,INACTIVE',
  'c,STATUS,DISABLED',
  'c,STATUS,ENABLED',
  'c,STATUS,IDLE,0',
  'c,STATUS,VEND,15000,17',
  'c,STATUS,VEND,7500.00',
  'c,STATUS,VEND,1.5,3',
  'c,VEND,SUCCESS',
  'c,ERR,VEND 3',
  'c,ERR,VEND 1',
  'c,ERR,"cashless is off"',
];

/** Lines as a bad cable brings them: whole, cut, with a byte changed, and noise. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  { weight: 4, arbitrary: fc.constantFrom(...LINES).map((line) => bytes(`${line}\n`)) },
  fc.tuple(fc.constantFrom(...LINES), fc.nat(24)).map(([line, length]) => bytes(line.slice(0, length))),
  fc.tuple(fc.constantFrom(...LINES), fc.nat(24), fc.nat(255)).map(([line, at, byte]) => {
    const copy = bytes(`${line}\n`);
    copy[at % copy.length] = byte;
    return copy;
  }),
);

/** What the test does between two reads: nothing, a payment, a refusal, time, the plug. */
const move = fc.constantFrom('none', 'none', 'none', 'pay', 'deny', 'time', 'plug');

/** A second opinion: how often a whole line that is a request stands in everything that came. */
function requestsIn(stream: string): number {
  return stream.split(/[\r\n]/).filter((line) => /(^|[^\x20-\x7e])c,STATUS,VEND,[^,]*(,[^,]*)?$/.test(line))
    .length;
}

it('no stream of bytes crashes the driver, asks for what no whole line asked for, or approves what is not paid', async () => {
  let asked = 0;
  let approved = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(piece, move), { maxLength: 30, size: 'large' }), async (script) => {
      const bench = new Bench(({ line, timers, log }) =>
        qibixxMachine({ line, timers, log, session: 'authorization-first' }),
      );
      bench.line.open();
      const ready = (): void => {
        for (const line of ['v,1,2', 'c,0', 'c,1', 'c,STATUS,ENABLED']) bench.line.bring(bytes(`${line}\n`));
      };
      ready();
      let stream = '';
      let paid = 0;
      for (const [part, then] of script) {
        stream += Buffer.from(part).toString('latin1');
        bench.line.bring(part);
        const newest = bench.requests().at(-1);
        if (then === 'pay' && newest !== undefined) {
          paid += 1;
          await bench.pay(newest);
        }
        if (then === 'deny' && newest !== undefined) bench.machine.deny(newest, { why: 'busy' });
        if (then === 'time') await bench.timers.pass(5_000);
        // A silence and a pulled plug end a line as no line end does.
        if (then === 'time' || then === 'plug') stream += '\0';
        if (then === 'plug') {
          bench.line.drop();
          bench.line.open();
          ready();
        }
      }
      await bench.timers.pass(300_000);
      const wrote = bench.wrote().map((line) => Buffer.from(line).toString('latin1'));
      const approvals = wrote.filter((line) => /^C,VEND,[^-]/.test(line)).length;
      expect(bench.requests().length).toBeLessThanOrEqual(requestsIn(stream));
      expect(approvals).toBeLessThanOrEqual(Math.min(paid, bench.requests().length));
      asked += bench.requests().length;
      approved += approvals;
      // Each payment got its word in time, and each request one reference.
      expect(bench.outcomes).toHaveLength(paid);
      expect(new Set(bench.requests().map((r) => r.reference)).size).toBe(bench.requests().length);
      await bench.machine.stop();
      expect(bench.timers.waiting()).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
  // The scripts get somewhere.
  expect(asked).toBeGreaterThan(300);
  expect(approved).toBeGreaterThan(30);
});

it('no stream of bytes makes the parser grow, or hides the line that comes after a silence', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.uint8Array({ maxLength: 400 })), { maxLength: 20 }), (pieces) => {
      const parser = new BoardLineParser();
      for (const part of pieces)
        for (const event of parser.push(part)) {
          if (event.kind === 'line') expect(event.text.length).toBeLessThanOrEqual(120);
          else expect(event.first.length).toBeLessThanOrEqual(32);
        }
      parser.silence();
      expect(parser.pending()).toBe(false);
      expect(parser.push(bytes('c,STATUS,VEND,1,2\n'))).toEqual([
        { kind: 'line', text: 'c,STATUS,VEND,1,2' },
      ]);
    }),
    { numRuns: 5_000 },
  );
});

it('a stream means the same when it is cut in other places', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(200), (pieces, cut) => {
      const stream = Buffer.concat(pieces);
      const lines = (...parts: readonly Uint8Array[]): string[] => {
        const parser = new BoardLineParser();
        return parts.flatMap((part) => parser.push(part).flatMap((e) => (e.kind === 'line' ? [e.text] : [])));
      };
      expect(lines(stream.subarray(0, cut), stream.subarray(cut))).toEqual(lines(stream));
    }),
    { numRuns: 2_000 },
  );
});
