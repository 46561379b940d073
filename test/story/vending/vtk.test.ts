import { expect, it } from 'vitest';
import type { Vmc } from '../../kit/vending/vmc.js';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned, said } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';
import { machineThere, vendingPort, vtkStory } from '../kit/vending-shop.js';

const BUY = 'buy 1500000 7 KOPI';

/** The terminal after a power cut, and the machine that dials it again. */
async function comesBack(shop: Shop, machine: Vmc): Promise<void> {
  await shop.startTerminal();
  machine.does(`dial ${await vendingPort(shop, 2)}`);
  await machine.hears();
}

it('sells to a machine written by somebody else, in another language', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const order = await payScanned(shop);
    const answer = await machine.hears();
    expect(answer).toMatch(/^VRP 3=\d{10} 4=1500000$/);
    machine.does('done');
    expect(await machine.hears()).toBe(answer.replace('VRP', 'FIN'));
    await shop.reaches(order, 'delivered');
    expect(shop.sale(order)).toMatchObject({ amount: 15_000, source: { item: '7', product: 'KOPI' } });
    expectOneCharge(shop);
  }));

it('closes the QR at Midtrans when the machine aborts', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const { orderId } = await shop.shows('scan');
    machine.does('abort');
    expect(await machine.hears()).toMatch(/^ABR /);
    await shop.reaches(orderId, 'closed');
    expect(booksSay(shop, orderId)).toBe('cancel');
    machine.does('again');
    expect(await machine.hears()).toMatch(/^VRP .* 4=0$/);
    expectOneCharge(shop);
  }));

it('owes what settles after the machine gave up', () =>
  vtkStory({}, async (shop, machine) => {
    shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
    machine.does(BUY);
    const { orderId } = await shop.shows('scan');
    machine.does('idle');
    await machine.hears();
    await shop.reaches(orderId, 'closed');
    await shop.clock.advance(30_000);
    await shop.reaches(orderId, 'owed');
    expect(machine.waiting).toEqual([]);
    expectMoneyAdded(shop);
  }));

it('declines when nobody pays in time, before the machine stops waiting', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const { orderId } = await shop.shows('scan');
    await shop.clock.advance(119_000);
    await shop.reaches(orderId, 'closed');
    expect(await machine.hears()).toMatch(/^VRP .* 4=0$/);
  }));

it('owes what did not fall, or gives it back where refunds are on', async () => {
  await vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const order = await payScanned(shop);
    await machine.hears();
    machine.does('jam');
    expect(await machine.hears()).toMatch(/^FIN .* 4=0$/);
    await shop.reaches(order, 'owed');
    expect((await ask(shop, 'owed')).text).toContain(order);
    expectMoneyAdded(shop);
  });
  const refunds = { toml: '[refund]\nreason = "maaf"', sandbox: { posRefund: true } };
  await vtkStory(refunds, async (shop, machine) => {
    machine.does(BUY);
    const order = await payScanned(shop);
    await machine.hears();
    machine.does('jam');
    await machine.hears();
    await shop.reaches(order, 'resolved');
    expect(shop.sale(order).state).toMatchObject({ how: 'refunded' });
    expectMoneyAdded(shop);
  });
});

it('gives the same answer to a request repeated after a power cut, and the goods fall once', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const order = await payScanned(shop);
    const answer = await machine.hears();
    await shop.powerCut();
    expect(await machine.hears()).toBe('hungup');
    await shop.startTerminal();
    machine.does(`dial ${await vendingPort(shop, 2)}`);
    expect(await machine.hears()).toBe('dialled');
    machine.does('again');
    expect(await machine.hears()).toBe(answer);
    machine.does('done');
    expect(await machine.hears()).toBe(answer.replace('VRP', 'FIN'));
    await shop.reaches(order, 'delivered');
    machine.does('again');
    expect(await machine.hears()).toBe(answer);
    expectOneCharge(shop);
  }));

it('goes on with the same QR when the request is repeated after a power cut before the payment', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const { orderId } = await shop.shows('scan');
    await shop.powerCut();
    await machine.hears();
    await comesBack(shop, machine);
    machine.does('again');
    await machineThere(shop, 2);
    expect(await payScanned(shop)).toBe(orderId);
    expect(await machine.hears()).toMatch(/^VRP .* 4=1500000$/);
    machine.does('done');
    await machine.hears();
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('approves what was paid while the power was out, once the machine asks again', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const { orderId, payload } = await shop.shows('scan');
    await shop.powerCut();
    shop.sandbox.payScanned(payload);
    await machine.hears();
    await comesBack(shop, machine);
    machine.does('again');
    await machineThere(shop, 2);
    await shop.clock.advance(10_000);
    expect(await machine.hears()).toMatch(/^VRP .* 4=1500000$/);
    machine.does('done');
    await machine.hears();
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('believes a result that comes after a power cut without a repeat of its request', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    const order = await payScanned(shop);
    await machine.hears();
    await shop.powerCut();
    await machine.hears();
    await comesBack(shop, machine);
    machine.does('done');
    expect(await machine.hears()).toMatch(/^FIN .* 4=1500000$/);
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('approves on the next line what was paid while the line was down', () =>
  vtkStory({}, async (shop, machine) => {
    machine.does(BUY);
    await shop.shows('scan');
    machine.does('hang');
    await shop.until('the machine to be gone', () => said(shop, 'vending gone: E302') === 1);
    const order = await payScanned(shop);
    machine.does(`dial ${await vendingPort(shop, 1)}`);
    machine.does('again');
    while (!(await machine.hears()).startsWith('VRP'));
    machine.does('done');
    await machine.hears();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('sells twice to two customers of a machine that counts by itself and began anew', () =>
  vtkStory({}, async (shop, machine) => {
    for (let customer = 1; customer <= 2; customer += 1) {
      machine.does('reset');
      machine.does(BUY);
      const order = await payScanned(shop);
      expect(await machine.hears()).toBe('VRP 3=1 4=1500000');
      machine.does('done');
      await machine.hears();
      await shop.reaches(order, 'delivered');
      machine.does('hang');
      while ((await machine.hears()) !== 'hungup');
      machine.does(`dial ${await vendingPort(shop, 1)}`);
      await machine.hears();
    }
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    expectMoneyAdded(shop);
  }));
