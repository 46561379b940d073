import { describe, expect, it } from 'vitest';
import type { FafbOptions } from '../../../devices/vending/fafb/driver.js';
import { FafbFrameParser, wrapFafb } from '../../../devices/vending/fafb/frame.js';
import { progressOf } from '../../../devices/vending/fafb/message.js';
import { hex } from '../../../src/base/bytes.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import type { VendingEvent } from '../../../src/port/vending.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime, settled } from '../../kit/time.js';
import { concat } from '../register/frames.js';
import { frame, press, recorded, result, slotInfo } from './fafb-frames.js';
import { fafbMachine } from './machines.js';

const POLL = recorded('poll');
const ACK = recorded('ack');

function setUp(options: Partial<FafbOptions> = {}) {
  const line = new FakeLine();
  const timers = new FakeTime();
  const log = new KeptLog();
  const events: VendingEvent[] = [];
  const machine = fafbMachine({ line, timers, log, ...options });
  /** How many frames had been written when each event came. */
  const writesAt: number[] = [];
  machine.start((event) => {
    events.push(event);
    writesAt.push(line.writes.length);
  });
  line.open();
  const wrote = (): string[] => line.writes.splice(0).map(hex);
  /** What a poll is answered with. */
  const poll = (): string => {
    line.bring(POLL);
    return wrote().join(' ');
  };
  const requests = (): VendRequest[] => events.flatMap((e) => (e.kind === 'asked' ? [e.request] : []));
  const asked = (): VendRequest => {
    const request = requests().at(-1);
    if (request === undefined) throw new Error('nothing was asked');
    return request;
  };
  /** Up to where the price of slot 12 is known. */
  const ready = (): void => {
    poll();
    poll();
    line.bring(concat(ACK, recorded('slot-12')));
    wrote();
  };
  const outcomes: VendOutcome[] = [];
  const vend = (request: VendRequest): void =>
    void machine.vend(request).then((outcome) => outcomes.push(outcome));
  return {
    line,
    timers,
    log,
    events,
    machine,
    wrote,
    poll,
    requests,
    asked,
    ready,
    vend,
    outcomes,
    writesAt,
  };
}

describe('the frames of the description', () => {
  it('are what a whole sale puts on the wire, byte for byte', async () => {
    const { line, machine, poll, wrote, asked, vend, outcomes } = setUp();
    expect(poll()).toBe(hex(recorded('ack')));
    expect(poll()).toBe(hex(frame(0x31, 1)));
    line.bring(concat(ACK, recorded('slot-12')));
    expect(wrote()).toEqual([hex(ACK)]);
    line.bring(recorded('press-12'));
    expect(wrote()).toEqual([hex(ACK)]);
    expect(asked()).toMatchObject({ amount: 15_000, item: '12' });
    vend(asked());
    await settled();
    expect(wrote()).toEqual([]);
    expect(poll()).toBe(hex(recorded('drive-12')));
    line.bring(ACK);
    expect(poll()).toBe(hex(ACK));
    line.bring(concat(result(8, 1, 12), recorded('success-12')));
    await settled();
    expect(outcomes).toEqual([{ vend: 'done', detail: '02 dispensed' }]);
    expect(machine.repeats).toBe(false);
  });

  it('are read and written by the same tables', () => {
    for (const [name, bytes] of [
      ['drive-12', wrapFafb(0x06, 2, [1, 0, 0, 12])],
      ['money-15000', wrapFafb(0x27, 1, [9, 0, 0, 0x3a, 0x98])],
      ['poll', wrapFafb(0x41)],
      ['ack', wrapFafb(0x42)],
    ] as const)
      expect([name, hex(bytes)]).toEqual([name, hex(recorded(name))]);
  });

  it('tell of money in the unit of the controller', async () => {
    const { line, poll, asked, ready, vend, machine } = setUp({ deliver: 'money', priceUnit: rupiah(100) });
    ready();
    line.bring(slotInfo(9, 12, 150));
    line.bring(recorded('press-12'));
    line.writes.splice(0);
    expect(asked().amount).toBe(15_000);
    vend(asked());
    expect(poll()).toBe(hex(frame(0x27, 2, 9, 0, 0, 0, 150)));
    expect(machine.refuses(rupiah(15_050))).toMatch(/multiple of Rp100/);
    expect(machine.refuses(rupiah(15_100))).toBeUndefined();
  });
});

