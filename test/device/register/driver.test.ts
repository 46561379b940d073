import { describe, expect, it } from 'vitest';
import { type FixedFrameOptions, FixedFrameRegister } from '../../../devices/register/fixed-frame/driver.js';
import { FRAME_PROFILES } from '../../../devices/register/fixed-frame/profiles.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterEvent, SendOutcome } from '../../../src/port/register.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeLine } from '../../kit/pty/fake-line.js';
import { FakeTime, settled } from '../../kit/time.js';
import { concat, recorded, spoiled } from './frames.js';

const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);
const sale = recorded('question-sale-15000');
const qris = recorded('question-qris-15000');

function setUp(options: Partial<FixedFrameOptions> = {}, peer: 'cable' | 'caller' = 'cable') {
  const line = new FakeLine(peer);
  const timers = new FakeTime();
  const log = new KeptLog();
  const events: RegisterEvent[] = [];
  const shop = { merchantId: '000885000015999', terminalId: 'DHMPN003' };
  const register = new FixedFrameRegister({ line, timers, log, ...shop, ...options });
  register.start((event) => events.push(event));
  line.open();
  const answer = register.encode(qris, { result: 'busy' });
  const sends: SendOutcome[] = [];
  const send = (): void => void register.send(answer, qris).then((outcome) => sends.push(outcome));
  const wrote = (): string[] => line.writes.splice(0).map(hex);
  return { line, timers, log, events, register, answer, send, sends, wrote };
}

