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
