import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sells } from '../kit/account.js';
import { payScanned } from '../kit/register-peer.js';
import { type Shop, story } from '../kit/shop.js';
import { countSyncs } from '../kit/syncs.js';
import { ask } from '../kit/technician.js';
import { mdbStory } from '../kit/vending-shop.js';
import { WebhookReceiver } from '../kit/webhook-receiver.js';

const EVENTS = '[fleet]\nevents = ["paid", "owed", "slot.failed", "shift.closed"]\n';
const SCHEMA = new URL('../../../systemd/monitoring/event.schema.json', import.meta.url);

const ajv = new Ajv2020({ allErrors: true, strictRequired: false, strictTypes: false });
formats.default(ajv);
const judge = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

let books: WebhookReceiver;
beforeEach(async () => {
  books = await (await WebhookReceiver.make()).up();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await books.down();
  // Signed as the page for integrators says, though the relay posts them.
  expect(books.forged).toEqual([]);
  for (const { raw } of books.received) {
    judge(JSON.parse(raw));
    expect(judge.errors, raw).toBeNull();
  }
});

/** What the receiver has taken, as `seq type`, each once. */
const told = (): string[] => [
  ...new Set(
    books.received
      .filter(({ answered }) => answered === 204)
      .map(({ raw, type }) => `${(JSON.parse(raw) as { seq: number }).seq} ${type}`),
  ),
];
const until = (shop: Shop, count: number): Promise<unknown> =>
  shop.until(`${count} events, beside ${told().join()}`, () => told().length >= count);

it('tells the relay of a sale and of the shift, and the relay its webhook, numbered and signed', () =>
  story({ toml: EVENTS, relayToml: books.toml }, async (shop) => {
    const order = await sells(shop, 15_000);
    await ask(shop, 'shift', ['close']);
    await until(shop, 2);
    expect(told()).toEqual(['1 sale.paid', '2 shift.closed']);
    const [first] = books.received;
    expect(JSON.parse(first?.raw ?? '')).toMatchObject({
      terminal: 'T1',
      sale: { order_id: order, amount: 15_000 },
    });
    await shop.until('the journal', () => shop.program.journal.webhooks.list(true, 9).length === 0);
    expect((await ask(shop, 'webhooks')).text).toContain(`${first?.id} to MQTT events`);
  }));

it('keeps what happens while the broker is away, over a power cut, and then tells it in its order', () =>
  story({ toml: EVENTS, relayToml: books.toml }, async (shop) => {
    await sells(shop, 1_000);
    await until(shop, 1);
    shop.brokerWire.cut();
    await sells(shop, 2_000);
    await sells(shop, 3_000);
    expect(told()).toEqual(['1 sale.paid']);
    await shop.powerCut();
    shop.brokerWire.join();
    await shop.startTerminal();
    await until(shop, 3);
    expect(told()).toEqual(['1 sale.paid', '2 sale.paid', '3 sale.paid']);
    const amounts = books.received.map(
      ({ raw }) => (JSON.parse(raw) as { sale: { amount: number } }).sale.amount,
    );
    expect([...new Set(amounts)]).toEqual([1_000, 2_000, 3_000]);
  }));

it('the relay posts again what its webhook did not take, under the same id and signed anew', () =>
  story({ toml: EVENTS, relayToml: books.toml }, async (shop) => {
    const answers = [500, 'lost', 302] as const;
    books.answer = (nth) => answers[nth - 1] ?? 204;
    await sells(shop, 15_000);
    for (const [nth, wait] of [1_000, 2_000, 4_000].entries()) {
      await shop.until('a try in vain', () => shop.log.filter((line) => line.includes('E427')).length > nth);
      await shop.clock.advance(wait);
    }
    await until(shop, 1);
    expect(new Set(books.received.map(({ raw }) => raw)).size).toBe(1);
    expect(books.received).toHaveLength(4);
  }));

it('costs a sale no synced commit', () =>
  story({ toml: EVENTS, relayToml: books.toml, printer: false }, async (shop) => {
    const syncs = countSyncs();
    await sells(shop, 15_000);
    await until(shop, 1);
    await shop.clock.advance(20_000);
    // As without events: commits-of-a-sale.test.ts.
    expect(syncs()).toBe(4);
  }));

it('a slot that gives nothing is told with the sale that it owes', () =>
  mdbStory({ toml: EVENTS, relayToml: books.toml }, async (shop, board) => {
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    await board.hears();
    board.jams();
    await shop.reaches(order, 'owed');
    await until(shop, 3);
    expect(told()).toEqual(['1 sale.paid', '2 sale.owed', '3 slot.failed']);
    const { raw = '' } = books.received.find(({ type }) => type === 'slot.failed') ?? {};
    expect(JSON.parse(raw)).toMatchObject({
      vend: { order_id: order, slots: [{ slot: '17', failures: 1, out_of_service: false }] },
    });
  }));
