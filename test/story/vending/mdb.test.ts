import { expect, it } from 'vitest';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned, said } from '../kit/register-peer.js';
import { ask } from '../kit/technician.js';
import { machineThere, mdbStory } from '../kit/vending-shop.js';

const REFUNDS = { toml: '[refund]\nreason = "maaf"', sandbox: { posRefund: true } };

it('sells what the customer chose, at the very price, and is done when the machine says so', () =>
  mdbStory({}, async (shop, board) => {
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    expect(await board.hears()).toBe('C,VEND,15000.00');
    expect(shop.sale(order).state.at).toBe('delivering');
    board.dispenses();
    await shop.reaches(order, 'delivered');
    expect(shop.sale(order).source).toMatchObject({ kind: 'vending', name: 'vending', item: '17' });
    expectOneCharge(shop);
  }));

it('opens the session itself on a machine where nothing can be chosen before', () =>
  mdbStory({ vendingToml: 'session = "authorization-first"\nprice_unit = 1000' }, async (shop, board) => {
    expect(await board.hears()).toBe('C,START,0');
    board.chooses('15.5', '2');
    const order = await payScanned(shop);
    expect(await board.hears()).toBe('C,VEND,15.5');
    expect(shop.sale(order).amount).toBe(15_500);
    board.dispenses();
    await shop.reaches(order, 'delivered');
    expect(await board.hears()).toBe('C,START,0');
    expectOneCharge(shop);
  }));

it('charges nothing for a price that comes to no whole rupiah', () =>
  mdbStory({}, async (shop, board) => {
    board.chooses('15000.50', '17');
    expect(await board.hears()).toBe('C,STOP');
    expect(said(shop, 'E323 denied')).toBe(1);
    expect(Object.values(shop.sandbox.transactions.summary().count)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  }));

it('closes the QR at Midtrans when the customer presses cancel at the machine', () =>
  mdbStory({}, async (shop, board) => {
    board.chooses('15000.00', '17');
    const { orderId } = await shop.shows('scan');
    board.givesUp();
    await shop.reaches(orderId, 'closed');
    expect(booksSay(shop, orderId)).toBe('cancel');
    board.chooses('7000.00', '3');
    const next = await payScanned(shop);
    expect(await board.hears()).toBe('C,VEND,7000.00');
    board.dispenses();
    await shop.reaches(next, 'delivered');
    expectMoneyAdded(shop);
  }));

it('says at the terminal that the machine has switched cashless off, and sells again when it is back', () =>
  mdbStory({}, async (shop, board) => {
    board.says('c,STATUS,DISABLED');
    const machine = () => shop.program.terminal.state().readings.machine;
    await shop.until('the machine to be gone', () => machine()?.code === 321);
    expect(machine()?.detail).toBe('the machine went to DISABLED');
    board.says('c,STATUS,ENABLED');
    await machineThere(shop, 2);
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    await board.hears();
    board.dispenses();
    await shop.reaches(order, 'delivered');
  }));

it('owes what settles after the machine gave up, and never vends it', () =>
  mdbStory({}, async (shop, board) => {
    shop.sandbox.faults.add({ fault: 'settlesAfterClose', ms: 20_000 });
    board.chooses('15000.00', '17');
    const { orderId } = await shop.shows('scan');
    board.resets();
    await shop.reaches(orderId, 'closed');
    await shop.clock.advance(30_000);
    await shop.reaches(orderId, 'owed');
    expect(board.commands).toEqual([]);
    expectMoneyAdded(shop);
  }));

it('tells the machine no when nobody pays in time', () =>
  mdbStory({ vendingToml: 'patience_seconds = 60' }, async (shop, board) => {
    board.chooses('15000.00', '17');
    const { orderId } = await shop.shows('scan');
    await shop.clock.advance(60_000);
    await shop.reaches(orderId, 'closed');
    expect(await board.hears()).toBe('C,STOP');
  }));

it('owes what was paid and did not fall', () =>
  mdbStory({}, async (shop, board) => {
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    await board.hears();
    board.jams();
    await shop.reaches(order, 'owed');
    expect((await ask(shop, 'owed')).text).toContain(order);
    expectMoneyAdded(shop);
  }));

it('gives back what was paid and did not fall, where refunds are on', () =>
  mdbStory(REFUNDS, async (shop, board) => {
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    await board.hears();
    board.jams();
    await shop.reaches(order, 'resolved');
    expect(shop.sale(order).state).toMatchObject({ how: 'refunded' });
    expectMoneyAdded(shop);
  }));

it('owes what nobody knows of, and believes late delivery report', () =>
  mdbStory({}, async (shop, board, patience) => {
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    await board.hears();
    await patience.end();
    await shop.until('it to be unknown', () => said(shop, 'goods: unknown') === 1);
    board.dispenses();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('never vends on a guess after a power cut between payment and report on the goods', () =>
  mdbStory({}, async (shop, board) => {
    board.chooses('15000.00', '17');
    const order = await payScanned(shop);
    expect(await board.hears()).toBe('C,VEND,15000.00');
    await shop.powerCut();
    await shop.startTerminal();
    await machineThere(shop, 2);
    await shop.clock.advance(600_000);
    await shop.reaches(order, 'owed');
    expect(board.commands).toEqual([]);
    expectMoneyAdded(shop);
  }));

it('owes what was paid while the power was out: the machine waits for it no more', () =>
  mdbStory({}, async (shop, board) => {
    board.chooses('15000.00', '17');
    const { orderId, payload } = await shop.shows('scan');
    await shop.powerCut();
    shop.sandbox.payScanned(payload);
    await shop.startTerminal();
    await machineThere(shop, 2);
    await shop.clock.advance(600_000);
    await shop.reaches(orderId, 'owed');
    expect(board.commands).toEqual([]);
    expectOneCharge(shop);
  }));
