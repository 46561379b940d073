import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Sale } from '../../src/core/sale/sale.js';
import { Journal } from '../../src/journal/journal.js';
import type { WebhookAnswer, WebhookPost, WebhookReceiver } from '../../src/port/webhook.js';
import type { TerminalContext, TerminalEvent } from '../../src/terminal/context.js';
import { WebhookDesk } from '../../src/terminal/webhook-desk.js';
import { KeptLog } from '../kit/kept-log.js';
import { FakeTime, settled } from '../kit/time.js';
import { newSale } from './world.js';

const YEAR_MS = 365 * 86_400_000;
const OPENED = newSale().sale;
const saleIn = (state: Sale['state']): Sale => ({ ...OPENED, state });

let directory: string;
let journal: Journal;
let time: FakeTime;
let log: KeptLog;
let answer: WebhookAnswer;
let sent: WebhookPost[];
let desk: WebhookDesk;

const receiver: WebhookReceiver = {
  name: 'books',
  kinds: ['paid', 'delivered', 'owed'],
  send: (post) => {
    sent.push(post);
    return Promise.resolve(answer);
  },
  stop: () => undefined,
};

beforeEach(() => {
  time = new FakeTime();
  log = new KeptLog();
  sent = [];
  answer = { taken: false, why: 'HTTP 500' };
  directory = mkdtempSync(join(tmpdir(), 'gopay-pos-webhook-'));
  journal = new Journal({ directory, wallMs: time.wallMs(), version: 'test' });
  desk = new WebhookDesk({
    adapters: { journal, clock: time, timers: time, log, webhooks: [receiver] },
    settings: { terminalId: 'T1' },
    post: (event: TerminalEvent) => {
      if (event.on === 'command') event.run();
    },
    endOnRejection: () => undefined,
  } as unknown as TerminalContext);
});
afterEach(() => {
  journal.close();
  rmSync(directory, { recursive: true });
});

