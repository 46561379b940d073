import { expect, it } from 'vitest';
import { booksSay, expectMoneyAdded, expectOneCharge, journalSum } from '../kit/account.js';
import { payScanned, said, storedAnswers } from '../kit/register-peer.js';
import { ABORT, asks, hearsEnd, zvtStory } from '../kit/zvt-story.js';

const NEVER = ['none', 'none', 'none', 'none'];

it('gives up the sale that the register aborts, closes its QR, and tells the end of it', () =>
  zvtStory({ by: 'serial' }, async ({ shop, register }) => {
    await asks(register);
    const { orderId } = await shop.shows('scan');
    register.send(ABORT);
    await register.hearsUpTo('8000');
    const heard = await hearsEnd(register, '061e');
    expect(heard.map(({ heard: what }) => what)).toEqual(['040f', '061e']);
    expect(heard[0]?.fields).toMatchObject({ '27': '6c', '04': '000001500000' });
    expect(heard[1]?.fields).toEqual({ code: '6c' });
    await shop.reaches(orderId, 'closed');
    expect(booksSay(shop, orderId)).toBe('cancel');
    expect(shop.sandbox.transactions.summary().paid).toBe(0);
    expectOneCharge(shop);
  }));

it('refuses an abort that comes when the sale is paid', () =>
  zvtStory({}, async ({ shop, register }) => {
    await asks(register);
    const order = await payScanned(shop);
    await hearsEnd(register, '060f');
    await shop.reaches(order, 'delivered');
    register.send(ABORT);
    await register.hears('8483');
    expect(shop.sale(order).state.at).toBe('delivered');
    expectOneCharge(shop);
  }));

