import { hash } from 'node:crypto';
import type { ReceiptFacts } from '../base/receipt.js';
import { formatRupiah, rupiah } from '../base/rupiah.js';
import type { Words } from '../base/screen.js';
import { dayAndTime } from '../base/time.js';
import { PHRASES } from '../core/text/phrases.js';
import { escaped, type PageLanguage, preferred } from './html.js';
import type { GatewayStanding } from './receipt-standing.js';
import { RECEIPT_STYLE } from './receipt-style.js';

/** No script, no picture of anybody's, nothing from anywhere: the page is its own text and this style. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash('sha256', RECEIPT_STYLE, 'base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex, nofollow, noarchive',
};

const SAID = {
  title: { id: 'Struk', en: 'Receipt' },
  paid: { id: 'LUNAS', en: 'PAID' },
  received: { id: 'PEMBAYARAN DITERIMA', en: 'PAYMENT RECEIVED' },
  refunded: { id: 'DIKEMBALIKAN', en: 'REFUNDED' },
  refundedWords: {
    id: 'Uang dikembalikan. Bukan bukti bayar.',
    en: 'The money was given back. Not a proof of payment.',
  },
  partly: { id: 'SEBAGIAN DIKEMBALIKAN', en: 'PARTLY REFUNDED' },
  unconfirmed: { id: 'BELUM PASTI', en: 'NOT CONFIRMED' },
  unconfirmedWords: {
    id: 'Midtrans saat ini tidak mengonfirmasi pembayaran ini. Tanyakan kepada toko.',
    en: 'Midtrans does not confirm this payment now. Ask the shop.',
  },
  staff: { id: 'DISELESAIKAN PETUGAS', en: 'CLOSED BY THE STAFF' },
  staffWords: { id: 'Tanyakan kepada toko.', en: 'Ask the shop.' },
  more: { id: 'dan % lainnya', en: 'and % more' },
  total: { id: 'Total', en: 'Total' },
  time: { id: 'Dibayar', en: 'Paid' },
  number: { id: 'No.', en: 'No.' },
  method: { id: 'Metode', en: 'Method' },
  issuer: { id: 'Penerbit', en: 'Issuer' },
  fee: { id: 'Biaya', en: 'Fee' },
  returned: { id: 'Kembali', en: 'Refunded' },
  call: { id: 'Hubungi', en: 'Contact' },
  checked: { id: 'Diperiksa ke Midtrans %', en: 'Checked with Midtrans %' },
  unchecked: {
    id: 'Keadaan saat dibayar, %. Saat ini belum dapat diperiksa.',
    en: 'As it was when paid, %. It could not be checked just now.',
  },
  /** What a person settled at the terminal is in no link and not at Midtrans: nobody may take this for a claim. */
  asOfLink: {
    id: 'Begitulah saat tautan ini dibuat, sesudah pembayaran %. Yang berlaku adalah daftar toko, nomor',
    en: 'So it stood when this link was made, after the payment of %. What counts is the list of the shop, number',
  },
  ends: { id: 'Tautan ini berakhir %', en: 'This link ends %' },
  other: { id: 'English', en: 'Bahasa Indonesia' },
} as const satisfies Readonly<Record<string, Words>>;

/** When the link of these facts ends. */
export function linkEndsMs({ paidAtMs, days }: ReceiptFacts): number {
  return paidAtMs + days * 86_400_000;
}

type Tone = 'good' | 'warn' | 'plain';
interface Verdict {
  readonly tone: Tone;
  readonly head: Words;
  readonly words?: Words;
  /** It is what the terminal knew when the link was made, and may have been settled since. */
  readonly ofThen?: true;
}

/** What became of the money: the gateway's word of now goes before the terminal's of then. */
function verdictOf({ standing }: ReceiptFacts, now: GatewayStanding): Verdict {
  if (now.is === 'unconfirmed') return { tone: 'warn', head: SAID.unconfirmed, words: SAID.unconfirmedWords };
  if (now.is === 'refunded' || standing === 'refunded')
    return { tone: 'plain', head: SAID.refunded, words: SAID.refundedWords };
  if (standing === 'closedByStaff') return { tone: 'plain', head: SAID.staff, words: SAID.staffWords };
  if (standing !== 'paid')
    return { tone: 'warn', head: SAID.received, words: PHRASES[standing], ofThen: true };
  return now.is === 'partlyRefunded'
    ? { tone: 'plain', head: SAID.partly }
    : { tone: 'good', head: SAID.paid };
}

