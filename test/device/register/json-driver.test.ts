import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Caller, Callers, CallersEvent } from '../../../devices/kit/callers.js';
import { JsonRegister } from '../../../devices/register/json/driver.js';
import { LONGEST_LINE } from '../../../devices/register/json/line-parser.js';
import type { RegisterProgress, RegisterResult, RegisterSale } from '../../../src/base/register-messages.js';
import { rupiah } from '../../../src/base/rupiah.js';
import type { RegisterEvent } from '../../../src/port/register.js';
import { unlawful } from '../../kit/json/schema.js';
import { KeptLog } from '../../kit/kept-log.js';
import { FakeTime, settled } from '../../kit/time.js';

/** A caller that a test holds in its hands. */
class FakeCaller implements Caller {
  readonly said: string[] = [];
  ended: string | undefined;
  till?: string;
  readonly name: string;
  readonly cable: boolean;

  readonly #everything: string[];

  /** @param everything takes each line, too, for the schema. */
  constructor(name: string, cable: boolean, everything: string[]) {
    this.#everything = everything;
    this.name = name;
    this.cable = cable;
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.ended !== undefined) return false;
    this.said.push(Buffer.from(bytes).toString());
    this.#everything.push(Buffer.from(bytes).toString());
    return true;
  }

  end(why: string): void {
    this.ended = why;
  }

  /** What it has heard since the last time, as values. */
  heard(): Record<string, unknown>[] {
    return this.said.splice(0).map((line) => JSON.parse(line));
  }
}

class FakeCallers implements Callers {
  readonly name = 'fake';
  tell: (event: CallersEvent) => void = () => undefined;
  start(on: (event: CallersEvent) => void): void {
    this.tell = on;
  }
  async stop(): Promise<void> {}
}

const SALE: RegisterSale = {
  orderId: 'T1-01ARZ3NDEKTSV4RRFFQ69G5FAV',
  amount: rupiah(15_000),
  rrn: '307515001470',
  approvalCode: '153318',
  invoice: 207,
  atMs: 0,
  reference: 'A-1',
};
const PAID: RegisterResult = { result: 'approved', sale: SALE };
const CHARGE = '{"op":"charge","ref":"A-1","amount":15000}';

