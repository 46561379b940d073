import { expect, it } from 'vitest';
import { expectOneCharge } from '../kit/account.js';
import { payScanned, storedAnswers } from '../kit/register-peer.js';
import { asks, hearsEnd, SALE, zvtStory } from '../kit/zvt-story.js';

for (const by of ['serial', 'tcp'] as const) {
  it(`sells to a register that speaks ZVT over ${by}: status while the QR is open, result, completion`, () =>
    zvtStory({ by }, async ({ shop, register }) => {
      await asks(register);
      const status = (await register.hears('04ff')).fields;
      expect(['0e', '0a']).toContain(status['status']);
      const order = await payScanned(shop);
      const heard = await hearsEnd(register, '060f');
      expect(heard.map(({ heard: what }) => what)).toEqual(['040f', '060f']);
      const [told] = heard;
      const invoice = String(shop.sale(order).invoice);
      expect(told?.fields).toMatchObject({ '27': '00', '04': '000001500000', '49': '0360' });
      expect(told?.fields['0b']).toBe(invoice.padStart(6, '0'));
      expect(told?.fields['87']).toBe(invoice.padStart(4, '0'));
      await shop.reaches(order, 'delivered');
      await shop.until('the receipt', () => shop.slipsWith('LUNAS') === 1);
      const [answer] = storedAnswers(shop);
      expect(answer).toMatchObject({ orderId: order, frame: SALE, result: 'approved', acknowledged: 1 });
      expect(answer?.bytes).toContain(told?.apdu);
      expect(register.rest()).toEqual([]);
      expectOneCharge(shop);
    }));

  it(`lets the register print QR and receipt over ${by}, where it asks for that`, () =>
    zvtStory(
      { by, registration: '0600130000009e0360060b26040a0206d31f04020080' },
      async ({ shop, register }) => {
        await asks(register);
        const { payload } = await shop.shows('scan');
        const before = await register.hearsUpTo('06d3');
        expect(before.at(-1)?.apdu).toContain(Buffer.from(payload).toString('hex'));
        const order = await payScanned(shop);
        const heard = await hearsEnd(register, '060f');
        expect(heard.map(({ heard: what }) => what)).toEqual(['040f', '06d3', '060f']);
        expect(heard[1]?.apdu).toContain(Buffer.from('Rp15.000').toString('hex'));
        await shop.reaches(order, 'delivered');
        expectOneCharge(shop);
      },
    ));
}

it('prints by lines for a register that never registered, and gives its QR up before it loses patience', () =>
  zvtStory({ registration: false }, async ({ shop, register }) => {
    await asks(register);
    const first = await payScanned(shop);
    const lines = (await hearsEnd(register, '060f')).filter(({ heard }) => heard === '06d1');
    expect(lines.map(({ fields }) => fields['text'])).toContain('LUNAS / PAID');
    await shop.reaches(first, 'delivered');
    await asks(register);
    const { orderId } = await shop.shows('scan');
    await shop.clock.advance(150_000);
    expect(register.rest()).toEqual([]);
    await shop.clock.advance(10_000);
    const heard = await hearsEnd(register, '061e');
    expect(heard.at(-1)?.fields).toEqual({ code: '6c' });
    await shop.reaches(orderId, 'closed');
  }));

it('answers a status enquiry between sales, and says "wait" to one in the middle of a sale', () =>
  zvtStory({}, async ({ shop, register }) => {
    register.send('050103000000');
    await register.hears('8000');
    expect((await register.hears('060f')).fields).toMatchObject({ status: '00' });
    await asks(register);
    await shop.shows('scan');
    register.send('050103000000');
    const heard = await register.hearsUpTo('849c');
    expect(heard.filter(({ heard: what }) => what === '060f')).toEqual([]);
    const order = await payScanned(shop);
    await hearsEnd(register, '060f');
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));
