import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Line } from '../../../devices/kit/line.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterQuestion, RegisterResult } from '../../../src/base/register-messages.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { Register, RegisterEvent } from '../../../src/port/register.js';
import { KeptLog } from '../../kit/kept-log.js';
import { until } from '../../kit/pty/until.js';
import type { FakeTime } from '../../kit/time.js';
import { concat } from './frames.js';

/** The register's end of a line, and the hand on the plug. */
export interface RegisterWire<L = Line> {
  readonly line: L;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  /** Ends when the driver's line has brought all of it. */
  send(bytes: Uint8Array): Promise<void>;
  take(count: number): Promise<Uint8Array>;
  /** What the driver has sent and nobody has taken. */
  takeAll(): Uint8Array;
  remove(): Promise<void>;
}

/** What a register needs to answer. */
export type Hand = Pick<RegisterWire, 'send' | 'take'>;

/** One protocol, in frames that a register would send. */
export interface RegisterSubject<L = Line> {
  make(line: L, timers: Timers, log: Log): Register;
  readonly question: Uint8Array;
  readonly means: RegisterQuestion;
  readonly another: Uint8Array;
  readonly anotherMeans: RegisterQuestion;
  /** Absent where the transport has none. */
  readonly wrongChecksum?: Uint8Array;
  /** Bytes that are no part of any frame. */
  readonly garbage: Uint8Array;
  readonly unknownType: Uint8Array;
  readonly result: RegisterResult;
  /** What the driver says to a good and to a bad frame, and the register to a good answer. */
  readonly taken: Uint8Array;
  readonly refused: Uint8Array;
  /** What it says to half a frame; default `refused`. */
  readonly unfinished?: Uint8Array;
  readonly acknowledgement: Uint8Array;
  /** At least as long as the silence after which half a frame is given up. */
  readonly silenceMs: number;
  /** At least as long as all sends of an answer together. */
  readonly patienceMs: number;
  /** A question as the session is told of it; by default with all the bytes that were on the wire. */
  readonly frameOf?: (question: Uint8Array) => Uint8Array;
  /** The register's side of an answer that it takes; by default one message and one acknowledgement. */
  hears?(wire: Hand, answer: Uint8Array): Promise<void>;
  /** What is on the wire of an answer before the register has said anything; by default all of it. */
  readonly begins?: (answer: Uint8Array) => Uint8Array;
  /** False where nothing is sent twice. */
  readonly sendsAgain?: boolean;
}

async function hearsAll(acknowledgement: Uint8Array, wire: Hand, answer: Uint8Array): Promise<void> {
  expect(hex(await wire.take(answer.length))).toBe(hex(answer));
  await wire.send(acknowledgement);
}