describe('an answer on its way', () => {
  it('is one write, and is over when the register says ACK', async () => {
    const { line, timers, answer, send, sends, wrote } = setUp();
    send();
    await settled();
    expect(wrote()).toEqual([hex(answer)]);
    expect(timers.waiting()).toEqual([3_000]);
    line.bring(ACK);
    line.bring(ACK);
    await settled();
    expect(sends).toEqual(['acknowledged']);
    expect(timers.waiting()).toEqual([]);
    expect(wrote()).toEqual([]);
  });

  it('is sent three times in all into silence, three seconds apart', async () => {
    const { timers, answer, send, sends, wrote } = setUp();
    send();
    await settled();
    for (const copies of [1, 1, 1, 0]) {
      expect(wrote()).toEqual(Array.from({ length: copies }, () => hex(answer)));
      await timers.pass(2_999);
      expect(wrote()).toEqual([]);
      await timers.pass(1);
    }
    expect(sends).toEqual(['silent']);
  });

  it('is sent again at once on NAK, and no more often than into silence', async () => {
    const { line, answer, send, sends, wrote } = setUp();
    send();
    await settled();
    for (let i = 0; i < 5; i += 1) {
      line.bring(NAK);
      await settled();
    }
    expect(wrote()).toEqual([hex(answer), hex(answer), hex(answer)]);
    // It says itself that it did not get it, whatever is assumed of silence.
    expect(sends).toEqual(['unheard']);
  });

  it('is sent once to a register that never acknowledges, where the settings say so', async () => {
    for (const acknowledge of ['assumed', 'required'] as const) {
      const options = { acknowledge, resends: 0, ackWaitMs: 1_000 };
      const { timers, answer, send, sends, wrote, log } = setUp(options);
      send();
      await settled();
      await timers.pass(1_000);
      expect(wrote()).toEqual([hex(answer)]);
      expect(sends).toEqual(['silent']);
      // What is assumed is no fault.
      expect(log.lines.some((line) => line.includes('E204'))).toBe(acknowledge === 'required');
    }
  });

  it('that refuses is sent once and taken as heard, where registers acknowledge a yes and nothing else', async () => {
    const { register, timers, sends, wrote } = setUp({ profile: FRAME_PROFILES.mandiri });
    const asked = recorded('mandiri-question-sale-23');
    for (const result of ['busy', 'echo'] as const) {
      const question = result === 'echo' ? recorded('mandiri-question-echo') : asked;
      const answer = register.encode(question, { result });
      void register.send(answer, question).then((outcome) => sends.push(outcome));
      await settled();
      await timers.pass(9_000);
      expect(wrote()).toEqual(Array.from({ length: result === 'echo' ? 3 : 1 }, () => hex(answer)));
    }
    expect(sends).toEqual(['assumed', 'silent']);
  });

  it('is silent, not gone, when the caller hangs up with it, where an acknowledgement is assumed', async () => {
    for (const [acknowledge, again, expected] of [
      ['assumed', false, 'silent'],
      ['assumed', true, 'gone'],
      ['required', false, 'gone'],
    ] as const) {
      const { line, timers, send, sends, events } = setUp({ acknowledge, resends: 0 }, 'caller');
      line.bring(qris);
      send();
      await settled();
      line.drop();
      line.open();
      expect(events.at(-2)).toMatchObject({ kind: 'gone', unread: true });
      // Who asks again has not heard it.
      if (again) line.bring(qris);
      await timers.pass(3_000);
      expect(sends, `${acknowledge} ${again}`).toEqual([expected]);
    }
  });

  it('is silent, not gone, when a caller who had read it all closes the connection in order', async () => {
    for (const [again, expected] of [
      [false, 'silent'],
      [true, 'gone'],
    ] as const) {
      const { line, timers, send, sends, events } = setUp({ resends: 0 }, 'caller');
      line.bring(qris);
      send();
      await settled();
      line.drop(true);
      expect(events.at(-1)).toEqual({ kind: 'gone', why: 'E202 unplugged' });
      line.open();
      if (again) line.bring(qris);
      await timers.pass(3_000);
      expect(sends).toEqual([expected]);
    }
  });

  it('may be unheard, whatever is assumed, when the line has fallen since the question', async () => {
    for (const acknowledge of ['assumed', 'required'] as const) {
      const { line, timers, send, sends } = setUp({ acknowledge, resends: 0 });
      line.bring(qris);
      line.drop();
      line.open();
      send();
      await settled();
      await timers.pass(3_000);
      line.bring(qris);
      send();
      await settled();
      await timers.pass(3_000);
      expect(sends).toEqual(['unheard', 'silent']);
    }
  });

  it('waits no longer than a question can cross it, where an acknowledgement is assumed', async () => {
    const { timers, send, sends } = setUp({ acknowledge: 'assumed', resends: 0 });
    send();
    await settled();
    expect(timers.waiting()).toEqual([1_500]);
    await timers.pass(1_500);
    expect(sends).toEqual(['silent']);
  });

  it('is gone, whatever is assumed, when it was not written, or when a cable was pulled', async () => {
    const caller = setUp({ acknowledge: 'assumed', resends: 0 }, 'caller');
    caller.line.bring(qris);
    caller.line.outcomes.push(false);
    caller.send();
    await settled();
    expect(caller.sends).toEqual(['gone']);
    const cable = setUp({ acknowledge: 'assumed', resends: 0 });
    cable.send();
    await settled();
    cable.line.drop();
    await cable.timers.pass(3_000);
    expect(cable.sends).toEqual(['gone']);
  });

  it('is gone when the line is not open, or fails while it is written', async () => {
    const { line, send, sends, wrote } = setUp();
    line.outcomes.push(false);
    send();
    await settled();
    expect(sends).toEqual(['gone']);
    line.drop();
    wrote();
    send();
    await settled();
    expect(sends).toEqual(['gone', 'gone']);
    expect(wrote()).toEqual([]);
  });

  it('is acknowledged by a register that closes its port and opens it again to say so', async () => {
    const { line, timers, send, sends, wrote } = setUp();
    send();
    await settled();
    wrote();
    line.drop();
    await timers.pass(1_000);
    line.open();
    line.bring(ACK);
    await settled();
    expect(sends).toEqual(['acknowledged']);
    expect(wrote()).toEqual([]);
  });

  it('is not sent again on a line that was reopened, where it would answer another question', async () => {
    const { line, timers, send, sends, wrote } = setUp();
    send();
    await settled();
    wrote();
    line.drop();
    line.open();
    await timers.pass(10_000);
    expect(sends).toEqual(['gone']);
    expect(wrote()).toEqual([]);
  });

  it('is not sent a second time for a question that crossed it: its copy would answer the next one', async () => {
    const { line, timers, events, send, sends, wrote } = setUp();
    send();
    await settled();
    wrote();
    line.bring(qris);
    line.bring(ACK);
    await settled();
    expect(sends).toEqual(['acknowledged']);
    line.bring(qris);
    await timers.pass(10_000);
    // The word that both questions came whole, and nothing else; the second is the next customer's.
    expect(wrote()).toEqual([hex(ACK), hex(ACK)]);
    expect(events.filter((e) => e.kind === 'asked')).toHaveLength(1);
  });

  it('is its own copy, in its time, where the question came again and no acknowledgement did', async () => {
    const { line, timers, events, answer, send, sends, wrote } = setUp();
    send();
    await settled();
    line.bring(qris);
    await timers.pass(9_000);
    expect(wrote().filter((bytes) => bytes !== hex(ACK))).toEqual([1, 2, 3].map(() => hex(answer)));
    expect(sends).toEqual(['silent']);
    expect(events.filter((e) => e.kind === 'asked')).toHaveLength(0);
  });

  it('is asked for anew where it has no copies and the question came again, and at once after a break', async () => {
    const { line, timers, events, send, sends, wrote } = setUp({ resends: 0 });
    const asked = () => events.filter((e) => e.kind === 'asked').length;
    send();
    await settled();
    line.bring(qris);
    await timers.pass(2_999);
    expect(asked()).toBe(0);
    await timers.pass(1);
    expect(asked()).toBe(1);
    expect(sends).toEqual(['silent']);
    send();
    await settled();
    line.drop();
    line.open();
    line.bring(qris);
    await settled();
    expect(asked()).toBe(2);
    expect(sends).toEqual(['silent', 'gone']);
    expect(wrote().filter((bytes) => bytes !== hex(ACK))).toHaveLength(2);
  });

  it('of which nobody says that it was heard is asked for anew at once', async () => {
    const { line, events, send, sends } = setUp({ acknowledge: 'assumed' });
    send();
    await settled();
    line.bring(qris);
    await settled();
    expect(events.filter((e) => e.kind === 'asked')).toHaveLength(1);
    expect(sends).toEqual(['silent']);
  });

  it('is given up when the register asks the next thing instead of acknowledging', async () => {
    const { line, timers, events, send, sends, wrote } = setUp();
    send();
    await settled();
    wrote();
    line.bring(sale);
    await timers.pass(10_000);
    expect(sends).toEqual(['silent']);
    expect(wrote()).toEqual([hex(ACK)]);
    expect(events.filter((e) => e.kind === 'asked')).toHaveLength(1);
  });

  it('waits for the one before it', async () => {
    const { line, answer, send, sends, wrote } = setUp();
    send();
    send();
    await settled();
    expect(wrote()).toEqual([hex(answer)]);
    line.bring(ACK);
    await settled();
    expect(wrote()).toEqual([hex(answer)]);
    expect(sends).toEqual(['acknowledged']);
    line.bring(ACK);
    await settled();
    expect(sends).toEqual(['acknowledged', 'acknowledged']);
  });

  it('is gone when the driver stops, and nothing is left running', async () => {
    const { line, timers, register, send, sends } = setUp();
    line.bring(sale.subarray(0, 20));
    send();
    await settled();
    await register.stop();
    await settled();
    expect(sends).toEqual(['gone']);
    expect(timers.waiting()).toEqual([]);
    expect(line.stopped).toBe(true);
  });

  it('goes to the caller who asked, not to one who has dialled since', async () => {
    const { line, send, sends, wrote } = setUp({}, 'caller');
    line.bring(qris);
    line.drop();
    line.open();
    wrote();
    send();
    await settled();
    expect(sends).toEqual(['gone']);
    expect(wrote()).toEqual([]);
    line.bring(qris);
    send();
    await settled();
    expect(wrote()).toHaveLength(2);
  });
});

