import { describe, expect, it } from 'vitest';
import { askedFor, booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { type FrameStory, frameStory, type Profile, startsAgain } from '../kit/frame-peer.js';
import { payScanned } from '../kit/register-peer.js';

const PROFILES: readonly Profile[] = ['bca', 'mandiri', 'bri', 'cimb'];
const REFUNDS = { toml: '[refund]\nreason = "maaf"', sandbox: { posRefund: true } };

/** A sale from its request to the acknowledged answer. */
async function sells({ shop, register, tongue }: FrameStory, amount: number) {
  await register.ask(tongue.sale(amount));
  const orderId = await payScanned(shop);
  const answer = await register.takes();
  await shop.reaches(orderId, 'delivered');
  return { orderId, answer };
}

describe.each(PROFILES)('a register of profile %s', (profile) => {
  it('hears S3 of a sale that is not paid yet, and 00 of the one that is, by the last or by its number', () =>
    frameStory(profile, {}, async ({ shop, register, tongue }) => {
      await register.ask(tongue.sale(15_000));
      await shop.shows('scan');
      const pending = await register.asksAndTakes(tongue.status());
      expect(pending).toMatchObject({ code: 'S3', amount: tongue.amount(15_000), approval: '' });
      const order = await payScanned(shop);
      const { rrn } = await register.takes();
      await shop.reaches(order, 'delivered');
      for (const name of [undefined, rrn]) {
        const paid = await register.asksAndTakes(tongue.status(name));
        expect(paid).toMatchObject({ code: '00', amount: tongue.amount(15_000), rrn });
      }
      expectOneCharge(shop);
    }));

  it('closes the day once, however often it asks before it has heard, also after a power cut', () =>
    frameStory(profile, {}, async (told) => {
      const { shop, register, tongue, line } = told;
      await sells(told, 15_000);
      await sells(told, 20_000);
      const first = await register.askAndHear(tongue.settlement);
      expect(first).toMatchObject({ code: '00', approval: '' });
      await shop.until('the slip', () => shop.slipsWith('TUTUP SHIFT', 'Rp35.000') === 1);
      await register.ask(tongue.settlement);
      await line.ackWait.end();
      expect((await register.answer()).hex).toBe(first.hex);
      await shop.powerCut();
      await startsAgain(shop);
      expect((await register.asksAndTakes(tongue.settlement)).hex).toBe(first.hex);
      await register.hearsNothingElse();
      expect(shop.program.journal.shifts.open().number).toBe(2);
      // Cut before its end was on disk, the slip comes again as a copy.
      expect(shop.slipsWith('TUTUP SHIFT') - shop.slipsWith('TUTUP SHIFT', 'COPY')).toBe(1);
      // Acknowledged: the same bytes are the next evening's.
      expect((await register.asksAndTakes(tongue.settlement)).code).toBe('00');
      await register.hearsNothingElse();
      expect(shop.program.journal.shifts.open().number).toBe(3);
      expectMoneyAdded(shop);
    }));

  it('does not close the day under a customer who pays', () =>
    frameStory(profile, {}, async ({ shop, register, tongue }) => {
      await register.ask(tongue.sale(15_000));
      const { orderId } = await shop.shows('scan');
      const busy = await register.asksAndTakes(tongue.settlement);
      expect(busy.code).toBe(profile === 'bca' ? 'PS' : 'ER');
      expect(shop.program.journal.shifts.open().number).toBe(1);
      expect(await payScanned(shop)).toBe(orderId);
      await shop.reaches(orderId, 'delivering');
      expectOneCharge(shop);
    }));

  it('has the receipt again, marked COPY', () =>
    frameStory(profile, {}, async (told) => {
      const { shop, register, tongue } = told;
      expect((await register.asksAndTakes(tongue.reprint)).code).toBe(tongue.refused);
      const { orderId, answer } = await sells(told, 15_000);
      await shop.until('the receipt', () => shop.slipsWith('LUNAS') === 1);
      const copy = await register.asksAndTakes(tongue.reprint);
      expect(copy).toMatchObject({ code: '00', rrn: answer.rrn, amount: tongue.amount(15_000) });
      await shop.until('the copy', () => shop.slipsWith('LUNAS', 'COPY', 'Rp15.000', orderId) === 1);
      expectOneCharge(shop);
    }));

  it('gives a sale back where refunds are on: once, and said again to who asks again', () =>
    frameStory(profile, REFUNDS, async (told) => {
      const { shop, register, tongue, line } = told;
      const { orderId, answer } = await sells(told, 15_000);
      const first = await register.askAndHear(tongue.refund(answer.invoice));
      expect(first).toMatchObject({ code: '00', rrn: answer.rrn, amount: tongue.amount(15_000) });
      await register.ask(tongue.refund(answer.invoice));
      await line.ackWait.end();
      expect((await register.takes()).hex).toBe(first.hex);
      expect(booksSay(shop, orderId)).toBe('refund');
      expect(askedFor(shop, orderId).filter((endpoint) => endpoint === 'refund')).toHaveLength(1);
      expect(shop.sale(orderId).state).toMatchObject({ at: 'resolved', how: 'refunded' });
      // What went back must not be heard as paid.
      expect((await register.asksAndTakes(tongue.status())).code).toBe(tongue.cancelled);
      expect((await register.asksAndTakes(tongue.reprint)).code).not.toBe('00');
    }));

  it('gives nothing back where refunds are off, nor for a number that is no sale', () =>
    frameStory(profile, {}, async (told) => {
      const { shop, register, tongue } = told;
      const { orderId, answer } = await sells(told, 15_000);
      expect((await register.asksAndTakes(tongue.refund(answer.invoice))).code).toBe(tongue.refused);
      expect((await register.asksAndTakes(tongue.refund('999999'))).code).toBe(tongue.refused);
      expect((await register.asksAndTakes(tongue.refund('000000'))).code).toBe(tongue.refused);
      await register.hearsNothingElse();
      expect(askedFor(shop, orderId)).not.toContain('refund');
      expect(shop.sale(orderId).state.at).toBe('delivered');
      expectOneCharge(shop);
    }));
});
