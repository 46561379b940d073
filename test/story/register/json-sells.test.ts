import { expect, it } from 'vitest';
import { booksSay, expectMoneyAdded, expectOneCharge } from '../kit/account.js';
import { jsonStory } from '../kit/json-peer.js';
import { payScanned, storedAnswers } from '../kit/register-peer.js';

const CHARGE = { op: 'charge', ref: 'INV-1', amount: 15_000 };

it('sells by JSON: charging, the QR, the answer as it lies on the disk, and its ack', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says(CHARGE);
    await till.hears({ event: 'charging', ref: 'INV-1', amount: 15_000 });
    const scan = await till.hears({ event: 'scan', ref: 'INV-1' });
    expect(scan['qr']).toBe((await shop.shows('scan')).payload);
    expect(scan['left_s']).toBeGreaterThan(200);
    const order = await payScanned(shop);
    const line = await till.line({ msg: 'answer', ref: 'INV-1' });
    expect(JSON.parse(line)).toMatchObject({
      code: 'approved',
      ack: true,
      sale: { ref: 'INV-1', order_id: order, amount: 15_000, issuer: 'gopay' },
    });
    const stored = storedAnswers(shop).find(({ orderId }) => orderId === order);
    expect(Buffer.from(stored?.bytes ?? '', 'hex').toString()).toBe(`${line}\n`);
    expect(shop.sale(order).state.at).toBe('delivering');
    till.says({ op: 'ack', ref: 'INV-1' });
    await shop.reaches(order, 'delivered');
    await shop.shows('paid');
    expect(await till.ask({ op: 'status', ref: 'INV-1' })).toMatchObject({ code: 'approved' });
    expect(await till.ask({ op: 'status' })).toMatchObject({ code: 'approved', sale: { ref: 'INV-1' } });
    expect(await till.ask({ op: 'status', ref: 'INV-2' })).toMatchObject({ code: 'no_such_sale' });
    expectOneCharge(shop);
  }));

it('gives a sale up when its register cancels it, and says so to the charge', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says(CHARGE);
    const { orderId } = await shop.shows('scan');
    expect(await till.ask({ op: 'cancel', ref: 'INV-1', id: 'c' })).toMatchObject({ code: 'done', id: 'c' });
    await till.hears({ event: 'closing', ref: 'INV-1' });
    expect(await till.hears({ msg: 'answer', op: 'charge' })).toMatchObject({
      ref: 'INV-1',
      code: 'cancelled',
    });
    expect(booksSay(shop, orderId)).toBe('cancel');
    expect(await till.ask({ op: 'cancel', ref: 'INV-1' })).toMatchObject({ code: 'cancelled' });
    expectOneCharge(shop);
  }));

it('gives a QR up when the deadline of its charge has passed', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says({ ...CHARGE, deadline_s: 60 });
    const scan = await till.hears({ event: 'scan' });
    expect(scan['left_s']).toBeLessThanOrEqual(60);
    await shop.shows('scan');
    await shop.clock.advance(61_000);
    expect(await till.hears({ msg: 'answer', op: 'charge' })).toMatchObject({
      ref: 'INV-1',
      code: 'expired',
    });
    expect(await till.ask({ ...CHARGE, deadline_s: 60 })).toMatchObject({ code: 'expired' });
    expectOneCharge(shop);
  }));

it('charges nothing for a reference that was used for another amount', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says(CHARGE);
    await shop.shows('scan');
    expect(await till.ask({ ...CHARGE, amount: 16_000 })).toMatchObject({
      ref: 'INV-1',
      code: 'conflict',
      sale: { amount: 15_000 },
    });
    await payScanned(shop);
    expect(await till.hears({ msg: 'answer', code: 'approved' })).toMatchObject({ sale: { amount: 15_000 } });
    till.says({ op: 'ack', ref: 'INV-1' });
    expect(await till.ask({ ...CHARGE, amount: 1_500_000 })).toMatchObject({ code: 'conflict' });
    expectOneCharge(shop);
  }));

it('gives the same bytes to a charge that is repeated after a power cut, before and after its ack', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says(CHARGE);
    const order = await payScanned(shop);
    const first = await till.line({ msg: 'answer', op: 'charge' });
    await shop.powerCut();
    await shop.startTerminal();
    const again = await dial();
    again.says(CHARGE);
    expect(await again.line({ msg: 'answer', op: 'charge' })).toBe(first);
    again.says({ op: 'ack', ref: 'INV-1' });
    await shop.reaches(order, 'delivered');
    await shop.powerCut();
    await shop.startTerminal();
    const later = await dial();
    later.says(CHARGE);
    expect(await later.line({ msg: 'answer', op: 'charge' })).toBe(first);
    later.says({ op: 'ack', ref: 'INV-1' });
    expectOneCharge(shop);
  }));

it('answers the charge of a register that dials again while the customer pays', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says(CHARGE);
    const { orderId } = await shop.shows('scan');
    till.hangUp();
    const again = await dial();
    again.says({ ...CHARGE, deadline_s: 300 });
    expect(await again.hears({ event: 'scan' })).toMatchObject({ order_id: orderId });
    await payScanned(shop);
    expect(await again.hears({ msg: 'answer', op: 'charge' })).toMatchObject({ code: 'approved' });
    again.says({ op: 'ack', ref: 'INV-1' });
    await shop.reaches(orderId, 'delivered');
    expectOneCharge(shop);
  }));

it('tells a second till that it is busy, and the first one its result all the same', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const one = await dial();
    const two = await dial();
    one.says(CHARGE);
    await one.hears({ event: 'scan' });
    expect(await two.ask({ op: 'charge', ref: 'INV-2', amount: 5_000 })).toMatchObject({ code: 'busy' });
    expect(await two.ask({ op: 'status', ref: 'INV-1' })).toMatchObject({ code: 'pending' });
    const order = await payScanned(shop);
    expect(await one.hears({ msg: 'answer', op: 'charge' })).toMatchObject({
      ref: 'INV-1',
      code: 'approved',
    });
    one.says({ op: 'ack', ref: 'INV-1' });
    await shop.reaches(order, 'delivered');
    // Busy was no result: the same reference is charged now.
    await two.ask({ op: 'hello' });
    two.says({ op: 'charge', ref: 'INV-2', amount: 5_000 });
    await two.hears({ event: 'scan', ref: 'INV-2' });
    const second = await payScanned(shop);
    expect(await two.hears({ msg: 'answer', op: 'charge' })).toMatchObject({
      ref: 'INV-2',
      code: 'approved',
    });
    two.says({ op: 'ack', ref: 'INV-2' });
    await shop.reaches(second, 'delivered');
    expectMoneyAdded(shop);
  }));

it('owes what a register says it did not take', () =>
  jsonStory({}, async ({ shop, dial }) => {
    const till = await dial();
    till.says(CHARGE);
    const order = await payScanned(shop);
    await till.hears({ msg: 'answer', code: 'approved' });
    till.says({ op: 'ack', ref: 'INV-1', taken: false });
    await shop.reaches(order, 'owed');
    expectOneCharge(shop);
  }));
