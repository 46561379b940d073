import { formatRupiah, rupiah } from '../../base/rupiah.js';
import type { Slip, SlipLine } from '../../base/slip.js';
import type { SoldItem } from '../../base/sold-item.js';
import { formatWib } from '../../base/time.js';
import { bookedOf } from '../sale/paid-amount.js';
import { isSettled, type Sale, slipNumber } from '../sale/sale.js';

export interface SlipHead {
  readonly shop: string;
  readonly terminal: string;
  /** Lines of the shop's own above and below. */
  readonly header: readonly string[];
  readonly footer: readonly string[];
}

export function centred(text: string, size: 'normal' | 'big' = 'normal', bold = false): SlipLine {
  return { put: 'text', text, align: 'centre', size, bold };
}

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

function pair(left: string, right: string): SlipLine {
  return { put: 'pair', left, right };
}

function facts(sale: Sale, head: SlipHead, atMs: number): SlipLine[] {
  return [
    pair('Waktu', `${formatWib(atMs)} WIB`),
    pair('Terminal', head.terminal),
    pair('No.', slipNumber(sale)),
    plain(sale.orderId),
  ];
}

function qrLines(sale: Sale, head: SlipHead, copy: boolean): SlipLine[] {
  return [
    ...top(head, copy),
    centred('Bayar dengan GoPay / QRIS'),
    centred(formatRupiah(sale.amount), 'big', true),
  ];
}

/** What {@link qrSlip} and {@link noQrSlip} begin with: it is known before the charge is. */
export function qrTop(sale: Sale, head: SlipHead): Slip {
  const { orderId } = sale;
  return { kind: 'qr', copy: false, orderId, rest: 'follows', lines: qrLines(sale, head, false) };
}

/**
 * The end of a slip that was begun for a QR which did not come. Whatever became of the sale, a customer who holds it must
 * neither look for a way to pay with it nor take it for a receipt.
 */
export function noQrSlip(sale: Sale, head: SlipHead): Slip {
  return {
    kind: 'no-qr',
    copy: false,
    orderId: sale.orderId,
    lines: [
      ...qrLines(sale, head, false),
      centred('TANPA QR', 'big', true),
      centred('NO QR CODE', 'normal', true),
      centred('Jangan dibayar.'),
      centred('Bukan bukti bayar.'),
      centred('Nothing to pay. Not a receipt.'),
    ],
  };
}

/** The QR to scan, with the amount above it. */
export function qrSlip(sale: Sale, payload: string, head: SlipHead, nowMs: number, copy: boolean): Slip {
  const untilMs = sale.state.at === 'awaitingPayment' ? sale.state.endsAtMs : nowMs;
  return {
    kind: 'qr',
    copy,
    orderId: sale.orderId,
    lines: [
      ...qrLines(sale, head, copy),
      { put: 'qr', payload },
      centred('Buka Gojek atau aplikasi QRIS, pindai.'),
      centred(`Berlaku sampai ${formatWib(untilMs).slice(11)} WIB`),
      { put: 'rule' },
      ...facts(sale, head, nowMs),
    ],
  };
}

/** Lines that a register wants on our paper. Never a receipt: it names no sale and says whose words they are not. */
export function linesSlip(lines: readonly string[], head: SlipHead): Slip {
  return { kind: 'lines', copy: false, lines: [...top(head, false), ...lines.map(asItIs)] };
}

/** What a technician judges a printer by. The driver adds rulers and codes: only it knows its dots. */
export function testSlip(head: SlipHead, about: string, nowMs: number): Slip {
  const said = [plain(about), plain(formatWib(nowMs)), centred('No money. Bukan bukti bayar.')];
  return {
    kind: 'test',
    copy: false,
    lines: [...top(head, false), centred('TEST PAGE', 'big', true), ...said],
  };
}

function plain(text: string): SlipLine {
  return { put: 'text', text };
}

/** The register that laid it out counted its blanks: names at the left, amounts at the right. */
function asItIs(text: string): SlipLine {
  return { put: 'text', text, columns: true };
}

/**
 * What became of the money, in big letters. A sale whose money went back is not "paid" any more, on no copy: who holds
 * that could ask for the goods.
 */
function verdict({ state, amount }: Sale): SlipLine[] {
  const sum = centred(formatRupiah(amount), 'big', true);
  if (state.at === 'resolved' && state.how === 'refunded')
    return [
      centred('DIKEMBALIKAN', 'big', true),
      centred('REFUNDED', 'big', true),
      sum,
      centred('Uang dikembalikan. Bukan bukti bayar.'),
      centred('The money was given back. Not a proof of payment.'),
    ];
  if (state.at === 'refunding')
    return [
      centred('SEDANG DIKEMBALIKAN', 'big', true),
      centred('BEING REFUNDED', 'big', true),
      sum,
      centred('Bukan bukti bayar. Not a proof of payment.'),
    ];
  if (state.at === 'resolved' && state.how === 'other')
    return [
      centred('DISELESAIKAN PETUGAS', 'normal', true),
      centred('CLOSED BY THE STAFF', 'normal', true),
      sum,
      centred('Tanyakan kepada petugas. Ask the staff.'),
    ];
  return [centred('LUNAS / PAID', 'big', true), sum];
}