it('takes a doubled abort of a sale that settles meanwhile for no word of its end, and charges nothing again', () =>
  zvtStory({ saleToml: 'claim_seconds = 60' }, async ({ shop, register, waits }) => {
    register.reply('040f', ...NEVER);
    await asks(register);
    const { orderId } = await shop.shows('scan');
    // The payment comes about just before our cancel, and Midtrans takes a second to say so: time for both aborts.
    shop.sandbox.faults.add({ fault: 'notificationDrop' });
    shop.sandbox.faults.add({ fault: 'paymentRacesClose', endpoint: 'cancel' });
    shop.sandbox.faults.add({ fault: 'slow', ms: 1_000, commit: 'first', endpoint: 'cancel' });
    for (let press = 1; press <= 2; press += 1) {
      register.send(ABORT);
      await register.hearsUpTo('8000');
    }
    expect(shop.sale(orderId).state.at).toBe('closing');
    await shop.until('the payment', () => booksSay(shop, orderId) === 'settlement');
    await shop.clock.advance(1_000, true);
    const heard = (await register.hearsUpTo('040f')).filter(({ heard: what }) => what !== '04ff');
    expect(heard.map(({ heard: what }) => what)).toEqual(['040f']);
    expect(heard.at(-1)?.fields).toMatchObject({ '27': '00', '04': '000001500000' });
    // Once more, while it is told "approved": both are refused, and what it confirms by that is not the payment.
    register.send(ABORT);
    register.send(ABORT);
    await register.hears('8483');
    await register.hears('8483');
    await waits.end();
    expect((await register.hears('061e')).fields).toEqual({ code: '9b' });
    await waits.end();
    await shop.until('the silence', () => said(shop, `${orderId}: the register was silent`) === 1);
    expect(shop.sale(orderId).state).toMatchObject({ at: 'delivering', step: 'claim' });
    await shop.clock.advance(60_000);
    expect(shop.sale(orderId).state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    const heardBy = storedAnswers(shop).filter(({ acknowledged }) => acknowledged === 1);
    expect([...new Set(heardBy.map(({ result }) => result))]).toEqual(['done']);
    register.reply('040f');
    await asks(register);
    await hearsEnd(register, '060f');
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('tells "aborted" when the customer does not pay, only after the gateway said so', () =>
  zvtStory({ saleToml: 'qr_life_seconds = 30' }, async ({ shop, register }) => {
    await asks(register);
    const { orderId } = await shop.shows('scan');
    await shop.clock.advance(29_000);
    expect(register.rest().filter(({ heard }) => heard !== '04ff')).toEqual([]);
    await shop.clock.advance(1_000);
    const heard = await hearsEnd(register, '061e');
    expect(heard.map(({ fields }) => fields['27'] ?? fields['code'])).toEqual(['6c', '6c']);
    await shop.reaches(orderId, 'closed');
    expectOneCharge(shop);
  }));

it('owes a paid sale whose status information the register does not confirm, and tells it when it asks again', () =>
  zvtStory({ saleToml: 'claim_seconds = 60' }, async ({ shop, register, waits }) => {
    register.reply('040f', ...NEVER);
    await asks(register);
    const order = await payScanned(shop);
    const first = (await register.hearsUpTo('040f')).at(-1);
    await waits.end();
    await shop.until('the silence', () => said(shop, `${order}: the register was silent`) === 1);
    expect((await register.hears('061e')).fields).toEqual({ code: '9b' });
    // The reply to that is taken for the one that was missing.
    await waits.end();
    expect(shop.sale(order).state).toMatchObject({ at: 'delivering', step: 'claim' });
    await shop.clock.advance(60_000);
    expect(shop.sale(order).state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    expect(journalSum(shop, 'owed')).toBe(15_000);
    register.reply('040f');
    await asks(register);
    expect((await hearsEnd(register, '060f'))[0]?.apdu).toBe(first?.apdu);
    await shop.reaches(order, 'delivered');
    expect(journalSum(shop, 'owed')).toBe(0);
    expectOneCharge(shop);
  }));

it('gives the money back where refunds are enabled and the register does not take the status information', () =>
  zvtStory({ toml: '[refund]', sandbox: { posRefund: true } }, async ({ shop, register }) => {
    register.reply('040f', '84df00');
    await asks(register);
    const order = await payScanned(shop);
    await register.hearsUpTo('061e');
    await shop.clock.advance(5_000);
    await shop.reaches(order, 'resolved');
    expect(shop.sale(order).state).toMatchObject({ how: 'refunded' });
    expect(booksSay(shop, order)).toBe('refund');
    expectMoneyAdded(shop);
  }));

it('gives the money back of a sale that the register did not confirm, where that is enabled, too', () =>
  zvtStory(
    {
      saleToml: 'claim_seconds = 60',
      toml: '[refund]\nunknown_delivery = true',
      sandbox: { posRefund: true },
    },
    async ({ shop, register, waits }) => {
      register.reply('040f', ...NEVER);
      await asks(register);
      const order = await payScanned(shop);
      await register.hearsUpTo('040f');
      await waits.end();
      await register.hears('061e');
      await shop.until('the claim', () => said(shop, `${order}: the register was silent`) === 1);
      await shop.clock.advance(65_000);
      await shop.reaches(order, 'resolved');
      expect(booksSay(shop, order)).toBe('refund');
      // The same request is a repeat still: it is told that there is no such payment any more.
      await waits.end();
      register.reply('040f');
      await asks(register);
      expect((await hearsEnd(register, '061e')).at(-1)?.fields).toEqual({ code: '6c' });
      expectOneCharge(shop);
    },
  ));

it('owes what the register does not take where refunds are not enabled', () =>
  zvtStory({}, async ({ shop, register }) => {
    register.reply('040f', '84df00');
    await asks(register);
    const order = await payScanned(shop);
    expect((await register.hearsUpTo('061e')).at(-1)?.fields).toEqual({ code: 'df' });
    await shop.reaches(order, 'owed');
    expect(journalSum(shop, 'owed')).toBe(15_000);
    expectOneCharge(shop);
  }));

it('waits for a machine that hands its goods over before it confirms', () =>
  zvtStory({}, async ({ shop, register }) => {
    register.reply('040f', '849c00', 'ok');
    await asks(register);
    const order = await payScanned(shop);
    const heard = await hearsEnd(register, '060f');
    expect(heard.map(({ heard: what }) => what)).toEqual(['040f', '040f', '060f']);
    expect(heard[1]?.apdu).toBe(heard[0]?.apdu);
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));
