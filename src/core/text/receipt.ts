import { formatRupiah, rupiah } from '../../base/rupiah.js';
import type { Words } from '../../base/screen.js';
import type { Slip, SlipLine } from '../../base/slip.js';
import type { SoldItem } from '../../base/sold-item.js';
import { parseWib } from '../../base/time.js';
import { FAULT, faultText } from '../fault/table.js';
import type { SourceResult } from '../sale/effect.js';
import { ownerOf } from '../sale/emv.js';
import { bookedOf } from '../sale/paid-amount.js';
import { isSettled, type Sale, slipNumber } from '../sale/sale.js';
import { rrnOf } from '../source/register-result.js';
import { couldBeDeducted } from './advice.js';
import { PHRASES } from './phrases.js';
import {
  centred,
  contactPart,
  label,
  pair,
  plain,
  type SlipHead,
  saidIn,
  shopTimeOf,
  title,
} from './slip-style.js';

const COPY: SlipLine = centred('*** SALINAN / COPY ***', 'normal', true);

export function top(head: SlipHead, copy: boolean): SlipLine[] {
  return [
    centred(head.shop, 'normal', true),
    ...head.header.map((text) => centred(text)),
    ...(copy ? [COPY] : []),
    { put: 'rule' },
  ];
}

/** The same slip for a second time: marked, and otherwise word for word, its times included. */
export function asCopy(slip: Slip): Slip {
  if (slip.copy) return slip;
  const at = Math.max(
    0,
    slip.lines.findIndex(({ put }) => put === 'rule'),
  );
  return { ...slip, copy: true, lines: [...slip.lines.slice(0, at), COPY, ...slip.lines.slice(at)] };
}

/** When, where, and the numbers by which shop and customer find the sale again: each of them is one that `why` takes. */
function facts(sale: Sale, head: SlipHead, atMs: number): SlipLine[] {
  const { day, zoned } = shopTimeOf(atMs, head);
  return [
    pair(day, zoned),
    pair('Terminal', head.terminal),
    pair('No.', slipNumber(sale)),
    plain(sale.orderId),
  ];
}

const PAY: Words = { id: 'Bayar dengan GoPay / QRIS', en: 'Pay with GoPay / QRIS' };
const SCAN: Words = { id: 'Pindai dengan aplikasi QRIS', en: 'Scan with any QRIS app' };
const UNTIL: Words = { id: 'Berlaku sampai', en: 'Valid until' };

function qrLines(sale: Sale, head: SlipHead, copy: boolean): SlipLine[] {
  return [
    ...top(head, copy),
    ...saidIn(PAY, head).map((text) => centred(text)),
    centred(formatRupiah(sale.amount), 'big', true),
  ];
}

/** What {@link qrSlip} and {@link noQrSlip} begin with: it is known before the charge is. */
export function qrTop(sale: Sale, head: SlipHead): Slip {
  const { orderId } = sale;
  return { kind: 'qr', copy: false, orderId, rest: 'follows', lines: qrLines(sale, head, false) };
}

const NO_QR: Words = { id: 'TANPA QR', en: 'NO QR CODE' };
const NOTHING_TO_PAY: Words = { id: 'Jangan dibayar.', en: 'Nothing to pay.' };
const NOT_A_PROOF: Words = { id: 'Bukan bukti bayar.', en: 'Not a proof of payment.' };

/**
 * The end of a slip that was begun for a QR which did not come. Whatever became of the sale, a customer who holds it must
 * neither look for a way to pay with it nor take it for a receipt.
 */
export function noQrSlip(sale: Sale, head: SlipHead, nowMs: number): Slip {
  const [first = '', ...others] = saidIn(NO_QR, head);
  return {
    kind: 'no-qr',
    copy: false,
    orderId: sale.orderId,
    lines: [
      ...qrLines(sale, head, false),
      centred(first, 'big', true),
      ...others.map((text) => centred(text, 'normal', true)),
      ...[NOTHING_TO_PAY, NOT_A_PROOF].flatMap((words) => saidIn(words, head).map((text) => centred(text))),
      { put: 'rule' },
      ...facts(sale, head, nowMs),
      ...contactPart(head),
    ],
  };
}

/** The sign, and whose code it is by its own tags, right above the code: what the customer's app will say, too. */
function ownerLines(payload: string): SlipLine[] {
  const { qris, name, nmid } = ownerOf(payload);
  return [
    ...(qris ? [centred('QRIS', 'big', true)] : []),
    ...(name === undefined ? [] : [centred(name, 'normal', true)]),
    ...(nmid === undefined ? [] : [centred(`NMID: ${nmid}`)]),
  ];
}

