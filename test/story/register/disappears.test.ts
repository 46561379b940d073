import { expect, it } from 'vitest';
import { expectOneCharge, journalSum } from '../kit/account.js';
import { payScanned, question, registerStory, said } from '../kit/register-peer.js';
import type { Shop } from '../kit/shop.js';

const SALE = { amount: 15_000 };

/** Bytes that have reached the driver, as its log has them. */
function bytesRead(shop: Shop): number {
  return shop.log.reduce((sum, line) => sum + Number(/register: <- (\d+) bytes$/.exec(line)?.[1] ?? 0), 0);
}

it('keeps a paid sale for a register that went away, then owes it with a slip, and delivers when it asks', () =>
  registerStory({ saleToml: 'claim_seconds = 60' }, async (shop, register, line) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    await line.unplug(shop);
    const order = await payScanned(shop);
    await shop.until('the claim', () => said(shop, 'the register was gone') === 1);
    expect(shop.sale(order).state).toMatchObject({ at: 'delivering', step: 'claim' });
    await shop.clock.advance(59_000);
    expect(shop.sale(order).state.at).toBe('delivering');
    await shop.clock.advance(1_000);
    expect(shop.sale(order).state).toMatchObject({ at: 'owed', why: 'deliveryUnknown' });
    await shop.shows('owed');
    await shop.until('the slip', () => shop.slipsWith('OWED', 'Rp15.000', order) === 1);
    expect(journalSum(shop, 'owed')).toBe(15_000);
    await line.replug(shop);
    expect(register.quiet).toBe(true);
    expect(await register.askAndHear('32')).toMatchObject({ code: '00', amount: '000001500000' });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expect(journalSum(shop, 'owed')).toBe(0);
    expectOneCharge(shop);
  }));

it('delivers within the claim window to a register that comes back and repeats its request', () =>
  registerStory({}, async (shop, register, line) => {
    await register.ask('31', SALE);
    await shop.shows('scan');
    await line.unplug(shop);
    const order = await payScanned(shop);
    await shop.until('the claim', () => said(shop, 'the register was gone') === 1);
    await line.replug(shop);
    // Nothing comes unasked: it might be taken for the answer to the next question.
    await register.hearsNothingElse();
    expect(await register.askAndHear('31', SALE)).toMatchObject({ type: '31', code: '00' });
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('takes a sale off the owed list when the register repeats its request and acknowledges the answer', () =>
  registerStory({ saleToml: 'claim_seconds = 60' }, async (shop, register, line) => {
    // A register that acknowledges: silence means that it has not heard.
    await register.hearsNothingElse();
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    const first = await register.answer();
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    await shop.clock.advance(60_000);
    expect(shop.sale(order).state.at).toBe('owed');
    const again = await register.askAndHear('31', SALE);
    expect(again.hex).toBe(first.hex);
    register.acknowledge();
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));

it('owes nothing twice: a register that does not acknowledge its late answer leaves the sale owed as it was', () =>
  registerStory({ saleToml: 'claim_seconds = 60' }, async (shop, register, line) => {
    await register.ask('31', SALE);
    const order = await payScanned(shop);
    await register.answer();
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 1);
    await shop.clock.advance(60_000);
    const owed = shop.sale(order).state;
    expect(owed.at).toBe('owed');
    await register.askAndHear('32');
    await line.ackWait.end();
    await shop.until('the silence', () => said(shop, 'the register was silent') === 2);
    expect(shop.sale(order).state).toEqual(owed);
    expect(journalSum(shop, 'owed')).toBe(15_000);
    expectOneCharge(shop);
  }));

it('reads a request that came in pieces, and none from half of one that the cable took with it', () =>
  registerStory({}, async (shop, register, line) => {
    const frame = question('31', SALE);
    register.send(frame.subarray(0, 100));
    await shop.until('the first half', () => bytesRead(shop) === 100);
    await line.unplug(shop);
    await line.replug(shop);
    register.send(frame.subarray(100));
    await register.asksInPieces(frame, 1, 2, 50, 101);
    const order = await payScanned(shop);
    expect(await register.takes()).toMatchObject({ code: '00' });
    await shop.reaches(order, 'delivered');
    expectOneCharge(shop);
  }));