describe('the JSON register', () => {
  let callers: FakeCallers;
  let clock: FakeTime;
  let timers: FakeTime;
  let log: KeptLog;
  let register: JsonRegister;
  let events: RegisterEvent[];
  const everything: string[] = [];
  const make = (acknowledge: 'required' | 'assumed' = 'required'): void => {
    callers = new FakeCallers();
    clock = new FakeTime();
    timers = new FakeTime();
    log = new KeptLog();
    events = [];
    register = new JsonRegister({
      name: 'register',
      callers,
      clock,
      timers,
      log,
      ackWaitMs: 3_000,
      resends: acknowledge === 'assumed' ? 0 : 2,
      acknowledge,
      zoneMinutes: 420,
    });
    register.start((event) => events.push(event));
  };
  const dial = (name: string, cable = false): FakeCaller => {
    const caller = new FakeCaller(name, cable, everything);
    callers.tell({ kind: 'open', caller });
    return caller;
  };
  const says = (caller: FakeCaller, line: string): void =>
    callers.tell({ kind: 'bytes', caller, bytes: Uint8Array.from(Buffer.from(`${line}\n`)) });
  const hangUp = (caller: FakeCaller): void => {
    caller.ended = 'it hung up';
    callers.tell({ kind: 'closed', caller, cause: 'lost', why: 'it hung up' });
  };
  const frames = (): Uint8Array[] => events.flatMap((event) => (event.kind === 'asked' ? [event.frame] : []));
  const frame = (at: number): Uint8Array => frames().at(at) ?? new Uint8Array();
  const answer = (to: Uint8Array, result: RegisterResult) => register.send(register.encode(to, result));

  beforeEach(() => {
    make();
  });

  afterEach(async () => {
    await register.stop();
  });

  afterAll(() => {
    expect(unlawful(everything)).toEqual([]);
  });

  it('is present from the first caller to the last', () => {
    callers.tell({ kind: 'absent', cause: 'absent', why: 'no register has dialled yet' });
    const one = dial('one');
    const two = dial('two');
    hangUp(one);
    hangUp(two);
    expect(events.map((event) => (event.kind === 'gone' ? event.why : event.kind))).toEqual([
      'E201 no register has dialled yet',
      'present',
      'E202 it hung up',
    ]);
  });

  it('gives each caller the answers to its own questions', async () => {
    const one = dial('one');
    const two = dial('two');
    says(one, CHARGE);
    says(two, '{"op":"charge","ref":"B-1","amount":5000}');
    says(two, '{"op":"status","ref":"A-1"}');
    expect(await answer(frame(1), { result: 'busy' })).toBe('acknowledged');
    expect(await answer(frame(2), { result: 'pending', sale: SALE })).toBe('acknowledged');
    const outcome = answer(frame(0), PAID);
    expect(two.heard()).toMatchObject([
      { op: 'charge', ref: 'B-1', code: 'busy' },
      { op: 'status', ref: 'A-1', code: 'pending' },
    ]);
    await settled();
    expect(one.heard()).toMatchObject([{ op: 'charge', ref: 'A-1', code: 'approved', ack: true }]);
    says(one, '{"op":"ack","ref":"A-1"}');
    expect(await outcome).toBe('acknowledged');
  });

  it('tells each of two callers that acknowledge one answer at once that it counts, when that is on disk', async () => {
    const one = dial('one');
    const two = dial('two');
    const told: string[] = [];
    Object.assign(one, { acked: () => told.push('one') });
    Object.assign(two, { acked: () => told.push('two') });
    says(one, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    for (const caller of [one, two]) says(caller, '{"op":"ack","ref":"A-1"}');
    expect(await outcome).toBe('acknowledged');
    expect(told).toEqual([]);
    register.heard(register.encode(frame(0), PAID), true);
    expect(told).toEqual(['one', 'two']);
  });

  it('gives two callers with the same question one answer each', async () => {
    const one = dial('one');
    const two = dial('two');
    says(one, '{"op":"totals"}');
    says(two, '{"op":"totals"}');
    hangUp(one);
    expect(await answer(frame(0), { result: 'busy' })).toBe('gone');
    expect(await answer(frame(1), { result: 'busy' })).toBe('acknowledged');
    expect(two.heard()).toMatchObject([{ op: 'totals', code: 'busy' }]);
  });

  it('keeps the same reference of two tills apart, by what they call themselves or by their addresses', async () => {
    const one = dial('10.0.0.7:50001');
    const two = dial('10.0.0.8:50002');
    one.till = '@10.0.0.7';
    says(one, CHARGE);
    says(two, '{"op":"hello","till":"K2"}');
    says(two, CHARGE);
    expect(events.flatMap((event) => (event.kind === 'asked' ? [event.question] : []))).toMatchObject([
      { ask: 'sale', reference: 'A-1', till: '@10.0.0.7' },
      { ask: 'echo' },
      { ask: 'sale', reference: 'A-1', till: 'K2' },
    ]);
    const outcome = answer(frame(0), PAID);
    await settled();
    expect(one.heard()).toMatchObject([{ code: 'approved', till: '@10.0.0.7' }]);
    expect(two.heard()).toEqual([]);
    says(two, '{"op":"ack","ref":"A-1"}');
    says(one, '{"op":"ack","ref":"A-1"}');
    expect(await outcome).toBe('acknowledged');
    expect(two.heard()).toMatchObject([{ op: 'ack', code: 'invalid' }]);
  });

  it('lets no till call itself an address', () => {
    const one = dial('one');
    says(one, '{"op":"charge","till":"@10.0.0.7","ref":"A-1","amount":15000}');
    expect(frames()).toEqual([]);
  });

  it('gives the result to whoever asked for the charge last', async () => {
    const one = dial('one');
    says(one, CHARGE);
    hangUp(one);
    const two = dial('two');
    says(two, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    expect(two.heard()).toMatchObject([{ ref: 'A-1', code: 'approved' }]);
    says(two, '{"op":"ack","ref":"A-1"}');
    expect(await outcome).toBe('acknowledged');
  });

  it('sends nothing that nobody asked for since the start', async () => {
    const one = dial('one');
    const bytes = register.encode(Uint8Array.from(Buffer.from(`${CHARGE}\n`)), PAID);
    expect(await register.send(bytes)).toBe('gone');
    expect(await register.send(Uint8Array.of(2, 1, 0x50))).toBe('gone');
    expect(one.said).toEqual([]);
  });

  it('sends an answer again until its ack comes, and not once more', async () => {
    const one = dial('one');
    says(one, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    await timers.pass(3_000);
    expect(one.said).toHaveLength(2);
    expect(one.said[1]).toBe(one.said[0]);
    says(one, '{"op":"ack","ref":"A-1"}');
    expect(await outcome).toBe('acknowledged');
    await settled();
    await timers.pass(60_000);
    expect(one.said).toHaveLength(2);
    // The ack to the second copy.
    says(one, '{"op":"ack","ref":"A-1"}');
    expect(one.said).toHaveLength(2);
  });

  it('counts the ack of a caller that has dialled again meanwhile', async () => {
    const one = dial('one');
    says(one, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    hangUp(one);
    says(dial('again'), '{"op":"ack","ref":"A-1"}');
    expect(await outcome).toBe('acknowledged');
  });

  it('believes a register that says it did not take the answer', async () => {
    const one = dial('one');
    says(one, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    says(one, '{"op":"ack","ref":"A-1","taken":false}');
    expect(await outcome).toBe('rejected');
  });

  it('tells a register whose ack comes too late, or names nothing', async () => {
    const one = dial('one');
    says(one, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    await timers.pass(9_000);
    expect(await outcome).toBe('silent');
    one.heard();
    says(one, '{"op":"ack","ref":"A-1"}');
    says(one, '{"op":"ack"}');
    expect(one.heard()).toMatchObject([
      { op: 'ack', ref: 'A-1', code: 'invalid', found: 'an ack that no answer waits for' },
      { op: 'ack', code: 'invalid' },
    ]);
  });

  it('does not send an answer again that its register asks for anew', async () => {
    const one = dial('one');
    says(one, CHARGE);
    const outcome = answer(frame(0), PAID);
    await settled();
    says(one, CHARGE);
    expect(await outcome).toBe('silent');
    await settled();
    await timers.pass(60_000);
    expect(one.said).toHaveLength(1);
  });

  it('waits for no other answer with an answer', async () => {
    const one = dial('one');
    says(one, CHARGE);
    says(one, '{"op":"endOfDay","id":"7"}');
    const sale = answer(frame(0), PAID);
    const count = { count: 0, sum: 0 };
    const amounts = {
      settled: count,
      delivered: count,
      refunded: count,
      owed: count,
      cancelled: count,
      expired: count,
    };
    const shift = { number: 1, openedAtMs: 0, closedAtMs: 1_000, ...amounts };
    const day = answer(frame(1), { result: 'shiftClosed', shift });
    await settled();
    expect(one.heard()).toMatchObject([{ op: 'charge' }, { op: 'endOfDay', id: '7', ack: true }]);
    says(one, '{"op":"ack","id":"7"}');
    expect(await day).toBe('acknowledged');
    says(one, '{"op":"ack","ref":"A-1"}');
    expect(await sale).toBe('acknowledged');
  });

  it('sends once where acks are assumed, and says silent', async () => {
    make('assumed');
    const one = dial('one');
    says(one, '{"op":"hello"}');
    await answer(frame(0), { result: 'echo' });
    expect(one.heard()).toMatchObject([{ op: 'hello', code: 'done', protocol: 1, acknowledge: 'assumed' }]);
    says(one, CHARGE);
    const outcome = answer(frame(1), PAID);
    await settled();
    await timers.pass(3_000);
    expect(await outcome).toBe('silent');
    expect(one.said).toHaveLength(1);
    expect(log.lines.filter((line) => line.includes('E204'))).toEqual([]);
  });

  it('tells of progress whoever asked for the sale, and who said so in hello', async () => {
    const one = dial('one');
    const watcher = dial('watcher');
    const other = dial('other');
    says(watcher, '{"op":"hello","events":true}');
    says(one, CHARGE);
    const told: RegisterProgress = {
      frame: frame(1),
      orderId: SALE.orderId,
      amount: SALE.amount,
      reference: 'A-1',
      step: 'scan',
      payload: '000201',
      leftMs: 300_000,
    };
    register.progress(told);
    const scan = { msg: 'event', event: 'scan', ref: 'A-1', qr: '000201', left_s: 300 };
    expect(one.heard()).toMatchObject([scan]);
    expect(watcher.heard()).toMatchObject([scan]);
    void answer(frame(1), PAID);
    expect(watcher.heard()).toMatchObject([
      { event: 'ended', ref: 'A-1', code: 'approved', sale: { rrn: SALE.rrn } },
    ]);
    expect(other.said).toEqual([]);
    says(watcher, '{"op":"hello"}');
    register.progress({ ...told, step: 'closing' });
    expect(watcher.said).toEqual([]);
  });

  it('asks nothing faster than ten a second, and hangs up on a flood', () => {
    const one = dial('one');
    for (let at = 0; at < 25; at += 1) says(one, '{"op":"status"}');
    expect(frames()).toHaveLength(20);
    expect(one.heard()).toMatchObject(Array.from({ length: 5 }, () => ({ op: 'status', code: 'busy' })));
    clock.advance(2_500);
    for (let at = 0; at < 25; at += 1) says(one, '{"op":"status"}');
    expect(frames()).toHaveLength(40);
    for (let at = 0; at < 250; at += 1) says(one, '{"op":"status"}');
    expect(one.ended).toBe('too many messages');
    expect(frames()).toHaveLength(40);
  });

  it('reads a flooded cable again when it has calmed down', () => {
    const cable = dial('cable', true);
    for (let at = 0; at < 2_000; at += 1) says(cable, '{"op":"status"}');
    expect(frames()).toHaveLength(20);
    clock.advance(60_000);
    says(cable, '{"op":"status"}');
    expect(frames()).toHaveLength(21);
  });

  it('holds no more than 256 questions without an answer', () => {
    const one = dial('one');
    for (let at = 0; at < 300; at += 1) {
      clock.advance(1_000);
      says(one, '{"op":"status"}');
    }
    expect(frames()).toHaveLength(256);
  });

  it('hangs up on a browser that posts a form with a charge in it', () => {
    const one = dial('one');
    says(one, `POST /x HTTP/1.1\r\nHost: terminal:8160\r\nContent-Type: text/plain\r\n\r\n${CHARGE}\r`);
    expect(frames()).toEqual([]);
    expect(one.ended).toBe('it speaks HTTP');
    expect(one.said).toEqual([]);
  });

  it('hangs up on a line without an end, and skips it on a cable', () => {
    const long = 'x'.repeat(LONGEST_LINE + 1);
    const one = dial('one');
    says(one, `${long}\n${CHARGE}`);
    expect(one.heard()).toMatchObject([{ code: 'invalid', found: 'more than 16384 bytes' }]);
    expect(one.ended).toBe('a line without an end');
    expect(frames()).toEqual([]);
    const cable = dial('cable', true);
    says(cable, `${long}\n${CHARGE}`);
    expect(frames()).toHaveLength(1);
  });

  it('names what is wrong with a line, also in the log', () => {
    const one = dial('one');
    says(one, '{"op":"charge","ref":"A-1","amount":"15.000"}');
    says(one, 'hello');
    expect(one.heard()).toMatchObject([
      { op: 'charge', ref: 'A-1', code: 'invalid', field: 'amount', found: '"15.000"' },
      { code: 'invalid', field: 'line', found: 'hello', allowed: 'one JSON object' },
    ]);
    expect(log.lines.filter((line) => line.includes('E230'))).toHaveLength(2);
    expect(frames()).toEqual([]);
  });
});
