import { expect, it } from 'vitest';
import { expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned, registerStory, said } from '../kit/register-peer.js';

it("tells a register PT at once while a keypad's sale is open, and that sale goes on unharmed", () =>
  registerStory({}, async (shop, register) => {
    const order = await shop.ring(7_000);
    const { payload } = await shop.shows('scan');
    const busy = await register.askAndHear('31', { amount: 15_000 });
    expect(busy).toMatchObject({ code: 'PT', amount: '000001500000' });
    register.acknowledge();
    expect(await register.askAndHear('32')).toMatchObject({ code: 'aa' });
    register.acknowledge();
    expect(shop.screen.now).toMatchObject({ show: 'scan', payload });
    expect(await payScanned(shop)).toBe(order);
    await shop.reaches(order, 'delivered');
    // Nobody tells the register of a sale that is none of its own.
    await register.hearsNothingElse();
    expect(shop.sandbox.transactions.summary()).toMatchObject({ count: { settlement: 1 }, paid: 7_000 });
    expectOneCharge(shop);
    // Busy was no answer to remember: the same request now begins a sale.
    await register.ask('31', { amount: 15_000 });
    await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00' });
    expectMoneyAdded(shop);
  }));

it("leaves a keypad's sale open while a register claims the answer to an older one", () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', { amount: 15_000 });
    const older = await payScanned(shop);
    await register.answer();
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    const order = await shop.ring(7_000);
    const { payload } = await shop.shows('scan');
    expect(await register.askAndHear('32')).toMatchObject({ code: '00', amount: '000001500000' });
    expect(shop.program.terminal.state().open?.orderId).toBe(order);
    register.acknowledge();
    await shop.reaches(older, 'delivered');
    expect(shop.program.terminal.state().open?.orderId).toBe(order);
    expect(shop.screen.now).toMatchObject({ show: 'scan', payload });
    // Law 8 holds: neither keys nor the register begin another one.
    shop.press('5', 'enter');
    expect(await register.askAndHear('31', { amount: 20_000 })).toMatchObject({ code: 'PT' });
    register.acknowledge();
    expect(await payScanned(shop)).toBe(order);
    await shop.reaches(order, 'delivered');
    expect(shop.sandbox.transactions.summary()).toMatchObject({
      count: { settlement: 2, pending: 0 },
      paid: 22_000,
    });
    expect(shop.sandbox.requestLog.counts().processed).toMatchObject({ charge: 2 });
    expectMoneyAdded(shop);
  }));

it('tells a register PT that asks for another sale while its own is open, and serves that one when asked again', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', { amount: 15_000 });
    await shop.shows('scan');
    expect(await register.askAndHear('31', { amount: 20_000 })).toMatchObject({ code: 'PT' });
    register.acknowledge();
    const order = await payScanned(shop);
    await shop.until('the claim', () => said(shop, 'the register was gone') === 1);
    // It had moved on, and would take this for the answer to whatever it asks next.
    await register.hearsNothingElse();
    expect(await register.askAndHear('31', { amount: 15_000 })).toMatchObject({ code: '00' });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));
