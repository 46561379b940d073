import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LineEvent } from '../../../devices/kit/line.js';
import { SerialLine } from '../../../devices/kit/serial-line.js';
import { hex } from '../../../src/base/bytes.js';
import { KeptLog } from '../../kit/kept-log.js';
import { Pty } from '../../kit/pty/pty.js';
import { until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';

describe('a serial line over a pty', () => {
  let pty: Pty;
  let timers: FakeTime;
  let log: KeptLog;
  let line: SerialLine;
  let events: LineEvent[];
  const kinds = (): string[] => events.map((event) => event.kind);
  const brought = (): string =>
    events.map((event) => (event.kind === 'bytes' ? hex(event.bytes) : '')).join('');
  const start = (): void => line.start((event) => events.push(event));
  const isOpen = (times = 1): Promise<void> =>
    until(
      `the line to open ${times} times`,
      () => kinds().filter((kind) => kind === 'open').length === times,
    );
  /** An unplug between two reads gives no event: then it is the look at the device file, now and then, that tells. */
  const isGone = async (): Promise<void> => {
    const gone = (): boolean => kinds().includes('gone');
    for (let looks = 0; looks < 1_000 && !gone(); looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const [next] = timers.waiting();
      if (!gone() && next !== undefined) await timers.pass(next);
    }
    await until('the line to be gone', gone);
  };

  beforeEach(() => {
    pty = new Pty();
    timers = new FakeTime();
    log = new KeptLog();
    events = [];
    line = new SerialLine({ path: pty.path, baudRate: 9_600, timers, log });
  });

  afterEach(async () => {
    await line.stop();
    await pty.remove();
  });

  it('brings and takes every byte as it is', async () => {
    await pty.plug();
    start();
    await isOpen();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    pty.send(all);
    await until('256 bytes', () => brought().length === 512);
    expect(brought()).toBe(hex(all));
    expect(await line.write(all)).toBe(true);
    expect(hex(await pty.take(256))).toBe(hex(all));
  });

  it('says gone when the cable is pulled, waits longer each time, and opens again when it is back', async () => {
    await pty.plug();
    start();
    await isOpen();
    await pty.unplug();
    await isGone();
    expect(await line.write(Uint8Array.of(1))).toBe(false);
    for (const waitMs of [500, 1_000, 2_000, 4_000, 5_000, 5_000]) {
      await until(`a wait of ${waitMs}`, () => timers.waiting().length === 1);
      expect(timers.waiting()).toEqual([waitMs]);
      await timers.pass(waitMs);
    }
    await until('the next wait', () => timers.waiting().length === 1);
    await pty.plug();
    await timers.pass(5_000);
    await isOpen(2);
    expect(kinds()).toEqual(['open', 'gone', 'open']);
    pty.send(Uint8Array.of(0x06));
    await until('a byte after the replug', () => brought() === '06');
  });

  it('says absent once while there is no such device, and opens when there is', async () => {
    start();
    await isGone();
    expect(events).toMatchObject([{ kind: 'gone', cause: 'absent' }]);
    await timers.pass(500);
    await until('the second attempt', () => timers.waiting()[0] === 1_000);
    await pty.plug();
    await timers.pass(1_000);
    await isOpen();
    expect(kinds()).toEqual(['gone', 'open']);
  });

  it('notices by itself that another device has taken the name', async () => {
    await pty.plug();
    start();
    await isOpen();
    const other = new Pty();
    await other.plug();
    try {
      // Both are alive: only the file tells that the open one is no longer the one with the name.
      await until('the watch', () => timers.waiting().includes(5_000));
      pty.point(other.path);
      await timers.pass(5_000);
      await isGone();
      expect(events.at(-1)).toMatchObject({
        kind: 'gone',
        cause: 'lost',
        why: 'the device file has been replaced',
      });
    } finally {
      await other.remove();
    }
  });

  it.each(['is gone', 'has been replaced'])(
    'notices that its device %s right after it was opened',
    async (how) => {
      await pty.plug();
      const other = new Pty();
      await other.plug();
      try {
        // The device that is open lives on, so that nothing but the file can tell.
        line.start((event) => {
          events.push(event);
          if (kinds().length === 1) pty.point(how === 'is gone' ? '/nonexistent' : other.path);
        });
        await until('the loss', () => kinds().includes('gone'));
        expect(events).toMatchObject([{ kind: 'open' }, { kind: 'gone', why: `the device file ${how}` }]);
      } finally {
        await other.remove();
      }
    },
  );

  it('gives up a write that nobody reads, and closing then does not end the process', async () => {
    await pty.plug();
    start();
    await isOpen();
    pty.freeze();
    const write = line.write(new Uint8Array(300_000));
    await until('the limit of the write', () => timers.waiting().length >= 1);
    await timers.pass(5_000);
    expect(await write).toBe(false);
    await isGone();
    expect(events.at(-1)).toMatchObject({ kind: 'gone', cause: 'stuck' });
  });

  it('stops in the middle of a blocked write', async () => {
    await pty.plug();
    start();
    await isOpen();
    pty.freeze();
    const write = line.write(new Uint8Array(300_000));
    await line.stop();
    expect(await write).toBe(false);
    expect(kinds()).toEqual(['open']);
    expect(timers.waiting()).toEqual([]);
  });

  it('stops while it is opening, and says nothing afterwards', async () => {
    await pty.plug();
    start();
    await line.stop();
    await timers.pass(60_000);
    expect(events).toEqual([]);
    expect(timers.waiting()).toEqual([]);
    await line.stop();
  });
});
