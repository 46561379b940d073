import { expect, it } from 'vitest';
import type { ZvtRegisterPeer } from '../../kit/zvt/register.js';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { payScanned } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';
import { ask } from '../kit/technician.js';
import { asks, hearsEnd, zvtStory } from '../kit/zvt-story.js';

/** A sale that is paid and delivered. @returns its order and its receipt number, four digits */
async function sold(shop: Shop, register: ZvtRegisterPeer): Promise<{ order: string; receipt: string }> {
  await asks(register);
  const order = await payScanned(shop);
  const [told] = await hearsEnd(register, '060f');
  await shop.reaches(order, 'delivered');
  return { order, receipt: String(told?.fields['87']) };
}

it('reverses a sale by its receipt number where refunds are enabled: once, however often it is asked', () =>
  zvtStory({ toml: '[refund]', sandbox: { posRefund: true } }, async ({ shop, register }) => {
    const { order, receipt } = await sold(shop, register);
    for (let n = 0; n < 2; n += 1) {
      register.send(`0630 06 000000 87${receipt}`);
      if (n === 0) await shop.clock.advance(5_000);
      const heard = await hearsEnd(register, '060f');
      expect(heard.map(({ heard: what }) => what)).toEqual(['8000', '040f', '060f']);
      expect(heard[1]?.fields).toMatchObject({ '27': '00', '04': '000001500000', '87': receipt });
      await shop.reaches(order, 'resolved');
    }
    expect(booksSay(shop, order)).toBe('refund');
    expect(shop.sandbox.requestLog.counts().processed['refund']).toBe(1);
    expectMoneyAdded(shop);
  }));

it('reverses nothing where refunds are not enabled, nor of a receipt that there is none of', () =>
  zvtStory({}, async ({ shop, register }) => {
    const { order, receipt } = await sold(shop, register);
    for (const number of [receipt, '9999']) {
      register.send(`0630 06 000000 87${number}`);
      await register.hears('8000');
      expect((await register.hears('061e')).fields).toEqual({ code: 'b5' });
    }
    expect(shop.sale(order).state.at).toBe('delivered');
    expect(booksSay(shop, order)).toBe('settlement');
    expectOneCharge(shop);
  }));

it('gives nothing back on a line that other machines can call, whatever the merchant has enabled', () =>
  zvtStory(
    { toml: 'callers = ["192.0.2.7"]\n[refund]', sandbox: { posRefund: true } },
    async ({ shop, register }) => {
      const { order, receipt } = await sold(shop, register);
      register.send(`0630 06 000000 87${receipt}`);
      await register.hears('8000');
      expect((await register.hears('061e')).fields).toEqual({ code: 'b5' });
      expect(shop.sale(order).state.at).toBe('delivered');
      expect(booksSay(shop, order)).toBe('settlement');
      expectMoneyAdded(shop);
    },
  ));

it('closes the shift at an end of day, and once only while the register has not confirmed it', () =>
  zvtStory({}, async ({ shop, register, waits }) => {
    await sold(shop, register);
    register.reply('040f', 'none');
    register.send('065003000000');
    await register.hears('8000');
    const first = await register.hears('040f');
    expect(first.fields).toMatchObject({ '27': '00', '04': '000001500000' });
    await waits.end();
    await register.hears('061e');
    // The reply to that is taken for the one that was missing.
    await waits.end();
    register.send('065003000000');
    await register.hears('8000');
    expect((await register.hears('040f')).apdu).toBe(first.apdu);
    await register.hears('060f');
    expect((await ask(shop, 'shift')).text).toContain('shift 2, open');
    register.send('065003000000');
    await register.hears('8000');
    expect((await register.hears('040f')).fields).toMatchObject({ '04': '000000000000' });
    await register.hears('060f');
    expect((await ask(shop, 'shift')).text).toContain('shift 3, open');
  }));

it('repeats the last receipt, prints turnover, and takes what else registers send', () =>
  zvtStory({}, async ({ shop, register }) => {
    await sold(shop, register);
    await shop.until('the receipt', () => shop.slipsWith('LUNAS') === 1);
    register.send('062003000000');
    const heard = await hearsEnd(register, '060f');
    expect(heard[1]?.fields).toMatchObject({ '27': '00', '04': '000001500000' });
    await shop.until('the copy', () => shop.slipsWith('LUNAS', 'COPY') === 1);
    register.send('061203000000');
    await register.hears('8000');
    await register.hears('060f');
    for (const frame of ['06d1050048616c6f', '06d10181']) {
      register.send(frame);
      await register.hears('8000');
    }
    await shop.until('the lines', () => shop.slipsWith('Halo') === 1);
    for (const frame of ['067000', '069303000000', '0691080c101530aa260115']) {
      register.send(frame);
      await register.hears('8000');
      expect((await register.hears('060f')).fields).toEqual({});
    }
    for (const frame of ['062200', '063100', '06e000', '06f000']) {
      register.send(frame);
      await register.hears('8483');
    }
    register.send('060200');
    await register.hears('8000');
    expectOneCharge(shop);
  }));