describe('an answer', () => {
  it('is on the wire before anybody is told of the question', () => {
    const { line, ready, writesAt, events } = setUp();
    ready();
    line.bring(press(7, 12));
    line.bring(press(8, 0));
    expect(events.map(({ kind }) => kind)).toEqual(['present', 'asked', 'gaveUp']);
    expect(writesAt).toEqual([1, 1, 2]);
  });

  it('goes to the newest of the polls that piled up, and to every message', () => {
    const { line, wrote, ready } = setUp();
    ready();
    line.bring(concat(POLL, POLL, POLL));
    expect(wrote()).toEqual([hex(ACK)]);
    line.bring(concat(POLL, press(7, 12), result(8, 1, 12), POLL));
    expect(wrote()).toEqual([hex(ACK), hex(ACK), hex(ACK)]);
  });

  it('goes to a repeated message, too, which is asked only once', () => {
    const { line, wrote, requests, ready } = setUp();
    ready();
    for (let i = 0; i < 5; i += 1) line.bring(press(7, 12));
    expect(wrote()).toHaveLength(5);
    expect(requests()).toHaveLength(1);
  });

  it('is a command six times at most, under one number', async () => {
    const { poll, line, asked, ready, vend, log } = setUp();
    ready();
    line.bring(press(7, 12));
    line.writes.splice(0);
    vend(asked());
    await settled();
    const answers = Array.from({ length: 8 }, () => poll());
    expect(answers.filter((answer) => answer === hex(frame(0x06, 2, 1, 0, 0, 12)))).toHaveLength(6);
    expect(answers.slice(6)).toEqual([hex(ACK), hex(ACK)]);
    expect(log.lines.some((text) => text.includes('E333'))).toBe(true);
  });
});

