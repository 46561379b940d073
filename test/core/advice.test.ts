import { expect, it } from 'vitest';
import { adviceIfDeducted } from '../../src/core/advice.js';
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
