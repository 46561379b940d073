import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { connected, payScanned, registerStory, said, storedAnswers } from '../kit/register-peer.js';

const SALE = { amount: 15_000 };

it('answers the request that a register repeats after a power cut with the sale of before, charged once', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    const { orderId } = await shop.shows('scan');
    await shop.powerCut();
    await shop.startTerminal();
    await connected(shop, 2);
    await register.ask('31', SALE);
    expect(await payScanned(shop)).toBe(orderId);
    expect(await register.takes()).toMatchObject({ code: '00', amount: '000001500000' });
    await shop.reaches(orderId, 'delivered');
    await register.hearsNothingElse();
    expectOneCharge(shop);
  }));

it('answers with 00 when the customer paid while the power was out, once the register asks again', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    const { orderId, payload } = await shop.shows('scan');
    await shop.powerCut();
    shop.sandbox.payScanned(payload);
    await shop.startTerminal();
    await connected(shop, 2);
    await shop.until('the claim', () => said(shop, 'the register was gone') === 1);
    // It may have gone on to another sale by now, so it is told nothing that it did not ask.
    await register.hearsNothingElse();
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: '00' });
    register.acknowledge();
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('finds the charge whose answer a power cut took, and serves the register that asks again', () =>
  registerStory({}, async (shop, register) => {
    shop.sandbox.faults.add({ fault: 'slow', ms: 5_000, endpoint: 'charge', commit: 'first', next: 1 });
    await register.ask('31', SALE);
    await shop.until('the charge', () => shop.sandbox.transactions.summary().count.pending === 1);
    const { orderId } = await shop.found('the sale', () => shop.program.terminal.state().open);
    await shop.powerCut();
    await shop.startTerminal();
    await connected(shop, 2);
    // It is asked about at once, or with the first look: whichever comes first, broker or clock.
    expect(said(shop, `${orderId} charging -> chargeUnknown`)).toBe(1);
    await register.ask('31', SALE);
    await shop.clock.advance(1_000, true);
    await shop.shows('scan');
    // The answer that nobody reads any more.
    await shop.clock.advance(4_000, true);
    expect(await payScanned(shop)).toBe(orderId);
    expect(await register.takes()).toMatchObject({ code: '00' });
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('sends the same bytes after a power cut between the journalled answer and its ACK', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    await shop.powerCut();
    expect(storedAnswers(shop)).toMatchObject([{ bytes: first.hex, acknowledged: 0 }]);
    await shop.startTerminal();
    await connected(shop, 2);
    await register.hearsNothingElse();
    const again = await register.askAndHear('31', SALE);
    expect(again.hex).toBe(first.hex);
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('sells anew to a register that had acknowledged before the power cut', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.takes();
    await shop.reaches(order, 'delivered');
    await shop.powerCut();
    await shop.startTerminal();
    await connected(shop, 2);
    await register.ask('31', SALE);
    const next = await payScanned(shop);
    const second = await register.takes();
    expect(second).toMatchObject({ code: '00', amount: first.amount });
    expect(second.rrn).not.toBe(first.rrn);
    await shop.reaches(next, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 2 }, paid: 30_000 });
  }));
