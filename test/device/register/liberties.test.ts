import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SerialLine } from '../../../devices/kit/serial-line.js';
import { FixedFrameRegister } from '../../../devices/register/fixed-frame/driver.js';
import { hex } from '../../../src/base/bytes.js';
import type { Register, RegisterEvent } from '../../../src/port/register.js';
import { KeptLog } from '../../kit/kept-log.js';
import { PtyPair } from '../../kit/pty/pair.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { CountedLine } from '../../kit/pty/wires.js';
import { FakeTime, settled } from '../../kit/time.js';
import { concat, question, recorded } from './frames.js';

const ACK = Uint8Array.of(0x06);
const qris = recorded('question-qris-15000');
/** The client that sends the checksum as two characters gets it wrong as well: 16 where 09 is right. */
const asText = concat(qris.subarray(0, -1), Uint8Array.from(Buffer.from('16')));
/** The client whose expiry field is empty announces 150 and sends 146. */
const short = concat(qris.subarray(0, 49), qris.subarray(53));

describe('what real registers do, over two ptys', () => {
  let pair: PtyPair;
  let timers: FakeTime;
  let line: CountedLine;
  let register: Register;
  let events: RegisterEvent[];
  const asked = (): string[] => events.flatMap((e) => (e.kind === 'asked' ? [e.question.ask] : []));

  async function begin(lrc: 'strict' | 'warn' = 'strict'): Promise<void> {
    const log = new KeptLog();
    line = new CountedLine(new SerialLine({ path: pair.path, baudRate: 9_600, timers: realTimers, log }));
    register = new FixedFrameRegister({ line, timers, log, lrc, merchantId: 'M', terminalId: 'T' });
    register.start((event) => events.push(event));
    await until('the register to be present', () => events.length === 1);
    pair.open();
  }

  async function write(bytes: Uint8Array): Promise<void> {
    const before = line.brought;
    pair.write(bytes);
    await until('the bytes to arrive', () => line.brought >= before + bytes.length);
  }

  beforeEach(async () => {
    pair = new PtyPair();
    timers = new FakeTime();
    events = [];
    await pair.plug();
  });

  afterEach(async () => {
    await register.stop();
    await pair.remove();
  });

  it('a clean one: question, ACK, answer in one piece, ACK', async () => {
    await begin();
    await write(qris);
    expect(hex(await pair.read(1))).toBe('06');
    const answer = register.encode(qris, { result: 'busy' });
    const outcome = register.send(answer, qris);
    expect(hex(await pair.read(205))).toBe(hex(answer));
    await write(ACK);
    expect(await outcome).toBe('acknowledged');
  });

  it('a checksum as two characters: refused three times when strict, without a question', async () => {
    await begin();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await write(asText);
      expect(hex(await pair.read(1))).toBe('15');
      await timers.pass(500);
    }
    expect(asked()).toEqual([]);
  });

  it('a checksum as two characters: accepted when told to, one question for each frame', async () => {
    await begin('warn');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await write(asText);
      expect(hex(await pair.read(1))).toBe('06');
      expect(asked()).toHaveLength(attempt);
    }
  });

  it('150 announced and 146 sent: refused after the silence, whatever the checksum setting', async () => {
    for (const lrc of ['strict', 'warn'] as const) {
      events = [];
      await begin(lrc);
      await write(short);
      await timers.pass(499);
      expect(asked()).toEqual([]);
      await timers.pass(1);
      expect(hex(await pair.read(1))).toBe('15');
      pair.close();
      if (lrc === 'strict') await register.stop();
    }
    expect(asked()).toEqual([]);
  });

  it('an amount written as a decimal number: taken as a frame, and asked as an impossible field', async () => {
    await begin();
    const odd = question(qris, { 3: '00015000.000' });
    await write(odd);
    expect(hex(await pair.read(1))).toBe('06');
    expect(asked()).toEqual(['invalid']);
    const answer = register.encode(odd, { result: 'invalid' });
    expect(Buffer.from(answer.subarray(3, 55)).toString('latin1')).toMatch(/^.3100015000\.000/s);
    void register.send(answer, odd);
    expect(hex(await pair.read(205))).toBe(hex(answer));
  });

  it('bare acknowledgements at any time: no answer, no question', async () => {
    await begin();
    await write(Uint8Array.of(0x06, 0x15, 0x15, 0x06));
    await timers.pass(10_000);
    await write(qris);
    expect(hex(await pair.read(1))).toBe('06');
    expect(asked()).toEqual(['sale']);
  });

  it('a port closed after the answer, and opened again to acknowledge it', async () => {
    await begin();
    await write(qris);
    await pair.read(1);
    const answer = register.encode(qris, { result: 'busy' });
    const outcome = register.send(answer, qris);
    expect(hex(await pair.read(205))).toBe(hex(answer));
    pair.close();
    await settled();
    pair.open();
    await write(ACK);
    expect(await outcome).toBe('acknowledged');
  });

  it('the same question three times, because our ACK was late: three questions, for the session to tell apart', async () => {
    await begin();
    await write(concat(qris, qris, qris));
    expect(hex(await pair.read(3))).toBe('060606');
    expect(asked()).toEqual(['sale', 'sale', 'sale']);
    const frames = events.flatMap((e) => (e.kind === 'asked' ? [hex(e.frame)] : []));
    expect(new Set(frames).size).toBe(1);
  });
});
