import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectMoneyAdded, sells } from '../kit/account.js';
import { story } from '../kit/shop.js';
import { ask } from '../kit/technician.js';
import { WebhookReceiver } from '../kit/webhook-receiver.js';

let books: WebhookReceiver;

beforeEach(async () => {
  books = await WebhookReceiver.make();
});
afterEach(async () => {
  await books.down();
  expect(books.forged).toEqual([]);
});

it('tells a receiver of a sale that it was paid and delivered, signed, in its order', () =>
  story({ toml: books.toml }, async (shop) => {
    await books.up();
    const order = await sells(shop, 15_000);
    const told = await books.has(shop, 2);
    expect(told.map(({ type, orderId }) => [type, orderId])).toEqual([
      ['sale.paid', order],
      ['sale.delivered', order],
    ]);
    expect(JSON.parse(told[0]?.raw ?? '')).toMatchObject({ sale: { amount: 15_000, source: 'keypad' } });
    await shop.until('the list', () => shop.program.journal.webhooks.list(true, 9).length === 0);
    expect((await ask(shop, 'webhooks')).text).toContain(`${told[0]?.id} to books`);
  }));

it('sends what was not taken again, the same bytes under the same id, and what follows after it', () =>
  story({ toml: books.toml }, async (shop) => {
    const answers = [500, 'lost', 302, 204] as const;
    books.answer = (nth) => answers[nth - 1] ?? 204;
    await books.up();
    await sells(shop, 15_000);
    for (let tries = 1; tries < 4; tries += 1) {
      const inVain = () => shop.log.filter((line) => line.includes('E245')).length;
      await shop.until(`${tries} tries in vain`, () => inVain() >= tries);
      await shop.clock.advance(10_000 * 2 ** (tries - 1));
    }
    const told = await books.has(shop, 5);
    expect(told.map(({ type }) => type)).toEqual([...Array(4).fill('sale.paid'), 'sale.delivered']);
    expect(new Set(told.slice(0, 4).map(({ raw }) => raw)).size).toBe(1);
    // Each try is signed at its own time.
    expect(new Set(told.slice(0, 4).map(({ at }) => at)).size).toBe(4);
    expect(books.effects).toEqual(['sale.paid', 'sale.delivered']);
  }));

it('a receiver that is down or holds its answer holds up no sale', () =>
  story({ toml: books.toml }, async (shop) => {
    await sells(shop, 1_000);
    books.answer = () => 'held';
    await books.up();
    await sells(shop, 2_000);
    expectMoneyAdded(shop);
  }));

it('what was journalled and not sent is sent after a power cut, under the id that it had', () =>
  story({ toml: books.toml }, async (shop) => {
    await books.up();
    books.answer = () => 500;
    await sells(shop, 15_000);
    const [first] = await books.has(shop, 1);
    await shop.powerCut();
    books.answer = () => 204;
    await shop.startTerminal();
    await shop.clock.advance(20_000);
    await shop.until('all to be taken', () => books.effects.length === 2);
    expect(books.received.filter(({ answered }) => answered === 204)[0]?.raw).toBe(first?.raw);
  }));

it('is listed, and replayed by a technician under the same id', () =>
  story({ toml: books.toml }, async (shop) => {
    await sells(shop, 15_000);
    await shop.until('a try', () => shop.log.some((line) => line.includes('E245')));
    const listed = await ask(shop, 'webhooks');
    expect(listed.text).toContain('not taken yet:');
    await books.up();
    const rows = listed.data as readonly { id: string; kind: string }[];
    const id = rows.find(({ kind }) => kind === 'paid')?.id ?? '';
    expect(await ask(shop, 'webhooks', ['replay', id])).toMatchObject({
      good: true,
      data: [{ id, ended: null, tries: 0, dueMs: expect.any(Number) }],
    });
    await shop.until('the replay', () => books.received.some((one) => one.id === id));
    expect(await ask(shop, 'webhooks', ['replay', 'T1-NONE.paid.0'])).toMatchObject({ good: false });
  }));
