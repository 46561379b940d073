import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvdevKeypad, type EvdevKeypadOptions } from '../../../devices/keypad/evdev.js';
import { RecordReader, recordSize } from '../../../devices/keypad/records.js';
import type { KeySource, KeySourceHandlers } from '../../../devices/keypad/source.js';
import { fromHex } from '../../../src/base/bytes.js';
import { isKey, readPadKey } from '../../../src/base/key.js';
import type { KeypadEvent } from '../../../src/port/keypad.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeTime } from '../../kit/time.js';
import { change, press, record } from './records.js';

const SIZES = [16, 24] as const;
const ARCH = { 16: 'arm', 24: 'arm64' } as const;
const NUMLOCK = 69;

/** A pad whose bytes, plug and handlers are in the test's hand. */
class FakeSource implements KeySource {
  readonly name = 'pad';
  handlers: KeySourceHandlers | undefined;
  opens = 0;

  open(handlers: KeySourceHandlers): () => void {
    this.opens += 1;
    this.handlers = handlers;
    return () => {
      this.handlers = undefined;
    };
  }
}

function setUp(size: 16 | 24 = 24, options: Partial<EvdevKeypadOptions> = {}) {
  const source = new FakeSource();
  const timers = new FakeTime();
  const log = new KeptLog();
  const events: KeypadEvent[] = [];
  const keypad = new EvdevKeypad({ source, timers, log, arch: ARCH[size], ...options });
  keypad.start((event) => events.push(event));
  source.handlers?.opened({ grab: 'held' });
  const type = (...codes: readonly number[]): void => source.handlers?.bytes(press(size, ...codes));
  const keys = (): string => events.flatMap((event) => (event.kind === 'key' ? [event.key] : [])).join(' ');
  return { source, timers, log, events, keypad, type, keys };
}

describe('an input record', () => {
  it('is 24 bytes for a 64-bit process and 16 for a 32-bit one', () => {
    expect(['x64', 'arm64', 'riscv64', 'arm', 'ia32'].map(recordSize)).toEqual([24, 24, 24, 16, 16]);
  });

  it('is read from the bytes of the kernel', () => {
    const wide = fromHex('00f1536500000000 0000000000000000 0100 4c00 01000000') ?? new Uint8Array();
    const narrow = fromHex('00f15365 00000000 0100 4c00 01000000') ?? new Uint8Array();
    const expected = [{ atMs: 0x6553f100 * 1_000, type: 1, code: 76, value: 1 }];
    expect(new RecordReader(24).push(wide)).toEqual(expected);
    expect(new RecordReader(16).push(narrow)).toEqual(expected);
  });

  it('is the same wherever reads cut it', () => {
    for (const size of SIZES) {
      const bytes = press(size, 79, 76, 96);
      const whole = new RecordReader(size).push(bytes);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const reader = new RecordReader(size);
        expect([...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))]).toEqual(whole);
      }
    }
  });
});

