import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { payScanned, registerStory } from '../kit/register-peer.js';

const SALE = { amount: 15_000 };

it('answers an inquiry with S3 while the customer pays and with 00 later, by RRN or of the last sale', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    const pending = await register.askAndHear('32');
    expect(pending).toMatchObject({ type: '32', code: 'S3', amount: '000001500000' });
    register.acknowledge();
    const { rrn } = pending;
    expect(await register.askAndHear('32', { reference: rrn })).toMatchObject({ code: 'S3', rrn });
    register.acknowledge();
    const order = await payScanned(shop);
    expect(await register.takes()).toMatchObject({ type: '31', code: '00', rrn });
    await shop.reaches(order, 'delivered');
    for (const reference of [rrn, '']) {
      const approved = await register.askAndHear('32', { reference });
      expect(approved).toMatchObject({ type: '32', code: '00', rrn, amount: '000001500000' });
      register.acknowledge();
    }
    expect(await register.askAndHear('32', { reference: '999999999999' })).toMatchObject({ code: 'aa' });
    register.acknowledge();
    await register.hearsNothingElse();
    expectOneCharge(shop);
  }));

it('delivers by an inquiry that is acknowledged, when the answer itself was not', () =>
  registerStory({}, async (shop, register) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    await register.answer();
    expect(await register.askAndHear('32')).toMatchObject({ type: '32', code: '00' });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    await register.hearsNothingElse();
    await shop.until('the receipt', () => shop.slipsWith('LUNAS') === 1);
    expectOneCharge(shop);
  }));

it('answers an echo test, prints the last receipt again as a copy, and refuses what it does not know', () =>
  registerStory({}, async (shop, register) => {
    expect(await register.askAndHear('17', { version: 2 })).toMatchObject({
      type: '17',
      code: '00',
      version: 2,
    });
    register.acknowledge();
    expect(await register.askAndHear('19')).toMatchObject({ type: '19', code: 'aa' });
    register.acknowledge();
    expect(await register.askAndHear('25')).toMatchObject({ type: '25', code: 'aa' });
    register.acknowledge();
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    // In the middle of things, too.
    await register.takes();
    await shop.reaches(order, 'delivered');
    await shop.until('the receipt', () => shop.slipsWith('LUNAS') === 1);
    expect(shop.slipsWith('COPY')).toBe(0);
    const copy = await register.askAndHear('19');
    expect(copy).toMatchObject({ type: '19', code: '00', amount: '000001500000' });
    register.acknowledge();
    await shop.until('the copy', () => shop.slipsWith('LUNAS', 'COPY', 'Rp15.000', order) === 1);
    expect(shop.slipsWith('LUNAS')).toBe(2);
    expect(await register.askAndHear('99', { amount: 7 })).toMatchObject({
      code: 'aa',
      amount: '000000000700',
    });
    register.acknowledge();
    expectOneCharge(shop);
  }));

it('refuses an amount of nothing and one beyond its limit without charging', () =>
  registerStory({ saleToml: 'max = 100_000' }, async (shop, register) => {
    for (const amount of [0, 100_001]) {
      expect(await register.askAndHear('31', { amount })).toMatchObject({ code: 'aa' });
      register.acknowledge();
    }
    expect(shop.sandbox.requestLog.counts().received['charge']).toBeUndefined();
  }));