/** The QR to scan, with the amount above it. */
export function qrSlip(sale: Sale, payload: string, head: SlipHead, nowMs: number, copy: boolean): Slip {
  const untilMs = sale.state.at === 'awaitingPayment' ? sale.state.endsAtMs : nowMs;
  const until = shopTimeOf(untilMs, head).zoned;
  return {
    kind: 'qr',
    copy,
    orderId: sale.orderId,
    lines: [
      ...qrLines(sale, head, copy),
      ...ownerLines(payload),
      { put: 'qr', payload },
      ...saidIn(SCAN, head).map((text) => centred(text)),
      ...saidIn(UNTIL, head).map((text) => centred(`${text} ${until}`)),
      { put: 'rule' },
      ...facts(sale, head, nowMs),
      ...contactPart(head),
    ],
  };
}

/** Lines that a register wants on our paper. Never a receipt: it names no sale and says whose words they are not. */
export function linesSlip(lines: readonly string[], head: SlipHead): Slip {
  return { kind: 'lines', copy: false, lines: [...top(head, false), ...lines.map(asItIs)] };
}

/** What a technician judges a printer by. The driver adds rulers and codes: only it knows its dots. */
export function testSlip(head: SlipHead, about: string, nowMs: number): Slip {
  const { day, zoned } = shopTimeOf(nowMs, head);
  const said = [plain(about), plain(`${day} ${zoned}`), centred('No money. Bukan bukti bayar.')];
  return {
    kind: 'test',
    copy: false,
    lines: [...top(head, false), centred('TEST PAGE', 'big', true), ...said, ...contactPart(head)],
  };
}

/** The register that laid it out counted its blanks: names at the left, amounts at the right. */
function asItIs(text: string): SlipLine {
  return { put: 'text', text, columns: true };
}

const GIVEN_BACK: Words = {
  id: 'Uang dikembalikan. Bukan bukti bayar.',
  en: 'The money was given back. Not a proof of payment.',
};
const ASK_STAFF: Words = { id: 'Tanyakan kepada petugas.', en: 'Ask the staff.' };

/**
 * What became of the money, in big letters. A sale whose money went back is not "paid" any more, on no copy: who holds
 * that could ask for the goods.
 */
function verdict({ state, amount }: Sale, head: SlipHead): SlipLine[] {
  const sum = centred(formatRupiah(amount), 'big', true);
  const said = (words: Words, big: boolean, note: Words): SlipLine[] => [
    ...saidIn(words, head).map((text) => centred(text, big ? 'big' : 'normal', true)),
    sum,
    ...saidIn(note, head).map((text) => centred(text)),
  ];
  if (state.at === 'resolved' && state.how === 'refunded')
    return said({ id: 'DIKEMBALIKAN', en: 'REFUNDED' }, true, GIVEN_BACK);
  if (state.at === 'refunding')
    return said({ id: 'SEDANG DIKEMBALIKAN', en: 'BEING REFUNDED' }, true, NOT_A_PROOF);
  if (state.at === 'resolved' && state.how === 'other')
    return said({ id: 'DISELESAIKAN PETUGAS', en: 'CLOSED BY THE STAFF' }, false, ASK_STAFF);
  return [centred(title({ id: 'LUNAS', en: 'PAID' }, head), 'big', true), sum];
}

const LABELS = {
  method: { id: 'Metode', en: 'Method' },
  issuer: { id: 'Penerbit', en: 'Issuer' },
  paid: { id: 'Dibayar', en: 'Paid' },
  fee: { id: 'Biaya', en: 'Fee' },
  returned: { id: 'Kembali', en: 'Refunded' },
} as const satisfies Readonly<Record<string, Words>>;

const THANKS: Words = { id: 'Terima kasih', en: 'Thank you' };

/** Proof for the customer. Only a settled sale has one. */
export function receiptSlip(sale: Sale, head: SlipHead, nowMs: number, copy: boolean): Slip {
  const { customerFee } = sale.evidence ?? {};
  return {
    kind: 'receipt',
    copy,
    orderId: sale.orderId,
    lines: [
      ...top(head, copy),
      ...verdict(sale, head),
      { put: 'rule' },
      ...itemLines(sale.items, head),
      ...facts(sale, head, nowMs),
      ...paidBy(sale, head),
      ...paidAt(sale, head, nowMs),
      // Beside the books: the customer paid it on top, and it is not the shop's.
      ...(customerFee === undefined ? [] : [pair(label(LABELS.fee, head), formatRupiah(customerFee))]),
      ...givenBack(sale, head),
      ...references(sale),
      ...contactPart(head),
      { put: 'rule' },
      ...head.footer.map((text) => centred(text)),
      ...saidIn(THANKS, head).map((text) => centred(text)),
    ],
  };
}