describe('a choice', () => {
  it('of a slot without a known price is refused with a reason, and the slots are asked for', () => {
    const { line, poll, requests, ready, log } = setUp();
    ready();
    line.bring(press(7, 13));
    line.writes.splice(0);
    expect(requests()).toEqual([]);
    expect(log.lines.some((text) => text.includes('E331 slot 13'))).toBe(true);
    expect(poll()).toBe(hex(frame(0x31, 2)));
    line.bring(ACK);
    expect(poll()).toBe(hex(frame(0x05, 3, 0, 0)));
    line.bring(concat(ACK, slotInfo(8, 13, 7_000), press(9, 13)));
    expect(requests()).toMatchObject([{ amount: 7_000, item: '13' }]);
  });

  it('of a slot that is paused, costs nothing, or more than can be, is refused', () => {
    const { line, requests, ready, log } = setUp({ priceUnit: rupiah(1_000) });
    ready();
    line.bring(concat(slotInfo(1, 21, 5_000, 1), press(2, 21)));
    line.bring(concat(slotInfo(3, 22, 0), press(4, 22)));
    line.bring(concat(slotInfo(5, 23, 0xffff_ffff), press(6, 23)));
    expect(requests()).toEqual([]);
    expect(log.lines.filter((text) => text.includes('E331'))).toHaveLength(3);
  });

  it('of another slot takes the place of the first; of the same, changes nothing', () => {
    const { line, events, requests, ready } = setUp();
    ready();
    line.bring(concat(slotInfo(6, 300, 4_500), press(7, 12), press(8, 12), press(9, 300)));
    expect(requests().map(({ item }) => item)).toEqual(['12', '300']);
    expect(events.map(({ kind }) => kind)).toEqual(['present', 'asked', 'gaveUp', 'asked']);
  });

  it('while something is dispensed is not taken', async () => {
    const { line, poll, asked, requests, ready, vend, events } = setUp();
    ready();
    line.bring(press(7, 12));
    vend(asked());
    await settled();
    line.writes.splice(0);
    poll();
    line.bring(concat(ACK, slotInfo(6, 300, 4_500), press(8, 300), press(9, 0)));
    expect(requests()).toHaveLength(1);
    expect(events.map(({ kind }) => kind)).toEqual(['present', 'asked']);
  });

  it('whose ACK was lost is no second choice, though the first was denied before it was said again', () => {
    const { line, machine, asked, requests, ready, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    machine.deny(asked(), { why: 'failed', code: 530 });
    // The fastest that is said: no poll between. The slowest: five times again, a poll behind each.
    line.bring(press(7, 12));
    for (let sent = 1; sent < 6; sent += 1) {
      poll();
      line.bring(press(7, 12));
    }
    expect(requests()).toHaveLength(1);
    // Only the first and the last of six were heard at all.
    for (let polls = 0; polls < 10; polls += 1) poll();
    line.bring(press(7, 12));
    expect(requests()).toHaveLength(1);
  });

  it('that was denied can be made again at once by a board that counts its frames', () => {
    const { line, machine, asked, requests, ready } = setUp();
    ready();
    line.bring(press(7, 12));
    machine.deny(asked(), { why: 'busy' });
    line.bring(press(8, 12));
    expect(requests()).toHaveLength(2);
  });

  it('that was denied can be made again a few seconds later by a board that does not count its frames', () => {
    const { line, machine, asked, requests, ready, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    machine.deny(asked(), { why: 'busy' });
    for (let polls = 0; polls < 12; polls += 1) poll();
    line.bring(press(7, 12));
    expect(requests()).toHaveLength(2);
  });

  it('costs what the menu of the controller has changed it to; a change of many is asked for', () => {
    const { line, poll, requests, ready } = setUp();
    ready();
    line.bring(concat(frame(0x12, 6, 0, 12, 0, 0, 0x4e, 0x20), press(7, 12)));
    expect(requests()).toMatchObject([{ amount: 20_000 }]);
    line.bring(concat(press(8, 0), frame(0x12, 9, 0x03, 0xe9, 0, 0, 0, 1)));
    line.writes.splice(0);
    expect(poll()).toBe(hex(frame(0x31, 2)));
    line.bring(concat(ACK, press(10, 12)));
    expect(requests()).toHaveLength(1);
  });
});

describe('report on the goods', () => {
  it('about another slot, or before the command has left, is not about this sale', async () => {
    const { line, asked, ready, vend, outcomes, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    vend(asked());
    line.bring(result(8, 2, 12));
    await settled();
    expect(outcomes).toEqual([]);
    poll();
    line.bring(concat(result(9, 2, 300), result(10, 3, 12)));
    await settled();
    expect(outcomes).toEqual([{ vend: 'failed', detail: '03 the slot is jammed' }]);
  });

  it('in no list leaves the question open until the time is over', async () => {
    const { line, timers, asked, ready, vend, outcomes, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    vend(asked());
    line.writes.splice(0);
    poll();
    line.bring(concat(ACK, result(8, 0x77, 12)));
    await timers.pass(60_000);
    expect(outcomes).toMatchObject([{ vend: 'unknown' }]);
    expect(outcomes[0]?.detail).toMatch(/within 60 s; 77 a status that is in no list/);
  });

  it('that comes late is told under the reference of its sale, once', async () => {
    const { line, timers, asked, ready, vend, events, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    const { reference } = asked();
    vend(asked());
    poll();
    line.bring(ACK);
    await timers.pass(60_000);
    line.bring(concat(result(8, 1, 12), result(9, 2, 12), result(10, 2, 12)));
    const late = events.filter((e) => e.kind === 'vended');
    expect(late).toMatchObject([{ reference, outcome: { vend: 'done' } }]);
  });

  it('has a meaning for every number', () => {
    const meanings = Array.from({ length: 256 }, (_, status) => progressOf(status).progress);
    expect(meanings.filter((progress) => progress === 'done')).toHaveLength(2);
    expect(progressOf(0xff).progress).toBe('failed');
    expect(progressOf(0x10)).toEqual({ progress: 'moving', words: '10 the elevator goes up' });
  });
});

describe('a controller that falls silent', () => {
  it('is gone after 5 seconds; a command that it has not fetched is never sent, and the sale has failed', async () => {
    const { line, timers, asked, ready, vend, outcomes, events, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    vend(asked());
    await timers.pass(10_000);
    expect(outcomes).toMatchObject([{ vend: 'failed' }]);
    expect(events.at(-1)).toEqual({ kind: 'gone', why: 'E330 the controller does not poll' });
    line.writes.splice(0);
    expect([poll(), poll()]).toEqual([hex(ACK), hex(frame(0x31, 3))]);
  });

  it('does not get a command again when it is back, and the sale is unknown', async () => {
    const { line, timers, asked, ready, vend, outcomes, poll, wrote } = setUp();
    ready();
    line.bring(press(7, 12));
    vend(asked());
    wrote();
    expect(poll()).toBe(hex(frame(0x06, 2, 1, 0, 0, 12)));
    line.drop();
    line.open();
    expect([poll(), poll(), poll()].filter((bytes) => bytes.startsWith('fafb06'))).toEqual([]);
    await timers.pass(60_000);
    expect(outcomes).toMatchObject([{ vend: 'unknown' }]);
  });

  it('never gets a second drive for one sale', async () => {
    const { line, asked, ready, vend, outcomes, poll } = setUp();
    ready();
    line.bring(press(7, 12));
    const request = asked();
    vend(request);
    vend(request);
    poll();
    line.bring(concat(ACK, result(8, 2, 12)));
    await settled();
    vend(request);
    await settled();
    expect(outcomes.map(({ vend: end }) => end)).toEqual(['unknown', 'done', 'unknown']);
    line.writes.splice(0);
    expect(poll()).toBe(hex(ACK));
  });
});

describe('an acknowledgement with a length of 1', () => {
  const commandsLeft = (bytes: Uint8Array): string => {
    const { line, poll } = setUp();
    poll();
    expect(poll()).toBe(hex(frame(0x31, 1)));
    line.bring(bytes);
    return poll();
  };

  it('is taken with and without the byte that it promises', () => {
    expect(commandsLeft(frame(0x42, 9))).toBe(hex(ACK));
    expect(commandsLeft(frame(0x42, 0x42))).toBe(hex(ACK));
    for (const last of [0x42, 0x43]) {
      expect(commandsLeft(Uint8Array.of(0xfa, 0xfb, 0x42, 0x01, last))).toBe(hex(ACK));
      const parser = new FafbFrameParser();
      parser.push(Uint8Array.of(0xfa, 0xfb, 0x42, 0x01, last));
      expect(parser.silence()).toMatchObject([{ kind: 'frame', frame: { command: 0x42 } }]);
    }
  });
});
