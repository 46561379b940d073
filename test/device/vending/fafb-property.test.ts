import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FafbFrameParser } from '../../../devices/vending/fafb/frame.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime } from '../../kit/time.js';
import { concat, spoiled } from '../register/frames.js';
import { frame, press, recorded, result, slotInfo } from './fafb-frames.js';
import { fafbMachine } from './machines.js';

const frames = [
  ...['poll', 'ack', 'press-12', 'success-12', 'jam-12', 'slot-12'].map(recorded),
  press(3, 0),
  slotInfo(4, 300, 4_500),
  press(5, 300),
  result(6, 1, 300),
  frame(0x31, 7),
  frame(0x52, 8, 1, 2, 3),
  Uint8Array.of(0xfa, 0xfb, 0x42, 0x01, 0x43),
];

/** Bytes as a bad line brings them: frames, halves, noise, and the bytes that steer the protocol. */
const piece = fc.oneof(
  fc.constantFrom(...frames),
  fc.uint8Array({ maxLength: 24 }),
  fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => bytes.map((b) => [0xfa, 0xfb, 0x41, 0x42, 0x05, 0x03, 0x00, 0xff][b % 8] ?? 0)),
  fc.constantFrom(...frames).map(spoiled),
  fc.tuple(fc.constantFrom(...frames), fc.nat(16)).map(([whole, length]) => whole.subarray(0, length)),
  fc.tuple(fc.constantFrom(...frames), fc.nat(16), fc.nat(255)).map(([whole, at, byte]) => {
    const copy = Uint8Array.from(whole);
    copy[at % copy.length] = byte;
    return copy;
  }),
);

/** A second opinion: whether a valid choice of `slot` stands somewhere in the stream. */
function chosenIn(stream: Uint8Array, slot: number): boolean {
  for (let at = 0; at + 8 <= stream.length; at += 1) {
    const [a, b, command, length, , high, low, sum] = stream.subarray(at, at + 8);
    if (a !== 0xfa || b !== 0xfb || command !== 5 || length !== 3) continue;
    if ((high ?? 0) * 256 + (low ?? 0) !== slot) continue;
    if (stream.subarray(at, at + 7).reduce((x, y) => x ^ y, 0) === sum) return true;
  }
  return false;
}

function cutUp(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const cut of cuts) {
    pieces.push(stream.subarray(at, at + cut));
    at += cut;
  }
  return [...pieces, stream.subarray(at)];
}

let tried = 0;

it('no stream of bytes crashes the driver, grows it, or asks for a slot that no valid frame chose', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.array(fc.nat(20), { maxLength: 20 }),
      (pieces, cuts) => {
        tried += 1;
        const stream = concat(...pieces);
        const line = new FakeLine();
        const machine = fafbMachine({ line, timers: new FakeTime(), log: new KeptLog() });
        machine.start((event) => {
          if (event.kind === 'asked') expect(chosenIn(stream, Number(event.request.item))).toBe(true);
        });
        line.open();
        for (const bytes of cutUp(stream, cuts)) line.bring(bytes);
        // Nothing that was not paid turns a motor or tells of money, and nobody is answered who did not speak.
        const commands = line.writes.map((written) => written[2] ?? 0);
        expect(commands.filter((command) => ![0x42, 0x31, 0x05].includes(command))).toEqual([]);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(tried).toBe(3_000);
});

it('a valid frame after any noise is found, once the line was silent', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 10 }),
      fc.constantFrom(...frames.slice(0, -1)),
      (pieces, whole) => {
        const parser = new FafbFrameParser();
        for (const noise of pieces) parser.push(noise);
        parser.silence();
        expect(parser.pending()).toBe(false);
        const events = parser.push(whole);
        expect(
          events.map((event) => event.kind === 'frame' && Buffer.from(event.frame.bytes).equals(whole)),
        ).toEqual([true]);
      },
    ),
    { numRuns: 2_000 },
  );
});
