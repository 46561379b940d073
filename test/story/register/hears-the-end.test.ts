import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned, registerStory } from '../kit/register-peer.js';

const SALE = { amount: 15_000 };

it('tells P3 when the customer cancels at the pad', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    shop.press('cancel');
    expect(await register.takes()).toMatchObject({ code: 'P3', amount: '000001500000' });
    await shop.shows('closed');
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { cancel: 1 }, paid: 0 });
    expectOneCharge(shop);
  }));

it('tells S4 when nobody paid in time, only after the gateway said so', () =>
  registerStory({ saleToml: 'qr_life_seconds = 30' }, async (shop, register) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    await shop.clock.advance(29_000);
    expect(register.quiet).toBe(true);
    await shop.clock.advance(1_000);
    expect(await register.takes()).toMatchObject({ code: 'S4' });
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { expire: 1 }, paid: 0 });
    expectOneCharge(shop);
  }));

it('tells S2 when GoPay denies', () =>
  registerStory({}, async (shop, register) => {
    shop.sandbox.faults.add({ fault: 'deny', code: '101' });
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: 'S2' });
    register.acknowledge();
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { deny: 1 }, paid: 0 });
    expectOneCharge(shop);
  }));

it('answers the register although the sale needed a second order id, because GoPay was busy at first', () =>
  registerStory({}, async (shop, register) => {
    shop.sandbox.faults.add({ fault: 'deny', code: '900', next: 1 });
    await register.ask('31', SALE);
    await shop.until('the deny', () => shop.sandbox.transactions.summary().count.deny === 1);
    await shop.until('the second try', () => shop.program.terminal.state().open?.attempt === 2);
    await shop.clock.advance(2_000);
    const order = await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00', amount: '000001500000' });
    await shop.reaches(order, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { deny: 1, settlement: 1 },
      paid: 15_000,
    });
    expectMoneyAdded(shop);
  }));

it('tells CE at once when there is no way to the gateway, and charges nothing', () =>
  registerStory({}, async (shop, register) => {
    shop.gatewayWire.cut();
    await shop.clock.advance(20_000);
    await shop.until('the word', () => !shop.program.terminal.state().readiness.ready);
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: 'CE' });
    register.acknowledge();
    expect(shop.sandbox.requestLog.counts().received['charge']).toBeUndefined();
    shop.gatewayWire.join();
    await shop.clock.advance(20_000);
    await shop.until('the word', () => shop.program.terminal.state().readiness.ready);
    // It is no repeat of anything: the refusal began no sale.
    await register.ask('31', SALE);
    await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00' });
    expectOneCharge(shop);
  }));

it('tells PT when neither screen nor printer can show a QR', () =>
  registerStory({}, async (shop, register) => {
    shop.screen.plug(false);
    shop.paper.set('paperOut', true);
    await shop.clock.advance(20_000);
    await shop.until('the word', () => !shop.program.terminal.state().readiness.ready);
    expect(await register.askAndHear('31', SALE)).toMatchObject({ code: 'PT' });
    register.acknowledge();
    await register.hearsNothingElse();
    expect(shop.sandbox.requestLog.counts().received['charge']).toBeUndefined();
  }));
