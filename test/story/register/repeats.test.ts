import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned, registerStory, said, storedAnswers } from '../kit/register-peer.js';

const SALE = { amount: 15_000 };

it('charges once and answers once when a register repeats its request while the customer pays', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    await register.ask('31', SALE);
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00', amount: '000001500000' });
    await shop.reaches(order, 'delivered');
    await register.hearsNothingElse();
    expect(storedAnswers(shop).filter(({ orderId }) => orderId === order)).toHaveLength(1);
    expect(said(shop, 'register asks sale 15000: wait')).toBe(2);
    expectOneCharge(shop);
  }));

it('sends the same bytes again when the register repeats its request while its answer waits for the ACK, and none comes', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    expect(shop.sale(order).state).toMatchObject({ at: 'delivering', step: 'telling' });
    await register.ask('31', SALE);
    await line.ackWait.end();
    const second = await register.answer();
    expect(second.hex).toBe(first.hex);
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    await register.hearsNothingElse();
    expectOneCharge(shop);
  }));

it('sends no copy for a repeat that crossed the answer: the next customer of the same bill would have it for his', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    await register.answer();
    await register.ask('31', SALE);
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    await register.ask('31', SALE);
    const next = await payScanned(shop);
    expect(next).not.toBe(order);
    await register.takes();
    await shop.reaches(next, 'delivered');
    expectMoneyAdded(shop);
  }));

it('sends the same bytes again to a register that acknowledges until it does, and sells anew then', () =>
  registerStory({ registerToml: 'resends = 1' }, async (shop, register, line) => {
    // Its silence means that it has not heard, however long ago it acknowledged anything.
    await register.hearsNothingElse();
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    // Sent again by itself, and then given up.
    await line.ackWait.end();
    expect((await register.answer()).hex).toBe(first.hex);
    await line.ackWait.end();
    await shop.until('the claim', () => said(shop, 'the register was silent') === 1);
    expect(shop.sale(order).state).toMatchObject({ at: 'delivering', step: 'claim' });
    await shop.clock.advance(30_000);
    const again = await register.askAndHear('31', SALE);
    expect(again.hex).toBe(first.hex);
    expect(shop.sandbox.requestLog.counts().processed).toMatchObject({ charge: 1 });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expect(storedAnswers(shop).at(-1)).toMatchObject({ orderId: order, acknowledged: 1 });
    // The next customer has the same bill.
    await register.ask('31', SALE);
    const next = await payScanned(shop);
    expect(next).not.toBe(order);
    const answer = await register.takes();
    expect(answer).toMatchObject({ code: '00', amount: first.amount });
    expect(answer.invoice).not.toBe(first.invoice);
    await shop.reaches(next, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    expectMoneyAdded(shop);
  }));

it('sends the same frame at once for a NAK', () =>
  registerStory({ registerToml: 'resends = 2' }, async (shop, register) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    register.refuse();
    expect((await register.answer()).hex).toBe(first.hex);
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('sends its refusal again until it is acknowledged, and begins a new sale only then', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    const { orderId } = await shop.shows('scan');
    shop.press('cancel');
    const first = await register.answer();
    expect(first.code).toBe('P3');
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    const second = await register.askAndHear('31', SALE);
    expect(second.hex).toBe(first.hex);
    register.acknowledge();
    await shop.until('the ACK', () => storedAnswers(shop).at(-1)?.acknowledged === 1);
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    expect(order).not.toBe(orderId);
    expect(await register.takes()).toMatchObject({ code: '00' });
    await shop.reaches(order, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 1, cancel: 1 },
      paid: 15_000,
    });
    expectMoneyAdded(shop);
  }));

it('does not take the next customer of the same bill for the one before because an inquiry had no ACK', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    await register.takes();
    await shop.reaches(order, 'delivered');
    // It looks again, and acknowledges no answer to that.
    expect(await register.askAndHear('32')).toMatchObject({ type: '32', code: '00' });
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    await register.ask('31', SALE);
    const next = await payScanned(shop);
    expect(next).not.toBe(order);
    expect(await register.takes()).toMatchObject({ type: '31', code: '00' });
    await shop.reaches(next, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
    expectMoneyAdded(shop);
  }));