describe('a keypad', () => {
  it('gives digits from the pad, the main row, the phone block and the pad without NumLock', () => {
    for (const size of SIZES) {
      const { type, keys } = setUp(size);
      type(82, 79, 80, 81, 75, 76, 77, 71, 72, 73);
      type(11, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      type(512, 513, 514, 515, 516, 517, 518, 519, 520, 521);
      type(110, 107, 108, 109, 105, 76, 106, 102, 103, 104);
      expect(keys()).toBe(Array.from({ length: 4 }, () => '0 1 2 3 4 5 6 7 8 9').join(' '));
    }
  });

  it('gives enter, cancel and back from each key that means it', () => {
    const { type, keys } = setUp();
    type(28, 96, 352, 1, 74, 223, 14, 355);
    expect(keys()).toBe('enter enter enter cancel cancel cancel back back');
  });

  it('gives nothing for keys that have no use here', () => {
    const { type, keys } = setUp();
    type(83, 111, 121, 98, 55, 117, 15, 30, 767);
    expect(keys()).toBe('');
  });

  it('asks to hear the last announcement again by plus, once for a finger that rests on it', () => {
    const { source, events } = setUp();
    for (const value of [1, 2, 2, 0]) source.handlers?.bytes(change(24, 78, value));
    expect(events).toEqual([{ kind: 'present' }, { kind: 'again' }]);
  });

  it('is not disturbed by NumLock around each digit', () => {
    const { type, keys } = setUp();
    type(NUMLOCK, 79, NUMLOCK, NUMLOCK, 76, NUMLOCK);
    expect(keys()).toBe('1 5');
  });

  it('takes three zeros within a millisecond as three', () => {
    const { type, keys } = setUp();
    type(79, 82, 82, 82);
    expect(keys()).toBe('1 0 0 0');
  });

  it('does not repeat a digit, enter or cancel under a resting finger, but does repeat backspace', () => {
    const { source, keys } = setUp();
    for (const code of [76, 96, 223, 14]) {
      source.handlers?.bytes(change(24, code, 1));
      for (let i = 0; i < 3; i += 1) source.handlers?.bytes(change(24, code, 2));
      source.handlers?.bytes(change(24, code, 0));
    }
    expect(keys()).toBe('5 enter cancel back back back back');
  });

  it('clears one digit by a short press of CLEAR, and all by a long one', () => {
    const repeats = setUp();
    const hold = (atMs: number, value: number): void =>
      repeats.source.handlers?.bytes(change(24, 355, value, atMs));
    hold(5_000, 1);
    for (let atMs = 5_250; atMs < 6_500; atMs += 33) hold(atMs, 2);
    hold(6_500, 0);
    expect(repeats.keys()).toBe('back clear');
    const silent = setUp();
    silent.source.handlers?.bytes(change(24, 355, 1, 5_000));
    silent.source.handlers?.bytes(change(24, 355, 0, 5_700));
    silent.source.handlers?.bytes(change(24, 355, 1, 6_000));
    silent.source.handlers?.bytes(change(24, 355, 0, 6_200));
    expect(silent.keys()).toBe('back clear back');
  });

  it('confirms with # and cancels with * of a pad of twelve keys', () => {
    const { type, keys } = setUp();
    type(513, 517, 512, 512, 512, 523, 522);
    expect(keys()).toBe('1 5 0 0 0 enter cancel');
  });

  it('can be told what the keys of a pad of twelve mean, as its settings have it', () => {
    const texts = ['522=erase', '523=000', '515=none', '516=enter'];
    const map = new Map(texts.flatMap((text) => readPadKey(text) ?? []).map(({ code, key }) => [code, key]));
    const { type, keys } = setUp(24, { map });
    type(513, 522, 514, 523, 515, 516);
    expect(keys()).toBe('1 back 2 000 enter');
    for (const text of [
      '',
      '523',
      '523=',
      '=enter',
      '0=enter',
      '768=enter',
      '523=ok',
      ' 523=enter',
      '523=Enter',
      '-1=1',
    ])
      expect(readPadKey(text)).toBeUndefined();
  });

  it('can be told what an odd pad means', () => {
    const { type, keys } = setUp(24, {
      map: new Map([
        [98, '00'],
        [55, '000'],
        [78, 'clear'],
      ]),
    });
    type(79, 98, 55, 78);
    expect(keys()).toBe('1 00 000 clear');
  });

  it('voids the entry when the kernel dropped keys, and reads on after the broken packet', () => {
    const { source, events, keys } = setUp();
    source.handlers?.bytes(press(24, 79));
    source.handlers?.bytes(record(24, 0, 3, 0));
    source.handlers?.bytes(record(24, 1, 76, 1));
    source.handlers?.bytes(record(24, 0, 0, 0));
    source.handlers?.bytes(press(24, 77));
    expect(keys()).toBe('1 6');
    expect(events.map((event) => event.kind)).toEqual(['present', 'key', 'gone', 'present', 'key']);
  });

  it('is present only when it can be read, says gone once, and comes back', async () => {
    const { source, timers, events, keypad, keys } = setUp();
    source.handlers?.bytes(press(24, 79).subarray(0, 30));
    source.handlers?.gone('unplugged', 'ENODEV: no such device, read');
    for (const waitMs of [500, 1_000, 2_000]) {
      await timers.pass(waitMs);
      source.handlers?.gone('absent', 'ENOENT: no such file or directory');
    }
    await timers.pass(4_000);
    source.handlers?.opened({ grab: 'held' });
    source.handlers?.bytes(press(24, 76));
    expect(events).toEqual([
      { kind: 'present' },
      { kind: 'gone', why: 'E103 ENODEV: no such device, read' },
      { kind: 'present' },
      { kind: 'key', key: '5' },
    ]);
    expect(keys()).toBe('5');
    await keypad.stop();
    expect(source.handlers).toBeUndefined();
  });

  it('says gone once when it was never there, and stops trying when it is stopped', async () => {
    const source = new FakeSource();
    const timers = new FakeTime();
    const events: KeypadEvent[] = [];
    const keypad = new EvdevKeypad({ source, timers, log: new KeptLog(), arch: 'x64' });
    keypad.start((event) => events.push(event));
    source.handlers?.gone('absent', 'no such file');
    await timers.pass(500);
    source.handlers?.gone('absent', 'no such file');
    expect(events).toEqual([{ kind: 'gone', why: 'E101 no such file' }]);
    await keypad.stop();
    await timers.pass(60_000);
    expect(source.opens).toBe(2);
    expect(timers.waiting()).toEqual([]);
  });

  it('works without the grab, and says so', () => {
    const source = new FakeSource();
    const log = new KeptLog();
    const events: KeypadEvent[] = [];
    const keypad = new EvdevKeypad({ source, timers: new FakeTime(), log, arch: 'x64' });
    keypad.start((event) => events.push(event));
    source.handlers?.opened({ grab: 'failed', why: 'errno 25' });
    expect(events).toEqual([{ kind: 'present' }]);
    expect(log.lines.some((text) => text.startsWith('warn E104'))).toBe(true);
  });

  it('survives any bytes, and gives only keys', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SIZES),
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 60 }),
            fc.tuple(fc.nat(4), fc.nat(600), fc.integer({ min: -1, max: 3 })).map((r) => record(24, ...r)),
            fc.tuple(fc.nat(4), fc.nat(600), fc.integer({ min: -1, max: 3 })).map((r) => record(16, ...r)),
          ),
          { maxLength: 30 },
        ),
        (size, pieces) => {
          const { source, events, type } = setUp(size);
          for (const piece of pieces) source.handlers?.bytes(piece);
          for (const event of events) if (event.kind === 'key') expect(isKey(event.key)).toBe(true);
          // After an unplug it reads as if nothing had been.
          source.handlers?.gone('unplugged', 'gone');
          expect(events.at(-1)?.kind).toBe('gone');
          type(76);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
