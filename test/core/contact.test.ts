import { expect, it } from 'vitest';
import { contactLines, helpOf, whatsappDigits } from '../../src/core/text/contact.js';
import { awaiting } from './world.js';

it('reads numbers at WhatsApp as people write them, and none that its links would not take', () => {
  for (const [text, digits] of [
    ['0812-3456-7890', '6281234567890'],
    ['+62 812 3456 7890', '6281234567890'],
    ['6281234567890', '6281234567890'],
    ['(0812) 3456.7890', '6281234567890'],
    ['+65 8123 4567', '6581234567'],
    ['0622-123456', '62622123456'],
  ] as const)
    expect([text, whatsappDigits(text)]).toEqual([text, digits]);
  for (const text of [
    '',
    '0812',
    '81234567890',
    '+62 0812 3456 7890',
    '0812x3456',
    '+',
    '08123456789012345',
    '00628123456',
  ])
    expect([text, whatsappDigits(text)]).toEqual([text, undefined]);
});

it('says a number once where both are one, and nothing where there is none', () => {
  expect(contactLines({ phone: '0812-1', whatsapp: '0812-1', hours: '08-17' })).toEqual([
    'Tel. / WhatsApp 0812-1',
    '08-17',
  ]);
  expect(contactLines({})).toEqual([]);
  expect(helpOf({}, awaiting(), true)).toBeUndefined();
});

it('has a link that says number, amount, time and terminal, where no slip does', () => {
  const sale = awaiting();
  const contact = { whatsapp: '0812-3456-7890' };
  expect(helpOf(contact, sale, false)).toEqual({ lines: ['WhatsApp 0812-3456-7890'] });
  const link = new URL(helpOf(contact, sale, true)?.link ?? '');
  expect(`${link.origin}${link.pathname}`).toBe('https://wa.me/6281234567890');
  expect(link.searchParams.get('text')).toBe(`No. 000001, Rp15.000, 1970-01-01 07:00 WIB, ${sale.orderId}`);
  const east = new URL(helpOf(contact, sale, true, 'WIT')?.link ?? '');
  expect(east.searchParams.get('text')).toContain('1970-01-01 09:00 WIT');
  const out = new URL(helpOf(contact, { terminal: 'T1', code: 401 }, true)?.link ?? '');
  expect(out.searchParams.get('text')).toBe('T1: E401');
  expect(helpOf({ phone: '1500' }, sale, true)).toEqual({ lines: ['Tel. 1500'] });
});