/** A name that is too long for its line pushes the price below it. */
function itemLines(items: readonly SoldItem[] | undefined, { language }: SlipHead): SlipLine[] {
  if (items === undefined) return [];
  const lines = items.map(({ quantity, name, price }) =>
    pair(`${quantity} x ${language === 'en' ? name.en : name.id}`, formatRupiah(rupiah(quantity * price))),
  );
  return [...lines, { put: 'rule' }];
}

/** How the customer paid, and between whom the money goes, as far as the gateway names them. */
function paidBy({ evidence }: Sale, head: SlipHead): SlipLine[] {
  const { issuer, acquirer } = evidence ?? {};
  const isGopay = issuer === undefined || issuer.toLowerCase() === 'gopay';
  return [
    pair(label(LABELS.method, head), isGopay ? 'GoPay' : 'QRIS'),
    ...(issuer === undefined ? [] : [pair(label(LABELS.issuer, head), brandOf(issuer))]),
    ...(acquirer === undefined ? [] : [pair('Acquirer', brandOf(acquirer))]),
  ];
}

/** As the gateway writes it, within bounds; its own names for itself and for ShopeePay are not what people know. */
export function brandOf(name: string): string {
  const known = { gopay: 'GoPay', 'airpay shopee': 'ShopeePay' } as const;
  return known[name.toLowerCase() as keyof typeof known] ?? name.slice(0, 60);
}

/** With the day where it is another than that of the slip, which stands above. */
function paidAt({ evidence }: Sale, head: SlipHead, nowMs: number): SlipLine[] {
  const atMs = parseWib(evidence?.settlementTime ?? '');
  if (atMs === undefined) return [];
  const { day, time, zoned } = shopTimeOf(atMs, head);
  const isToday = day === shopTimeOf(nowMs, head).day;
  return [pair(label(LABELS.paid, head), isToday ? zoned : `${day} ${time.slice(0, 5)}`)];
}

/** Only what is known: goods may be with the customer of a sale whose delivery ended in a way that is not known. */
function owedLines({ state }: Sale): { readonly name: string; readonly text: readonly Words[] } {
  const isRefunding = state.at === 'refunding';
  if ('why' in state && state.why === 'partlyDelivered')
    return {
      name: 'BARU SEBAGIAN DISERAHKAN',
      text: [
        {
          id: 'Pembayaran diterima, tetapi baru sebagian barang diserahkan. Tunjukkan slip ini kepada petugas.',
          en: 'Paid, but only a part was handed over. Show this slip to the staff.',
        },
      ],
    };
  if ('why' in state && state.why === 'deliveryUnknown')
    return {
      name: 'BELUM PASTI DISERAHKAN',
      text: [
        isRefunding
          ? {
              id: 'Uang sedang dikembalikan secara otomatis. Simpan slip ini sampai uang masuk.',
              en: 'Paid. The money is being refunded: keep this slip until you have it.',
            }
          : {
              id: 'Pembayaran diterima, tetapi belum pasti barang sudah diserahkan. Tunjukkan slip ini kepada petugas.',
              en: 'Paid, but it is not known whether it was handed over. Show this slip to the staff.',
            },
      ],
    };
  if (state.at === 'owed' && state.why === 'otherAmount')
    return {
      name: 'JUMLAH BERBEDA',
      text: [
        {
          id: 'Jumlah yang dibayar berbeda. Tunjukkan slip ini kepada petugas.',
          en: 'Another amount was paid. Show this slip to the staff.',
        },
      ],
    };
  if (state.at === 'owed' && state.why === 'otherPayee')
    return {
      name: 'TOKO LAIN',
      text: [
        {
          id: 'Pembayaran masuk ke toko lain. Tunjukkan slip ini kepada petugas.',
          en: 'Paid to somebody else. Show this slip to the staff.',
        },
      ],
    };
  const received = 'Pembayaran diterima, tetapi barang belum diserahkan.';
  return {
    name: 'BELUM DISERAHKAN',
    text: [
      isRefunding
        ? {
            id: `${received} Uang sedang dikembalikan secara otomatis. Simpan slip ini sampai uang masuk.`,
            en: 'Paid, but nothing was handed over. The money is being refunded: keep this slip until you have it.',
          }
        : {
            id: `${received} Tunjukkan slip ini kepada petugas untuk barang atau pengembalian uang.`,
            en: 'Paid, but nothing was handed over. Show this slip to the staff.',
          },
    ],
  };
}

/** The part that went back already. */
function givenBack({ evidence }: Sale, head: SlipHead): SlipLine[] {
  if (evidence?.refundAmount === undefined || evidence.refundAmount === 0) return [];
  return [pair(label(LABELS.returned, head), formatRupiah(evidence.refundAmount))];
}

