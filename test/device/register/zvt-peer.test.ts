import { afterEach, describe, expect, it } from 'vitest';
import { SerialLine } from '../../../devices/kit/serial-line.js';
import { TcpLine } from '../../../devices/kit/tcp-line.js';
import { ZvtRegister } from '../../../devices/register/zvt/driver.js';
import { hex } from '../../../src/base/bytes.js';
import type { RegisterEvent } from '../../../src/port/register.js';
import { KeptLog } from '../../kit/kept-log.js';
import { PtyPair } from '../../kit/pty/pair.js';
import { realTimers, until } from '../../kit/pty/until.js';
import { FakeTime } from '../../kit/time.js';
import { ZvtRegisterPeer } from '../../kit/zvt/register.js';
import { AUTHORIZATION, recorded, SALE, SHOP } from './zvt-frames.js';

const PAYLOAD = `00020101021226${'0123456789'.repeat(24)}6304ABCD`;

/** The driver at one end of a real line, and a register in another language at the other. */
async function setUp(by: 'serial' | 'tcp') {
  const log = new KeptLog();
  const timers = new FakeTime();
  const events: RegisterEvent[] = [];
  const pair = new PtyPair();
  let line: SerialLine | TcpLine;
  let where: ConstructorParameters<typeof ZvtRegisterPeer>[0];
  if (by === 'serial') {
    await pair.plug();
    line = new SerialLine({ path: pair.path, baudRate: 9_600, stopBits: 2, timers: realTimers, log });
    where = { by, path: pair.theirs };
  } else {
    const server = new TcpLine({ host: '127.0.0.1', port: 0, timers: realTimers, log });
    line = server;
    where = { by, port: 0 };
  }
  const driver = new ZvtRegister({ line, timers, log, apartMs: 0, ...SHOP });
  driver.start((event) => events.push(event));
  if (line instanceof TcpLine) {
    const server = line;
    await until('the line to listen', () => server.port() !== undefined);
    where = { by: 'tcp', port: server.port() ?? 0 };
  }
  const peer = new ZvtRegisterPeer(where);
  await peer.hears('open');
  await until('the register to be present', () => events.some(({ kind }) => kind === 'present'));
  let seen = 0;
  /** The next question, which must mean `ask`. @returns its frame */
  const asked = async (ask: string): Promise<Uint8Array> => {
    const all = (): Extract<RegisterEvent, { kind: 'asked' }>[] =>
      events.filter((event) => event.kind === 'asked');
    await until(`the question ${ask}`, () => all().length > seen);
    const event = all()[seen];
    seen += 1;
    if (event?.question.ask !== ask) throw new Error(`${JSON.stringify(event?.question)}, not ${ask}`);
    return event.frame;
  };
  const remove = async (): Promise<void> => {
    await peer.stop();
    await driver.stop();
    await pair.remove();
  };
  return { driver, peer, timers, log, asked, remove };
}

let remove: (() => Promise<void>) | undefined;
afterEach(async () => {
  await remove?.();
  remove = undefined;
});

async function started(by: 'serial' | 'tcp') {
  const world = await setUp(by);
  ({ remove } = world);
  const register = async (frame: Uint8Array): Promise<void> => {
    world.peer.send(hex(frame));
    const outcome = world.driver.send(world.driver.encode(await world.asked('echo'), { result: 'echo' }));
    await world.peer.hears('8000');
    await world.peer.hears('060f');
    expect(await outcome).toBe('acknowledged');
  };
  const authorize = async (): Promise<Uint8Array> => {
    world.peer.send(hex(AUTHORIZATION));
    return world.asked('sale');
  };
  return { ...world, register, authorize };
}

