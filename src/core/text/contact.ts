import { formatRupiah } from '../../base/rupiah.js';
import type { Help } from '../../base/screen.js';
import { dayAndTime, type Zone } from '../../base/time.js';
import { type Sale, slipNumber } from '../sale/sale.js';

/** Whom a customer calls, as the shop writes it. */
export interface Contact {
  readonly phone?: string;
  readonly whatsapp?: string;
  /** When somebody answers. */
  readonly hours?: string;
}

/**
 * The digits of a number at WhatsApp, as its links want them: country code first, no sign, no leading zero.
 * @param text as people write it: `0812-3456-7890`, `+62 812 3456 7890`; without a sign it is an Indonesian one
 * @returns undefined for what cannot be one
 */
export function whatsappDigits(text: string): string | undefined {
  const plain = text.replace(/[ ().-]/g, '');
  const digits = plain.replace(/^0/, '62').replace(/^\+/, '');
  const isNamed = /^(0|\+|62)/.test(plain);
  // A zero behind the country's code is the one that was to be left out.
  return isNamed && /^[1-9]\d{7,14}$/.test(digits) && !digits.startsWith('620') ? digits : undefined;
}

/** Whom to call, in lines of a slip or screen; the words are the same in both languages. None without a contact. */
export function contactLines({ phone, whatsapp, hours }: Contact): readonly string[] {
  const same = phone !== undefined && phone === whatsapp;
  return [
    ...(phone === undefined ? [] : [`${same ? 'Tel. / WhatsApp' : 'Tel.'} ${phone}`]),
    ...(whatsapp === undefined || same ? [] : [`WhatsApp ${whatsapp}`]),
    ...(hours === undefined ? [] : [hours]),
  ];
}

/**
 * Whom to call about `about`: a sale, or the fault that keeps the terminal from selling.
 * @param paperless no slip tells the customer: a link opens WhatsApp with what is to be said already written
 * @returns undefined without a contact
 */
export function helpOf(
  contact: Contact,
  about: Sale | { readonly terminal: string; readonly code: number },
  paperless: boolean,
  zone: Zone = 'WIB',
): Help | undefined {
  const lines = contactLines(contact);
  if (lines.length === 0) return undefined;
  const digits = contact.whatsapp === undefined ? undefined : whatsappDigits(contact.whatsapp);
  if (!paperless || digits === undefined) return { lines };
  const message = 'orderId' in about ? aboutSale(about, zone) : `${about.terminal}: E${about.code}`;
  return { lines, link: `https://wa.me/${digits}?text=${encodeURIComponent(message)}` };
}

/** The order id begins with the terminal. */
function aboutSale(sale: Sale, zone: Zone): string {
  const { day, time } = dayAndTime(sale.openedAtMs, zone, '2026-12-31');
  const when = `${day} ${time.slice(0, 5)} ${zone}`;
  return `No. ${slipNumber(sale)}, ${formatRupiah(sale.amount)}, ${when}, ${sale.orderId}`;
}