/** The receipt of one sale in one language; a link leads to the other. */
export function receiptPage(facts: ReceiptFacts, now: GatewayStanding, language: PageLanguage): string {
  const say = (words: Words, value = ''): string =>
    escaped(words[language]).replace('%', () => `<span>${escaped(value)}</span>`);
  const { tone, head, words, ofThen } = verdictOf(facts, now);
  const other = language === 'id' ? 'en' : 'id';
  const body = `<main>
<header class="${tone}">${SIGNS[tone]}<h1>${say(head)}</h1><p class="amount">${escaped(formatRupiah(facts.amount))}</p>${words === undefined ? '' : `<p class="words">${say(words)}</p>`}${ofThen ? `<p class="words">${say(SAID.asOfLink, timeOf(facts.paidAtMs, facts))} <b>${escaped(facts.number)}</b></p>` : ''}</header>
<section class="paper"><h2>${escaped(facts.shop)}</h2>
${itemTable(facts, say)}<dl>${factRows(facts, now, say).map(row).join('')}</dl>
<p class="order">${escaped(facts.orderId)}</p>
${facts.contact.length === 0 ? '' : `<p class="call"><b>${say(SAID.call)}</b>${facts.contact.map((line) => `<br>${escaped(line)}`).join('')}</p>`}</section>
<footer><p>${asOf(facts, now, say)}</p><p>${say(SAID.ends, timeOf(linkEndsMs(facts), facts, true))}</p><p><a href="?lang=${other}" lang="${other}" hreflang="${other}">${say(SAID.other)}</a></p></footer>
</main>`;
  return pageOf(`${head[language]} ${formatRupiah(facts.amount)}`, language, body);
}

type Say = (words: Words, value?: string) => string;

function itemTable({ items, more, amount }: ReceiptFacts, say: Say): string {
  if (items.length === 0) return '';
  const lines = items.map(
    ({ quantity, name, price }) =>
      `<tr><td>${quantity} &times; ${escaped(name)}</td><td>${escaped(formatRupiah(rupiah(quantity * price)))}</td></tr>`,
  );
  const rest = more === 0 ? '' : `<tr class="more"><td colspan="2">${say(SAID.more, String(more))}</td></tr>`;
  return `<table><tbody>${lines.join('')}${rest}</tbody><tfoot><tr><th scope="row">${say(SAID.total)}</th><td>${escaped(formatRupiah(amount))}</td></tr></tfoot></table>\n`;
}

type Fact = readonly [label: string, value: string];

function factRows(facts: ReceiptFacts, now: GatewayStanding, say: Say): Fact[] {
  const { issuer, acquirer, reference } = facts;
  const evidence = 'evidence' in now ? now.evidence : undefined;
  const isGopay = issuer === undefined || issuer.toLowerCase() === 'gopay';
  const fee = evidence?.customerFee;
  const optional: (Fact | false)[] = [
    now.is === 'partlyRefunded' && [say(SAID.returned), escaped(formatRupiah(now.amount))],
    fee !== undefined && [say(SAID.fee), escaped(formatRupiah(fee))],
    issuer !== undefined && [say(SAID.issuer), escaped(issuer)],
    acquirer !== undefined && ['Acquirer', escaped(acquirer)],
    ['RRN', escaped(facts.rrn)],
    reference !== undefined && ['Ref.', escaped(reference)],
    evidence !== undefined && ['ID', escaped(evidence.transactionId.slice(0, 60))],
  ];
  return [
    [say(SAID.time), escaped(timeOf(facts.paidAtMs, facts))],
    ['Terminal', escaped(facts.orderId.slice(0, facts.orderId.indexOf('-')))],
    [say(SAID.number), escaped(facts.number)],
    [say(SAID.method), isGopay ? 'GoPay' : 'QRIS'],
    ...optional.filter((one) => one !== false),
  ];
}

function row([label, value]: Fact): string {
  return `<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function asOf(facts: ReceiptFacts, now: GatewayStanding, say: Say): string {
  return now.is === 'unasked'
    ? say(SAID.unchecked, timeOf(facts.paidAtMs, facts))
    : say(SAID.checked, timeOf(now.atMs, facts));
}

/** By the clocks and in the form of the shop. */
function timeOf(wallMs: number, { zone, dates }: ReceiptFacts, dayOnly = false): string {
  const { day, time } = dayAndTime(wallMs, zone, dates);
  return dayOnly ? day : `${day} ${time} ${zone}`;
}

/** Why there is no receipt, in both languages: of a link that is none of ours nothing is known, its language neither. */
export function refusalPage(words: Words, code: number): string {
  const body = `<main><header class="plain">${SIGNS.plain}<h1>${escaped(words.id)}</h1><p class="words" lang="en">${escaped(words.en)}</p><p class="words">E${code}</p></header></main>`;
  return pageOf(`E${code}`, 'id', body);
}

function pageOf(title: string, language: PageLanguage, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${escaped(title)}</title><style>${RECEIPT_STYLE}</style></head>
<body>${body}</body></html>
`;
}

const sign = (path: string): string =>
  `<svg viewBox="0 0 100 100" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`;

const SIGNS: Readonly<Record<Tone, string>> = {
  good: sign('<circle cx="50" cy="50" r="45"/><path d="m28 52 15 15 30-33"/>'),
  warn: sign('<path d="M50 8 96 90H4z"/><path d="M50 38v26m0 12v1"/>'),
  plain: sign('<circle cx="50" cy="50" r="45"/><path d="M50 28v26m0 17v1"/>'),
};

/** What is asked for in the address goes first, then the language of the shop's slips, then the phone's own. */
export function languageOf(query: string, facts: ReceiptFacts, accepted: string | undefined): PageLanguage {
  const asked = new URLSearchParams(query).get('lang');
  if (asked === 'id' || asked === 'en') return asked;
  if (facts.language !== 'both') return facts.language;
  return preferred(accepted ?? '');
}