/** Proof for the customer. Only a settled sale has one. */
export function receiptSlip(sale: Sale, head: SlipHead, nowMs: number, copy: boolean): Slip {
  const { settlementTime, issuer, customerFee } = sale.evidence ?? {};
  return {
    kind: 'receipt',
    copy,
    orderId: sale.orderId,
    lines: [
      ...top(head, copy),
      ...verdict(sale),
      { put: 'rule' },
      ...itemLines(sale.items),
      ...facts(sale, head, nowMs),
      pair('Metode', method(issuer)),
      ...(settlementTime === undefined ? [] : [pair('Dibayar', `${settlementTime} WIB`)]),
      // Beside the books: the customer paid it on top, and it is not the shop's.
      ...(customerFee === undefined ? [] : [pair('Biaya / fee', formatRupiah(customerFee))]),
      ...givenBack(sale),
      ...transaction(sale),
      { put: 'rule' },
      ...head.footer.map((text) => centred(text)),
      centred('Terima kasih'),
    ],
  };
}

/** A name that is too long for its line pushes the price below it. */
function itemLines(items: readonly SoldItem[] | undefined): SlipLine[] {
  if (items === undefined) return [];
  const lines = items.map(({ quantity, name, price }) =>
    pair(`${quantity} x ${name.id}`, formatRupiah(rupiah(quantity * price))),
  );
  return [...lines, { put: 'rule' }];
}

function method(issuer: string | undefined): string {
  return issuer === undefined || issuer.toLowerCase() === 'gopay' ? 'GoPay' : `QRIS (${issuer})`;
}

/** Only what is known: goods may be with the customer of a sale whose delivery ended in a way that is not known. */
function owedLines({ state }: Sale): { readonly title: string; readonly text: readonly string[] } {
  const refunding = state.at === 'refunding';
  if ('why' in state && state.why === 'partlyDelivered')
    return {
      title: 'BARU SEBAGIAN DISERAHKAN / OWED',
      text: [
        'Pembayaran diterima, tetapi baru sebagian barang diserahkan. Tunjukkan slip ini kepada petugas.',
        'Paid, but only a part was handed over. Show this slip to the staff.',
      ],
    };
  if ('why' in state && state.why === 'deliveryUnknown')
    return {
      title: 'BELUM PASTI DISERAHKAN / OWED',
      text: refunding
        ? [
            'Uang sedang dikembalikan secara otomatis. Simpan slip ini sampai uang masuk.',
            'Paid. The money is being refunded: keep this slip until you have it.',
          ]
        : [
            'Pembayaran diterima, tetapi belum pasti barang sudah diserahkan. Tunjukkan slip ini kepada petugas.',
            'Paid, but it is not known whether it was handed over. Show this slip to the staff.',
          ],
    };
  if (state.at === 'owed' && state.why === 'otherAmount')
    return {
      title: 'JUMLAH BERBEDA / OWED',
      text: [
        'Jumlah yang dibayar berbeda. Tunjukkan slip ini kepada petugas.',
        'Another amount was paid. Show this slip to the staff.',
      ],
    };
  if (state.at === 'owed' && state.why === 'otherPayee')
    return {
      title: 'TOKO LAIN / OWED',
      text: [
        'Pembayaran masuk ke toko lain. Tunjukkan slip ini kepada petugas.',
        'Paid to somebody else. Show this slip to the staff.',
      ],
    };
  const received = 'Pembayaran diterima, tetapi barang belum diserahkan.';
  return {
    title: 'BELUM DISERAHKAN / OWED',
    text: refunding
      ? [
          received,
          'Uang sedang dikembalikan secara otomatis. Simpan slip ini sampai uang masuk.',
          'Paid, but nothing was handed over. The money is being refunded: keep this slip until you have it.',
        ]
      : [
          received,
          'Tunjukkan slip ini kepada petugas untuk barang atau pengembalian uang.',
          'Paid, but nothing was handed over. Show this slip to the staff.',
        ],
  };
}

/** The part that went back already. */
function givenBack({ evidence }: Sale): SlipLine[] {
  if (evidence?.refundAmount === undefined || evidence.refundAmount === 0) return [];
  return [pair('Dikembalikan', formatRupiah(evidence.refundAmount))];
}

function transaction({ evidence }: Sale): SlipLine[] {
  return evidence === undefined ? [] : [plain(`Ref ${evidence.transactionId}`)];
}

/** Money was taken and nothing given: what the customer needs to get it back. */
export function owedSlip(sale: Sale, head: SlipHead, nowMs: number): Slip {
  const { title, text } = owedLines(sale);
  const booked = bookedOf(sale);
  return {
    kind: 'owed',
    copy: false,
    orderId: sale.orderId,
    lines: [
      ...top(head, false),
      centred(title, 'normal', true),
      centred(formatRupiah(sale.amount), 'big', true),
      ...text.map(plain),
      { put: 'rule' },
      ...itemLines(sale.items),
      ...facts(sale, head, nowMs),
      // Where it is not the amount of the sale, which stands above it.
      ...(booked === sale.amount ? [] : [pair('Dibayar', formatRupiah(booked))]),
      ...givenBack(sale),
      ...transaction(sale),
    ],
  };
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
  if (state.at !== 'awaitingPayment' || state.payload === undefined) return undefined;
  return qrSlip(sale, state.payload, head, nowMs, true);
}