describe.each(['serial', 'tcp'] as const)('a register in another language, over %s', (by) => {
  it('registers, prints the QR, is kept waiting, takes the result and the receipt', async () => {
    const { driver, peer, register, authorize } = await started(by);
    await register(recorded('paper-registration-with-qr'));
    const frame = await authorize();
    const about = { frame, orderId: SALE.orderId, amount: SALE.amount };
    driver.progress({ ...about, step: 'charging' });
    await peer.hears('8000');
    expect((await peer.hears('04ff')).fields).toEqual({ status: '0e' });
    driver.progress({ ...about, step: 'scan', payload: PAYLOAD, leftMs: 300_000 });
    // Which of the two comes first depends on whether the status before has its reply.
    const both = [await peer.next('04ff or 06d3'), await peer.next('04ff or 06d3')];
    const fieldsOf = (command: string) => both.find(({ heard }) => heard === command)?.fields;
    expect(fieldsOf('04ff')).toMatchObject({ status: 'ff', timeout: '03' });
    const code = JSON.stringify(fieldsOf('06d3'));
    expect(code).toContain(Buffer.from(PAYLOAD).toString('hex'));
    expect(code).toContain('{"tag":"1f2e","value":"0a"}');
    const outcome = driver.send(driver.encode(frame, { result: 'approved', sale: SALE }));
    expect((await peer.hears('040f')).fields).toEqual({
      ...{ '27': '00', '04': '000001500000', '49': '0360', '0b': '000012' },
      ...{ '0c': '101530', '0d': '0115', '29': '12345678', '87': '0012' },
    });
    const block = JSON.stringify((await peer.hears('06d3')).fields);
    expect(block).toContain(Buffer.from('LUNAS / PAID').toString('hex'));
    expect((await peer.hears('060f')).fields).toEqual({});
    expect(await outcome).toBe('acknowledged');
    expect(peer.rest()).toEqual([]);
  });

  it('without text blocks prints line by line, and with a paid sale only', async () => {
    const { driver, peer, authorize } = await started(by);
    for (const result of [
      { result: 'expired', sale: SALE },
      { result: 'approved', sale: SALE },
    ] as const) {
      const frame = await authorize();
      void driver.send(driver.encode(frame, result));
      const end = result.result === 'approved' ? '060f' : '061e';
      const heard = await peer.hearsUpTo(end);
      const lines = heard.flatMap(({ heard: what, fields }) => (what === '06d1' ? [fields['text']] : []));
      expect(heard.some(({ heard: what }) => what === '06d3')).toBe(false);
      if (end === '061e') expect(lines).toEqual([]);
      else expect(lines).toEqual(expect.arrayContaining(['LUNAS / PAID', 'Rp15.000', '']));
    }
  });

  it('that does not confirm the status information makes the answer silent, and hears an abort', async () => {
    const { driver, peer, timers, authorize } = await started(by);
    // Never, however often: on a serial line it is sent again, too, while its ACK is under way.
    peer.reply('040f', ...Array.from({ length: 5 }, () => 'none'));
    const frame = await authorize();
    let became: string | undefined;
    void driver.send(driver.encode(frame, { result: 'approved', sale: SALE })).then((outcome) => {
      became = outcome;
    });
    await peer.hearsUpTo('040f');
    while (became === undefined) {
      await until('a wait', () => became !== undefined || timers.waiting().includes(5_000));
      await timers.pass(5_000);
    }
    expect(became).toBe('silent');
    expect((await peer.hearsUpTo('061e')).at(-1)?.fields).toEqual({ code: '9b' });
  });

  it('that refuses the status information makes the answer rejected', async () => {
    const { driver, peer, authorize } = await started(by);
    peer.reply('040f', '84df00');
    const frame = await authorize();
    const outcome = driver.send(driver.encode(frame, { result: 'approved', sale: SALE }));
    await peer.hearsUpTo('040f');
    expect(await outcome).toBe('rejected');
    expect((await peer.hears('061e')).fields).toEqual({ code: 'df' });
  });

  it('that asks to wait until its goods are out is asked again, until they are', async () => {
    const { driver, peer, timers, authorize } = await started(by);
    peer.reply('040f', '849c00', '849c00', 'ok');
    const frame = await authorize();
    const outcome = driver.send(driver.encode(frame, { result: 'approved', sale: SALE }));
    const told = [(await peer.hearsUpTo('040f')).at(-1)?.apdu];
    for (let n = 0; n < 2; n += 1) {
      await until('the pause', () => timers.waiting().includes(2_000));
      await timers.pass(2_000);
      told.push((await peer.hears('040f')).apdu);
    }
    expect(await outcome).toBe('acknowledged');
    expect(new Set(told).size).toBe(1);
    await peer.hearsUpTo('060f');
  });

  it('aborts in the middle of a payment, and hears the end of it', async () => {
    const { driver, peer, asked, authorize } = await started(by);
    const frame = await authorize();
    driver.progress({ frame, orderId: SALE.orderId, amount: SALE.amount, step: 'charging' });
    await peer.hears('8000');
    peer.send(hex(recorded('serial-abort').subarray(2, 5)));
    const word = driver.send(driver.encode(await asked('cancel'), { result: 'done', sale: SALE }));
    await peer.hears('8000');
    expect(await word).toBe('acknowledged');
    const outcome = driver.send(driver.encode(frame, { result: 'cancelled', sale: SALE }));
    expect((await peer.hears('040f')).fields).toMatchObject({ '27': '6c', '04': '000001500000' });
    expect((await peer.hears('061e')).fields).toEqual({ code: '6c' });
    expect(await outcome).toBe('acknowledged');
  });

  it('hears the same bytes when it asks the same again', async () => {
    const { driver, peer, timers, authorize } = await started(by);
    peer.reply('040f', 'none');
    const frame = await authorize();
    const answer = driver.encode(frame, { result: 'approved', sale: SALE });
    const first = driver.send(answer);
    const told = (await peer.hearsUpTo('040f')).at(-1);
    await authorize();
    expect(await first).toBe('silent');
    const again = driver.send(answer);
    // The reply to the first may still be under way, for all that the driver knows.
    await peer.hears('8000');
    await until('the wait for it', () => timers.waiting().includes(5_000));
    await timers.pass(5_000);
    expect((await peer.hearsUpTo('040f')).at(-1)?.apdu).toBe(told?.apdu);
    expect(await again).toBe('acknowledged');
    await peer.hearsUpTo('060f');
    await until('its reply to that', () => timers.waiting().length === 0);
  });
});

it('a serial register whose ACKs are lost hears the same frame three times, and the answer is silent', async () => {
  const { driver, peer, timers, authorize } = await started('serial');
  peer.mute();
  const frame = await authorize();
  const outcome = driver.send(driver.encode(frame, { result: 'busy' }));
  for (let n = 0; n < 3; n += 1) {
    await peer.hears('849c');
    await until('the wait for its ACK', () => timers.waiting().includes(5_000));
    await timers.pass(5_000);
  }
  expect(await outcome).toBe('silent');
  expect(peer.rest()).toEqual([]);
});
