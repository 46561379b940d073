import { expect, it } from 'vitest';
import { rupiah } from '../../src/base/rupiah.js';
import { adviceIfDeducted } from '../../src/core/text/advice.js';
import { type EndNotice, faceOf } from '../../src/core/text/face.js';
import { PHRASES } from '../../src/core/text/phrases.js';
import { awaiting, closed, newSale, says, stepped } from './world.js';

it('has the three facts for Midtrans ready where a sale that could be paid was closed, and only there', () => {
  const open = awaiting();
  const closing = stepped(open, { type: 'cancelAsked', by: 'pad' }).sale;
  const over = stepped(closing, closed(closing, 'cancel')).sale;
  const text = adviceIfDeducted(over).join('\n');
  expect(text).toContain('bizops@midtrans.com');
  expect(text).toContain(`Order ID: ${over.orderId}\nTransaction date: `);
  expect(text).toMatch(/Gross amount: 15000$/);
  const paid = stepped(over, says(over, 'settlement')).sale;
  for (const sale of [open, closing, paid, newSale().sale]) expect(adviceIfDeducted(sale)).toEqual([]);
});

it('stands on the face of a sale that could be paid and was closed, with its number, and on no other', () => {
  const open = awaiting();
  const closing = stepped(open, { type: 'cancelAsked', by: 'pad' }).sale;
  const sale = stepped(closing, closed(closing, 'cancel')).sale;
  const face = (ending: EndNotice) =>
    faceOf({
      shop: 'Warung',
      terminal: 'T1',
      sale: undefined,
      entry: undefined,
      hint: undefined,
      ending,
      readiness: { ready: true, notes: [] },
      qrLifeMs: 60_000,
      nowWallMs: 0,
    });
  const { amount, orderId } = sale;
  const notes = [PHRASES.deducted, PHRASES.notReturned];
  for (const word of ['cancelled', 'expired'] as const)
    expect(face({ end: 'told', amount, result: { result: word }, sale })).toMatchObject({
      show: 'closed',
      orderId,
      notes,
    });
  const failed = face({ end: 'told', amount, result: { result: 'failed', code: 455 }, sale });
  expect(failed).toMatchObject({ show: 'closed', orderId, code: 455 });
  // Law 2: nobody knows yet whether GoPay has anything to give back.
  const unknown = face({ end: 'told', amount, result: { result: 'unknown', code: 510 }, sale: closing });
  expect(unknown).toMatchObject({ show: 'closed', orderId, unsure: true });
  const never = newSale().sale;
  const denied = face({ end: 'told', amount, result: { result: 'denied', code: 531 }, sale: never });
  const refused = face({ end: 'told', amount: rupiah(500), result: { result: 'failed', code: 304 } });
  for (const screen of [failed, unknown, denied, refused]) expect(screen).not.toHaveProperty('notes');
  expect(refused).not.toHaveProperty('orderId');
});
