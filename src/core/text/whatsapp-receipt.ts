import type { ReceiptFacts, ReceiptStanding } from '../../base/receipt.js';
import { formatRupiah, rupiah } from '../../base/rupiah.js';
import type { Words } from '../../base/screen.js';
import { dayAndTime } from '../../base/time.js';
import { PHRASES } from './phrases.js';

/** Characters of a link: as many as the code of a signed one has at most (relay/receipt-link.ts), so that a phone reads either. */
const CHARACTERS_MOST = 321;

const HEADS: Readonly<Partial<Record<ReceiptStanding, Words>>> = {
  paid: { id: 'LUNAS', en: 'PAID' },
  refunded: { id: 'DIKEMBALIKAN', en: 'REFUNDED' },
  closedByStaff: { id: 'DISELESAIKAN PETUGAS', en: 'CLOSED BY THE STAFF' },
};

/**
 * Opens WhatsApp with the receipt as a message, and asks to whom it goes: to oneself, say. A text that whoever sends it can change:
 * what proves a payment are its numbers, by which the shop finds it.
 */
export function whatsappReceipt(facts: ReceiptFacts): string {
  const { standing, amount, items } = facts;
  const head = HEADS[standing];
  const verdict = head === undefined ? PHRASES[standing as keyof typeof PHRASES] : head;
  const { day, time } = dayAndTime(facts.paidAtMs, facts.zone, facts.dates);
  const language = facts.language === 'en' ? 'en' : 'id';
  const before = [facts.shop, `${verdict[language]} ${formatRupiah(amount)}`];
  const after = [
    `${day} ${time.slice(0, 5)} ${facts.zone}`,
    `No. ${facts.number}`,
    facts.orderId,
    `RRN ${facts.rrn}`,
    ...facts.contact,
  ];
  const lines = items.map(
    ({ quantity, name, price }) => `${quantity} x ${name} ${formatRupiah(rupiah(quantity * price))}`,
  );
  for (let kept = lines.length; ; kept -= 1) {
    const left = lines.length - kept;
    const rest = left === 0 ? [] : [language === 'id' ? `+ ${left} lainnya` : `+ ${left} more`];
    const link = linkOf([...before, ...lines.slice(0, kept), ...rest, ...after]);
    if (kept === 0 || link.length <= CHARACTERS_MOST) return link;
  }
}

function linkOf(lines: readonly string[]): string {
  return `https://wa.me/?text=${encodeURIComponent(lines.join('\n'))}`;
}
