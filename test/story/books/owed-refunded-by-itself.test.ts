import { expect, it } from 'vitest';
import { PHRASES } from '../../../src/core/text/phrases.js';
import { askedFor, booksSay, expectMoneyAdded } from '../kit/account.js';
import { type Shop, type ShopOptions, story } from '../kit/shop.js';
import { ask, owedSale } from '../kit/technician.js';

const SHOP: ShopOptions = {
  saleToml: 'qr_life_seconds = 60',
  toml: '[refund]\nreason = "maaf"',
  sandbox: { posRefund: true },
};

/** As {@link owedSale}, up to the settlement that comes too late. */
async function settlesLate(shop: Shop): Promise<string> {
  shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
  // The notice of the refund would tell the end of it at once.
  shop.sandbox.faults.add({ fault: 'notificationDrop', about: 'refund' });
  const order = await shop.ring(15_000);
  await shop.shows('scan');
  await shop.clock.advance(60_000);
  await shop.reaches(order, 'closed');
  await shop.clock.advance(20_000);
  return order;
}

const refunds = (shop: Shop, order: string) => {
  const found = shop.sandbox.transactions.find(order)?.state;
  return found !== undefined && 'refunds' in found
    ? found.refunds.map(({ key, amount }) => [key, amount])
    : [];
};

it('gives back by itself what settled too late, tells the customer so, and tells the story', () =>
  story(SHOP, async (shop) => {
    const order = await settlesLate(shop);
    await shop.reaches(order, 'resolved');
    expect(shop.sale(order).state).toMatchObject({ how: 'refunded', by: 'gateway' });
    expect(refunds(shop, order)).toEqual([[`${order}-R`, 15_000]]);
    await shop.until('the slip', () => shop.slipsWith('BELUM DISERAHKAN', 'dikembalikan', order) === 1);
    expect(shop.screen.shown).toContainEqual(
      expect.objectContaining({ show: 'owed', words: PHRASES.refunding }),
    );
    expect((await ask(shop, 'owed')).text).toBe('nothing is owed');
    const { text } = await ask(shop, 'why', [order]);
    expect(text).toContain('the gateway is asked to give the money back');
    expect(text).toContain('The gateway refunded it: "refund", Rp15.000');
    expect((await ask(shop, 'shift')).data).toMatchObject({
      all: { settled: { sum: 15_000 }, refunded: { count: 1, sum: 15_000 }, owed: { sum: 0 } },
    });
    expectMoneyAdded(shop);
  }));

it('refunds nothing by itself unless the merchant has turned it on', () =>
  story({ ...SHOP, toml: '' }, async (shop) => {
    const order = await owedSale(shop);
    await shop.clock.advance(60_000);
    expect(askedFor(shop, order)).not.toContain('refund');
    expect(shop.sale(order).state.at).toBe('owed');
  }));

it('puts it back on the owed list, with the reason, where Midtrans does not refund POS transactions', () =>
  story({ ...SHOP, sandbox: { posRefund: false } }, async (shop) => {
    const order = await settlesLate(shop);
    await shop.reaches(order, 'owed');
    expect(shop.sale(order).state).toMatchObject({ refund: { ended: 'rejected' } });
    expect((await ask(shop, 'owed')).text).toContain('the automatic refund failed: 412');
    expect(shop.log.join('\n')).toContain(`ERROR ${order} E541 it was not refunded: 412`);
    await shop.clock.advance(700_000);
    expect(askedFor(shop, order).filter((endpoint) => endpoint === 'refund')).toHaveLength(1);
    expectMoneyAdded(shop);
  }));

it('makes one refund where the answer is lost, by asking what became of it', () =>
  story(SHOP, async (shop) => {
    shop.sandbox.faults.add({ fault: 'lostAnswer', endpoint: 'refund', next: 1 });
    const order = await settlesLate(shop);
    await shop.reaches(order, 'refunding');
    await shop.clock.advance(60_000);
    await shop.reaches(order, 'resolved');
    expect(refunds(shop, order)).toHaveLength(1);
    expect(askedFor(shop, order).filter((endpoint) => endpoint === 'refund')).toHaveLength(1);
  }));

it('makes one refund where the request is lost, with the same key', () =>
  story(SHOP, async (shop) => {
    shop.sandbox.faults.add({ fault: 'lostRequest', endpoint: 'refund', next: 2 });
    const order = await settlesLate(shop);
    await shop.reaches(order, 'refunding');
    await shop.clock.advance(120_000);
    await shop.reaches(order, 'resolved');
    expect(refunds(shop, order)).toEqual([[`${order}-R`, 15_000]]);
  }));

it('makes one refund where the power is cut while it is under way', () =>
  story(SHOP, async (shop) => {
    shop.sandbox.faults.add({ fault: 'lostAnswer', endpoint: 'refund', next: 1 });
    const order = await settlesLate(shop);
    await shop.until('the refund in the books', () => booksSay(shop, order) === 'refund');
    expect(shop.sale(order).state.at).toBe('refunding');
    expect((await ask(shop, 'owed')).text).toContain(
      `being given back through the gateway, refund key ${order}-R`,
    );
    const hand = { flags: { how: 'refunded', note: 'cash' } };
    expect((await ask(shop, 'owed', ['resolve', order], hand)).good).toBe(false);
    await shop.powerCut();
    await shop.startTerminal();
    await shop.reaches(order, 'resolved');
    expect(refunds(shop, order)).toHaveLength(1);
    expect(askedFor(shop, order).filter((endpoint) => endpoint === 'refund')).toHaveLength(1);
  }));