it('tries twice as late each time, up to six hours, for three days, under one id and with the same bytes', async () => {
  const before = saleIn({ at: 'delivering', step: 'telling', again: false });
  const after = saleIn({ at: 'delivered', atMs: 1 });
  expect(desk.changesFor(OPENED, before)).toMatchObject([{ kind: 'paid' }]);
  const at = { wallMs: time.wallMs(), monoMs: time.monoMs() };
  journal.commit({ ...at, events: [], sales: [after], webhooks: desk.changesFor(before, after) });
  const times: number[] = [];
  for (let minutes = 0; minutes < 5_000; minutes += 1) {
    const tries = sent.length;
    desk.goOn();
    await settled();
    if (sent.length > tries) times.push(minutes);
    time.advance(60_000);
  }
  const gaps = times.slice(1).map((minute, nth) => minute - (times[nth] ?? 0));
  expect(gaps.slice(0, 6)).toEqual([1, 1, 1, 2, 3, 6]);
  expect(Math.max(...gaps)).toBe(360);
  // Three days, and the try at their end.
  expect(times.at(-1)).toBeGreaterThanOrEqual(3 * 1_440);
  expect(new Set(sent.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
  expect(journal.webhooks.list(false, 9)).toMatchObject([{ kind: 'delivered', ended: 'given up' }]);
  expect(log.matching(/E246/)).toHaveLength(1);
});

/** Tells of a sale that was paid and delivered by a clock that is wrong by so much, then lets it be right. */
async function toldBy(wrongMs: number): Promise<void> {
  const { wallMs } = time;
  time.wallMs = () => wallMs.call(time) + wrongMs;
  const before = saleIn({ at: 'delivering', step: 'telling', again: false });
  const after = saleIn({ at: 'delivered', atMs: 1 });
  const at = { wallMs: time.wallMs(), monoMs: time.monoMs() };
  journal.commit({ ...at, events: [], sales: [after], webhooks: desk.changesFor(before, after) });
  desk.goOn();
  await settled();
  time.wallMs = wallMs;
}

it('waits no longer than six hours for what a clock has written that was years ahead', async () => {
  await toldBy(20 * YEAR_MS);
  expect(sent).toHaveLength(1);
  desk.goOn();
  await settled();
  // It is due in twenty years, which nobody has meant: it goes out at once.
  expect(sent).toHaveLength(2);
  answer = { taken: true };
  time.advance(60_000);
  desk.goOn();
  await settled();
  expect(journal.webhooks.list(true, 9)).toEqual([]);
});

it('tries for three days what a clock of 1970 has written', async () => {
  await toldBy(-time.wallMs());
  expect(log.matching(/E245/)).toHaveLength(1);
  let hours = 0;
  for (; log.matching(/E246/).length === 0 && hours < 100; hours += 1) {
    desk.goOn();
    await settled();
    time.advance(3_600_000);
  }
  expect(hours).toBeGreaterThan(71);
  expect(journal.webhooks.list(false, 9)).toMatchObject([{ kind: 'delivered', ended: 'given up' }]);
});

/** What the broker is told: in order, and however long it is away. */
function toTheBroker(mostWaiting: number): { reachable: boolean } {
  const state = { reachable: true };
  const events: WebhookReceiver = {
    ...receiver,
    name: 'MQTT events',
    kinds: ['paid', 'owed', 'slot.failed'],
    inOrder: { mostWaiting, reachable: () => state.reachable },
  };
  desk = new WebhookDesk({
    adapters: {
      ...{ journal, clock: time, timers: time, log, webhooks: [events] },
      vending: { slotFailures: 2 },
    },
    settings: { terminalId: 'T1' },
    post: (event: TerminalEvent) => {
      if (event.on === 'command') event.run();
    },
    endOnRejection: () => undefined,
  } as unknown as TerminalContext);
  return state;
}

/** A sale is paid; of an order of its own, in a journal that knows it. */
function paid(order: string): void {
  const sale = (state: Sale['state']): Sale => ({
    ...OPENED,
    orderId: order as Sale['orderId'],
    state,
    invoice: Number(order.slice(-2)),
  });
  const after = sale({ at: 'delivering', step: 'telling', again: false });
  const at = { wallMs: time.wallMs(), monoMs: time.monoMs() };
  journal.commit({
    ...at,
    events: [],
    sales: [after],
    webhooks: desk.changesFor(sale(OPENED.state), after),
  });
}

const orders = (bodies: readonly WebhookPost[]): string[] => bodies.map(({ id }) => id.split('.')[0] ?? '');

it('tells the broker one at a time in the order of the terminal, numbered, whatever the clock says', async () => {
  toTheBroker(10);
  const { wallMs } = time;
  paid('T1-A11');
  time.wallMs = () => wallMs.call(time) - 50_000;
  paid('T1-A12');
  time.wallMs = wallMs;
  desk.goOn();
  desk.goOn();
  await settled();
  expect(orders(sent)).toEqual(['T1-A11']);
  expect(log.matching(/E425/)).toHaveLength(1);
  // What follows waits for it.
  time.advance(9_999);
  desk.goOn();
  await settled();
  expect(sent).toHaveLength(1);
  answer = { taken: true };
  time.advance(1);
  for (let turn = 0; turn < 3; turn += 1) {
    desk.goOn();
    await settled();
  }
  expect(orders(sent)).toEqual(['T1-A11', 'T1-A11', 'T1-A12']);
  expect(sent[0]?.body).toBe(sent[1]?.body);
  expect(sent.map(({ body }) => (JSON.parse(body) as { seq: number }).seq)).toEqual([1, 1, 2]);
});

it('counts no try while the broker is away, and goes on at once when it is back, after weeks as well', async () => {
  const broker = toTheBroker(10);
  broker.reachable = false;
  paid('T1-A11');
  for (let day = 0; day < 40; day += 1) {
    desk.goOn();
    await settled();
    time.advance(86_400_000);
  }
  expect(sent).toEqual([]);
  answer = { taken: true };
  broker.reachable = true;
  desk.goOn();
  await settled();
  expect(orders(sent)).toEqual(['T1-A11']);
  expect(journal.webhooks.list(true, 9)).toEqual([]);
});

it('sends at once what a clock has written that was hours ahead, and holds nothing behind it', async () => {
  toTheBroker(10);
  const { wallMs } = time;
  time.wallMs = () => wallMs.call(time) + 6 * 3_600_000;
  paid('T1-A11');
  desk.goOn();
  await settled();
  // Refused once by that clock, and never tried.
  paid('T1-A12');
  time.wallMs = wallMs;
  answer = { taken: true };
  for (let turn = 0; turn < 2; turn += 1) {
    desk.goOn();
    await settled();
  }
  expect(orders(sent)).toEqual(['T1-A11', 'T1-A11', 'T1-A12']);
});

it('never drops the event that is on its way: what becomes of it is said when its answer comes', async () => {
  toTheBroker(2);
  paid('T1-A11');
  paid('T1-A12');
  desk.goOn();
  paid('T1-A13');
  expect(log.matching(/E426/)).toHaveLength(1);
  expect(journal.webhooks.inOrder('MQTT events', 9).map(({ seq }) => seq)).toEqual([1, 3]);
  await settled();
  expect(journal.webhooks.inOrder('MQTT events', 9).map(({ seq }) => seq)).toEqual([1, 3]);
});

it('never gives an event up that a broker refuses, until too many wait: then the oldest, and it says so', async () => {
  toTheBroker(3);
  for (let order = 11; order <= 15; order += 1) paid(`T1-A${order}`);
  expect(log.matching(/E426/)).toHaveLength(2);
  expect(journal.webhooks.inOrder('MQTT events', 9).map(({ seq }) => seq)).toEqual([3, 4, 5]);
  for (let hour = 0; hour < 200; hour += 1) {
    desk.goOn();
    await settled();
    time.advance(3_600_000);
  }
  expect(new Set(orders(sent))).toEqual(new Set(['T1-A13']));
  expect(sent.length).toBeGreaterThan(190);
  // One that no broker takes holds up nobody.
  answer = { taken: false, never: true, why: 'longer than 16384 bytes' };
  desk.goOn();
  await settled();
  expect(log.matching(/E426/)).toHaveLength(3);
  expect(journal.webhooks.inOrder('MQTT events', 9).map(({ seq }) => seq)).toEqual([4, 5]);
  // Numbers are given once, also after all of before is forgotten.
  answer = { taken: true };
  for (let turn = 0; turn < 3; turn += 1) {
    desk.goOn();
    await settled();
  }
  time.advance(YEAR_MS);
  desk.start();
  expect(journal.webhooks.list(false, 99)).toHaveLength(1);
  paid('T1-A16');
  expect(journal.webhooks.inOrder('MQTT events', 9).map(({ seq }) => seq)).toEqual([6]);
});

it('tells of a slot that gave nothing as it stood then, whatever became of it since', async () => {
  toTheBroker(10);
  const slot = { machine: 'mdb', item: '3', failed: true };
  const at = { wallMs: time.wallMs(), monoMs: time.monoMs() };
  journal.commit({ ...at, events: [], slot });
  const before = saleIn({ at: 'delivering', step: 'telling', again: false });
  const webhooks = desk.changesFor(before, before, [slot, { ...slot, item: '4', failed: false }]);
  journal.commit({ ...at, events: [], sales: [before], slot, webhooks });
  journal.commit({ ...at, events: [], slot: { ...slot, failed: false } });
  desk.goOn();
  await settled();
  expect(sent.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
    {
      ...{ type: 'slot.failed', terminal: 'T1', seq: 1 },
      vend: {
        ...{ order_id: OPENED.orderId, machine: 'mdb' },
        slots: [{ slot: '3', failures: 2, out_of_service: true }],
      },
    },
  ]);
});