/**
 * Numbers of the others: the register's, that of the code's own reference (tag 62-05 or the wallet's books), and Midtrans'.
 */
function references({ openedAtMs, invoice, evidence }: Sale): SlipLine[] {
  const { transactionId, crossReference } = evidence ?? {};
  return [
    pair('RRN', rrnOf(openedAtMs, invoice)),
    ...(crossReference === undefined ? [] : [plain(`Ref. ${crossReference.slice(0, 60)}`)]),
    ...(transactionId === undefined ? [] : [plain(`ID ${transactionId.slice(0, 60)}`)]),
  ];
}

/** Money was taken and nothing given: what the customer needs to get it back. */
export function owedSlip(sale: Sale, head: SlipHead, nowMs: number): Slip {
  const { name, text } = owedLines(sale);
  const booked = bookedOf(sale);
  return {
    kind: 'owed',
    copy: false,
    orderId: sale.orderId,
    lines: [
      ...top(head, false),
      centred(title({ id: name, en: 'OWED' }, head), 'normal', true),
      centred(formatRupiah(sale.amount), 'big', true),
      ...text.flatMap((words) => saidIn(words, head).map(plain)),
      { put: 'rule' },
      ...itemLines(sale.items, head),
      ...facts(sale, head, nowMs),
      // Where it is not the amount of the sale, which stands above it.
      ...(booked === sale.amount ? [] : [pair(label(LABELS.paid, head), formatRupiah(booked))]),
      ...givenBack(sale, head),
      ...references(sale),
      ...contactPart(head),
    ],
  };
}

const UNPAID = {
  cancelled: { id: 'DIBATALKAN', en: 'CANCELLED' },
  expired: { id: 'WAKTU HABIS', en: 'EXPIRED' },
  denied: { id: 'DITOLAK', en: 'DENIED' },
  failed: { id: 'GAGAL', en: 'FAILED' },
  unknown: { id: 'BELUM PASTI', en: 'NOT KNOWN YET' },
} as const satisfies Readonly<Record<SourceResult['result'], Words>>;

/** The end without payment, or without a word of the gateway: what the customer quotes who was charged all the same. */
export function unpaidSlip(sale: Sale, result: SourceResult, head: SlipHead, nowMs: number): Slip {
  const why = result.result === 'failed' ? faultText(result.code) : PHRASES[result.result];
  const advice = couldBeDeducted(sale) ? [PHRASES.deducted, PHRASES.notReturned] : [];
  return {
    kind: 'unpaid',
    copy: false,
    orderId: sale.orderId,
    lines: [
      ...top(head, false),
      centred(title(UNPAID[result.result], head), 'normal', true),
      centred(formatRupiah(sale.amount), 'big', true),
      ...[why, ...advice, NOT_A_PROOF].flatMap((words) => saidIn(words, head).map(plain)),
      ...('code' in result ? [plain(`E${result.code}`)] : []),
      { put: 'rule' },
      ...itemLines(sale.items, head),
      ...facts(sale, head, nowMs),
      ...references(sale),
      ...contactPart(head),
    ],
  };
}

/** How a sale ended of which no money is known, as its source was told; undefined for others. */
function endOf({ state }: Sale): SourceResult | undefined {
  if (state.at === 'refused') return { result: 'failed', code: state.code };
  if (state.at === 'closing' && state.source === 'released')
    return { result: 'unknown', code: state.code ?? FAULT.noFinalStatus };
  if (state.at !== 'closed') return undefined;
  if (state.how === 'denied') return { result: 'denied', code: state.code ?? FAULT.denied };
  if (state.code !== undefined) return { result: 'failed', code: state.code };
  return { result: state.how === 'expired' ? 'expired' : 'cancelled' };
}

/** The slip that says where a sale stands, marked COPY; undefined where there is none. */
export function copyOf(sale: Sale, head: SlipHead, nowMs: number): Slip | undefined {
  const { state } = sale;
  // A sale that its register gives back was handed over: "nothing was" would be untrue.
  const returned = state.at === 'refunding' && state.why === 'returned';
  if (state.at === 'owed' || (state.at === 'refunding' && !returned))
    return asCopy(owedSlip(sale, head, nowMs));
  // With the time of the original, which was printed as it was handed over.
  if (isSettled(sale)) return receiptSlip(sale, head, state.at === 'delivered' ? state.atMs : nowMs, true);
  const end = endOf(sale);
  if (end !== undefined) return asCopy(unpaidSlip(sale, end, head, nowMs));
  if (state.at !== 'awaitingPayment' || state.payload === undefined) return undefined;
  return qrSlip(sale, state.payload, head, nowMs, true);
}
