import { expect, it } from 'vitest';
import { faultText } from '../../../src/core/fault/table.js';
import { askedAt, booksSay, expectOneCharge, gaps } from '../kit/account.js';
import { type Shop, story } from '../kit/shop.js';

const PICTURES = [
  { rule: { fault: 'pictureUnavailable' }, code: 570, what: 'cannot be had' },
  { rule: { fault: 'pictureBroken' }, code: 450, what: 'is no picture' },
] as const;

for (const { rule, code, what } of PICTURES)
  it(`closes the charge when its QR picture ${what}, tried four times, with a plain reason (E${code})`, () =>
    story({ mqtt: false, printer: false }, (shop) => tell(shop, rule, code)));

async function tell(shop: Shop, rule: (typeof PICTURES)[number]['rule'], code: number): Promise<void> {
  shop.sandbox.faults.add(rule);
  const order = await shop.ring(15_000);
  const failed = (count: number) => () => {
    const { state } = shop.sale(order);
    return state.at === 'awaitingPayment' && state.downloads === count;
  };
  for (const [count, waitMs] of [
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
  ] as const) {
    await shop.until(`failure ${count}`, failed(count));
    await shop.clock.advance(waitMs);
  }
  await shop.reaches(order, 'closed');
  expect(gaps(askedAt(shop, 'picture', order))).toEqual([1_000, 2_000, 4_000]);
  expect(shop.sale(order).state).toMatchObject({ how: 'cancelled', code });
  expect(await shop.shows('closed')).toMatchObject({ words: faultText(code), code });
  expect(faultText(code)).not.toEqual(faultText(999));
  expect(booksSay(shop, order)).toBe('cancel');
  expect(shop.screen.shown.some(({ show }) => show === 'scan')).toBe(false);
  expectOneCharge(shop);
}