describe('link control', () => {
  it('starts the inter-byte time anew with each byte', async () => {
    const { line, timers, wrote } = setUp();
    for (let i = 0; i < 4; i += 1) {
      line.bring(sale.subarray(i * 30, i * 30 + 30));
      await timers.pass(499);
    }
    expect(wrote()).toEqual([]);
    await timers.pass(1);
    expect(wrote()).toEqual([hex(NAK)]);
    await timers.pass(10_000);
    expect(wrote()).toEqual([]);
  });

  it('answers a wrong checksum with one NAK, and nothing when the silence comes', async () => {
    const { line, timers, wrote, log } = setUp();
    line.bring(spoiled(sale));
    expect(wrote()).toEqual([hex(NAK)]);
    await timers.pass(10_000);
    expect(wrote()).toEqual([]);
    expect(log.lines.some((text) => text.startsWith('warn') && text.includes('E205'))).toBe(true);
  });

  it('accepts a wrong checksum with a warning where the settings say so', () => {
    const { line, wrote, events, log } = setUp({ lrc: 'warn' });
    line.bring(concat(sale.subarray(0, -1), Uint8Array.from(Buffer.from('16'))));
    expect(wrote()).toEqual([hex(ACK)]);
    expect(events.filter((e) => e.kind === 'asked')).toHaveLength(1);
    expect(log.lines.some((text) => text.includes('checksum 31, not 0b'))).toBe(true);
  });

  it('says E207 and asks nothing when the register is set up for another terminal than the profile says', async () => {
    const spoken = {
      bca: recorded('question-qris-15000'),
      mandiri: recorded('mandiri-question-sale-15000'),
      bri: recorded('bri-question-qr-15000'),
    };
    for (const [profile, others] of [
      ['bca', ['mandiri', 'bri']],
      ['mandiri', ['bca', 'bri']],
      ['bri', ['bca', 'mandiri']],
    ] as const)
      for (const other of others) {
        const { line, timers, events, log, wrote } = setUp({ profile: FRAME_PROFILES[profile] });
        line.bring(spoken[other]);
        await timers.pass(500);
        expect(events, `${other} at ${profile}`).toEqual([{ kind: 'present' }]);
        expect(wrote()).toEqual([hex(NAK)]);
        expect(log.lines.some((text) => text.startsWith('warn <- E207'))).toBe(true);
      }
  });

  it('accepts a checksum as two characters in every profile where the settings say so', async () => {
    for (const [name, frame] of [
      ['mandiri', recorded('mandiri-question-sale-15000')],
      ['bri', recorded('bri-question-qr-15000')],
      ['cimb', recorded('cimb-question-sale-15000')],
    ] as const) {
      const asText = concat(frame.subarray(0, -1), Uint8Array.from(Buffer.from('4F')));
      for (const lrc of ['warn', 'strict'] as const) {
        const { line, events, wrote, timers } = setUp({ profile: FRAME_PROFILES[name], lrc });
        line.bring(asText);
        await timers.pass(500);
        expect(wrote(), `${name} ${lrc}`).toEqual([hex(lrc === 'warn' ? ACK : NAK)]);
        expect(events.filter((e) => e.kind === 'asked')).toHaveLength(lrc === 'warn' ? 1 : 0);
      }
    }
  });

  it('ignores ACK and NAK bytes that nobody waits for', async () => {
    const { line, timers, wrote, events } = setUp();
    line.bring(Uint8Array.of(0x06, 0x15, 0x06));
    await timers.pass(10_000);
    expect(wrote()).toEqual([]);
    expect(events).toEqual([{ kind: 'present' }]);
  });

  it('writes one log line a frame, with an arrow, names and no card number', async () => {
    const { line, log, send } = setUp();
    line.bring(recorded('question-sale-612353'));
    send();
    await settled();
    line.bring(ACK);
    const told = log.lines.filter((text) => text.startsWith('info'));
    expect(told).toEqual([
      'info <- sale (01) Rp612.353, version 2',
      'info -> ACK',
      'info -> QRIS sale (31) Rp15.000: PT busy / not ready',
      'info <- ACK',
    ]);
    expect(log.lines.join('\n')).not.toContain('540912');
  });

  it('says present and gone as the line comes and goes, with the number of the trouble', () => {
    const { line, events } = setUp();
    line.drop();
    line.open();
    expect(events).toEqual([
      { kind: 'present' },
      { kind: 'gone', why: 'E202 unplugged' },
      { kind: 'present' },
    ]);
  });
});
