import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Carrier, VtkFrameParser } from '../../../devices/vending/vendotek/frame.js';
import { vendotekMachine } from './machines.js';
import { Bench } from './rig.js';
import { abr, crcByHand, fin, idl, serial, VtkListener, vrp, vtk } from './vtk-frames.js';

const FRAMES = [
  idl(),
  idl([0x05, '10']),
  vrp('1795612346', '7', '1500000'),
  vrp('1795612347', '8', '750000'),
  vrp('6', '7', '1500000'),
  vrp('9', '7', '1500050'),
  fin('1795612346', '7', '1500000'),
  fin('1795612346', '7', '0'),
  fin('6', '7', '1500000'),
  abr('1795612346'),
  vtk([[1, 'DIS']]),
  vtk([
    [1, 'IDL'],
    [0x0a, 'x'.repeat(300)],
  ]),
];

/** Frames as a bad line brings them: whole, cut, with a byte changed, and noise that looks like the head of one. */
function piece(carrier: Carrier): fc.Arbitrary<Uint8Array> {
  const frames = carrier === 'serial' ? FRAMES.map(serial) : FRAMES;
  const frame = fc.constantFrom(...frames);
  return fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc
      .uint8Array({ minLength: 1, maxLength: 10 })
      .map((bytes) => bytes.map((b) => [0x1f, 0x00, 0x14, 0x96, 0xfb, 0x01, 0x03][b % 7] ?? 0)),
    { weight: 5, arbitrary: frame },
    fc.tuple(frame, fc.nat(30)).map(([bytes, length]) => bytes.subarray(0, length)),
    fc.tuple(frame, fc.nat(40), fc.nat(255)).map(([bytes, at, byte]) => {
      const copy = Uint8Array.from(bytes);
      copy[at % copy.length] = byte;
      return copy;
    }),
  );
}

/** A second opinion: how many requests stand anywhere in what came, whole and with the right checksum. */
function requestsIn(stream: Uint8Array, carrier: Carrier): number {
  const lead = carrier === 'serial' ? 1 : 0;
  let found = 0;
  for (let at = 0; at + lead + 4 <= stream.length; at += 1) {
    const [high = 0, low = 0, who, kind] = stream.subarray(at + lead, at + lead + 4);
    if ((lead === 1 && stream[at] !== 0x1f) || who !== 0x96 || kind !== 0xfb) continue;
    const end = at + lead + 2 + high * 256 + low;
    const whole = stream.subarray(at, end);
    if (Buffer.from(stream.subarray(at + lead + 4, at + lead + 9)).toString('latin1') !== '\x01\x03VRP')
      continue;
    if (end + 2 * lead > stream.length) continue;
    const crc = (stream[end] ?? 0) * 256 + (stream[end + 1] ?? 0);
    if (lead === 0 || crc === crcByHand([...whole])) found += 1;
  }
  return found;
}

const move = fc.constantFrom('none', 'none', 'none', 'pay', 'deny', 'time', 'plug');

for (const carrier of ['tcp', 'serial'] as const)
  it(`no stream of bytes over ${carrier} crashes the driver, asks for what no frame asked for, or approves what is not paid`, async () => {
    let asked = 0;
    let approved = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(piece(carrier), move), { maxLength: 30, size: 'large' }),
        async (script) => {
          const bench = new Bench(({ line, timers, log }) => vendotekMachine({ carrier, line, timers, log }));
          bench.line.open();
          let stream: number[] = [];
          let requests = 0;
          let paid = 0;
          const payable = new Set<string>();
          for (const [part, then] of script) {
            stream.push(...part);
            bench.line.bring(part);
            const newest = bench.requests().at(-1);
            if (then === 'pay' && newest !== undefined) {
              paid += 1;
              const [, number = ''] = newest.reference.split('-');
              payable.add(number);
              await bench.pay(newest);
            }
            if (then === 'deny' && newest !== undefined) bench.machine.deny(newest, { why: 'busy' });
            if (then === 'time') await bench.timers.pass(5_000);
            if (then === 'plug') {
              bench.line.drop();
              bench.line.open();
            }
            if (then === 'plug' || then === 'time') {
              requests += requestsIn(Uint8Array.from(stream), carrier);
              stream = [];
            }
          }
          requests += requestsIn(Uint8Array.from(stream), carrier);
          await bench.timers.pass(300_000);
          const listener = new VtkListener(carrier);
          const answers = bench.wrote().flatMap((write) => listener.hear(write));
          const approvals = answers.filter((m) => m.get(1) === 'VRP' && m.get(4) !== '0');
          expect(bench.requests().length).toBeLessThanOrEqual(requests);
          for (const answer of approvals) expect([...payable]).toContain(answer.get(3));
          expect(bench.outcomes).toHaveLength(paid);
          asked += bench.requests().length;
          approved += approvals.length;
          await bench.machine.stop();
          expect(bench.timers.waiting()).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
    // The scripts get somewhere.
    expect(asked).toBeGreaterThan(300);
    expect(approved).toBeGreaterThan(30);
  });

for (const carrier of ['tcp', 'serial'] as const)
  it(`no stream of bytes makes the ${carrier} parser grow, or hides the frame that comes after a silence`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece(carrier), fc.uint8Array({ maxLength: 3_000 })), { maxLength: 12 }),
        (pieces) => {
          const parser = new VtkFrameParser(carrier);
          for (const part of pieces)
            for (const event of parser.push(part)) {
              if (event.kind === 'noise') expect(event.first.length).toBeLessThanOrEqual(32);
              if (event.kind === 'bad') expect(event.bytes.length).toBeLessThanOrEqual(32);
            }
          parser.silence();
          expect(parser.pending()).toBe(false);
          const frame = carrier === 'serial' ? serial(idl()) : idl();
          expect(parser.push(frame).map(({ kind }) => kind)).toEqual(['body']);
        },
      ),
      { numRuns: 2_000 },
    );
  });

it('a stream means the same when it is cut in other places', () => {
  fc.assert(
    fc.property(fc.array(piece('serial'), { maxLength: 8 }), fc.nat(300), (pieces, cut) => {
      const stream = Buffer.concat(pieces);
      const whole = new VtkFrameParser('serial');
      const parts = new VtkFrameParser('serial');
      const expected = [...whole.push(stream), ...whole.silence()];
      const got = [
        ...parts.push(stream.subarray(0, cut)),
        ...parts.push(stream.subarray(cut)),
        ...parts.silence(),
      ];
      expect(got).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});