/** What every register driver has to do, over whatever carries its bytes. */
export function registerContract<L = Line>(
  title: string,
  subject: RegisterSubject<L>,
  makeWire: () => RegisterWire<L>,
  makeTimers: () => FakeTime,
): void {
  describe(title, () => {
    let wire: RegisterWire<L>;
    let timers: FakeTime;
    let register: Register;
    let events: RegisterEvent[];
    const asked = (): string[] =>
      events.flatMap((e) => (e.kind === 'asked' ? [JSON.stringify(e.question)] : []));
    const seen = (kind: RegisterEvent['kind']): number => events.filter((e) => e.kind === kind).length;
    const means = JSON.stringify(subject.means);
    const frame = subject.frameOf?.(subject.question) ?? subject.question;
    const unknownFrame = subject.frameOf?.(subject.unknownType) ?? subject.unknownType;
    const hears = (answer: Uint8Array): Promise<void> =>
      subject.hears?.(wire, answer) ?? hearsAll(subject.acknowledgement, wire, answer);
    const begins = subject.begins ?? ((answer: Uint8Array) => answer);
    const anotherMeans = JSON.stringify(subject.anotherMeans);

    beforeEach(async () => {
      wire = makeWire();
      timers = makeTimers();
      events = [];
      register = subject.make(wire.line, timers, new KeptLog());
      await wire.plug();
      register.start((event) => events.push(event));
      await until('the register to be present', () => seen('present') === 1);
    });

    afterEach(async () => {
      await register.stop();
      await wire.remove();
    });

    it('takes a question, says so at once, and passes it on with its bytes', async () => {
      await wire.send(subject.question);
      expect(hex(await wire.take(subject.taken.length))).toBe(hex(subject.taken));
      expect(asked()).toEqual([means]);
      const event = events.find((e) => e.kind === 'asked');
      expect(event?.kind === 'asked' && hex(event.frame)).toBe(hex(frame));
    });

    it('takes a question that comes in two pieces, wherever it is cut', async () => {
      for (let cut = 1; cut < subject.question.length; cut += 1) {
        await wire.send(subject.question.subarray(0, cut));
        await wire.send(subject.question.subarray(cut));
        expect(hex(await wire.take(subject.taken.length)), `cut at ${cut}`).toBe(hex(subject.taken));
      }
      expect(asked()).toEqual(Array.from({ length: subject.question.length - 1 }, () => means));
    });

    it('takes a question that comes byte by byte', async () => {
      for (const byte of subject.question) await wire.send(Uint8Array.of(byte));
      expect(hex(await wire.take(subject.taken.length))).toBe(hex(subject.taken));
      expect(asked()).toEqual([means]);
    });

    it('takes two questions in one read, in their order', async () => {
      await wire.send(concat(subject.question, subject.another));
      await wire.take(2 * subject.taken.length);
      expect(asked()).toEqual([means, anotherMeans]);
    });

    it('finds a question between garbage', async () => {
      await wire.send(concat(subject.garbage, subject.question, subject.garbage));
      expect(hex(await wire.take(subject.taken.length))).toBe(hex(subject.taken));
      expect(asked()).toEqual([means]);
      await timers.pass(subject.silenceMs);
      await wire.send(subject.another);
      await wire.take(subject.taken.length);
      expect(asked()).toEqual([means, anotherMeans]);
    });

    const { wrongChecksum } = subject;
    if (wrongChecksum !== undefined)
      it('refuses a wrong checksum, asks nothing, and takes the question when it is sent again', async () => {
        await wire.send(wrongChecksum);
        expect(hex(await wire.take(subject.refused.length))).toBe(hex(subject.refused));
        expect(asked()).toEqual([]);
        await wire.send(subject.question);
        expect(hex(await wire.take(subject.taken.length))).toBe(hex(subject.taken));
        expect(asked()).toEqual([means]);
      });

    it('gives up half a question after a silence, says so, and is ready for the next', async () => {
      await wire.send(subject.question.subarray(0, Math.floor(subject.question.length / 2)));
      await timers.pass(subject.silenceMs);
      const unfinished = subject.unfinished ?? subject.refused;
      expect(hex(await wire.take(unfinished.length))).toBe(hex(unfinished));
      await wire.send(subject.question);
      expect(hex(await wire.take(subject.taken.length))).toBe(hex(subject.taken));
      expect(asked()).toEqual([means]);
    });

    it('forgets half a question when the cable is pulled in the middle of it', async () => {
      const half = Math.floor(subject.question.length / 2);
      await wire.send(subject.question.subarray(0, half));
      // A line that listens has said `gone` before anybody dialled.
      const before = seen('gone');
      await wire.unplug();
      await until('the register to be gone', () => seen('gone') > before);
      await wire.plug();
      await until('the register to be back', () => seen('present') === 2);
      await wire.send(subject.question.subarray(half));
      await timers.pass(subject.silenceMs);
      expect(asked()).toEqual([]);
      wire.takeAll();
      await wire.send(subject.question);
      await until('the question', () => asked().length === 1);
      expect(asked()).toEqual([means]);
    });

    it('answers, and knows that the answer was taken', async () => {
      await wire.send(subject.question);
      await wire.take(subject.taken.length);
      const answer = register.encode(frame, subject.result);
      const outcome = register.send(answer, frame);
      await hears(answer);
      expect(await outcome).toBe('acknowledged');
    });

    it('gives the same bytes for the same question and result, as often as it is asked', () => {
      const answers = [1, 2, 3].map(() => hex(register.encode(frame, subject.result)));
      expect(new Set(answers).size).toBe(1);
    });

    it('asks the session about types that it does not know, so that they are answered', async () => {
      await wire.send(subject.unknownType);
      await wire.take(subject.taken.length);
      expect(asked().map((text) => JSON.parse(text).ask)).toEqual(['unsupported']);
      const answer = register.encode(unknownFrame, { result: 'unsupported' });
      const outcome = register.send(answer, unknownFrame);
      await hears(answer);
      expect(await outcome).toBe('acknowledged');
    });

    it('says gone about an answer when the cable is pulled and stays out', async () => {
      await wire.send(subject.question);
      await wire.take(subject.taken.length);
      const answer = register.encode(frame, subject.result);
      const outcome = register.send(answer, frame);
      await wire.take(begins(answer).length);
      // A line that listens has said `gone` before anybody dialled.
      const before = seen('gone');
      await wire.unplug();
      await until('the register to be gone', () => seen('gone') > before);
      await timers.pass(subject.patienceMs);
      expect(await outcome).toBe('gone');
      expect(await register.send(answer, frame)).toBe('gone');
    });

    const again = subject.sendsAgain === false ? 'after a while' : 'after sending it again';
    it(`says silent about an answer that nobody acknowledges, ${again}`, async () => {
      await wire.send(subject.question);
      await wire.take(subject.taken.length);
      const answer = register.encode(frame, subject.result);
      let outcome: string | undefined;
      void register.send(answer, frame).then((became) => {
        outcome = became;
      });
      let received = 0;
      while (outcome === undefined) {
        received += wire.takeAll().length;
        await timers.pass(500);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(outcome).toBe('silent');
      // What was sent last may still be on the wire, and two copies may come in one read.
      const once = begins(answer).length;
      const least = subject.sendsAgain === false ? once : 2 * once;
      await until(`${least} bytes of the answer`, () => {
        received += wire.takeAll().length;
        return received >= least;
      });
    });
  });
}
