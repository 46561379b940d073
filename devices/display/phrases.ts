import { rupiah } from '../../src/base/rupiah.js';
import type { Screen, Words } from '../../src/base/screen.js';
import type { ScreenWords } from '../kit/device.js';

/** What these screens say beside the words that the terminal gives them. Short: a pole has twenty characters. */
export const DISPLAY_PHRASES = {
  pay: { id: 'Bayar dengan GoPay atau aplikasi QRIS', en: 'Pay with GoPay or any QRIS app' },
  type: { id: 'Ketik jumlah', en: 'Enter the amount' },
  choose: { id: 'Pilih produk', en: 'Choose a product' },
  byNumber: { id: 'Ketik nomor, lalu OK', en: 'Type a number, then OK' },
  payByKey: { id: 'OK: bayar', en: 'OK: pay' },
  give: { id: 'Pilih donasi', en: 'Choose a donation' },
  amount: { id: 'Jumlah', en: 'Amount' },
  scan: { id: 'Pindai untuk membayar', en: 'Scan to pay' },
  how: { id: 'Buka Gojek atau aplikasi QRIS, pindai, bayar', en: 'Open Gojek or any QRIS app, scan, pay' },
  timeUp: { id: 'Waktu habis. Memeriksa pembayaran …', en: 'Time is up. Checking the payment …' },
  noCode: { id: 'Kode QR tidak dapat ditampilkan', en: 'The QR code cannot be shown' },
  paid: { id: 'LUNAS', en: 'PAID' },
  /** Beside the amount of what is over; where it is not known yet, nothing says so. */
  notPaid: { id: 'Tidak dibayar', en: 'Not paid' },
  received: { id: 'Pembayaran diterima', en: 'Payment received' },
  /** At the code that opens WhatsApp: it is none to pay. */
  writeToUs: { id: 'Bantuan lewat WhatsApp', en: 'Help by WhatsApp' },
  /** At the code that opens the receipt: it is none to pay either. */
  takeReceipt: { id: 'Pindai untuk struk', en: 'Scan for your receipt' },
  outOfService: { id: 'Maaf, sedang tidak melayani', en: 'Sorry, out of service' },
} as const satisfies Readonly<Record<string, Words>>;

export type ShownLanguage = ScreenWords['language'];

/** The words to show, in order: Indonesian first. */
export function inLanguages(words: Words, language: ShownLanguage): readonly string[] {
  if (language === 'both') return words.id === words.en ? [words.id] : [words.id, words.en];
  return [words[language]];
}

/** The sign, and whose code it is by its own tags; the shop's name where it is another. */
export function ownerLines({ shop, owner = {} }: Extract<Screen, { show: 'scan' }>): readonly string[] {
  const { qris, name, nmid } = owner;
  const sign = [...(qris ? ['QRIS'] : []), ...(nmid === undefined ? [] : [`NMID ${nmid}`])];
  const isSame = name?.toUpperCase() === shop?.toUpperCase();
  const names = [...(name === undefined ? [] : [name]), ...(shop === undefined || isSame ? [] : [shop])];
  return [...(sign.length === 0 ? [] : [sign.join('  ')]), ...names].filter((line) => line !== '');
}

/** `4:07`; a second that has begun counts. */
export function minutes(leftMs: number): string {
  const seconds = Math.ceil(Math.max(0, leftMs) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** What a phone reads from a test page: no app can pay it. */
export const TEST_PAYLOAD = 'GOPAY-POS TEST PAGE, NOT A PAYMENT';

export const TEST_WORDS: Words = { id: 'Halaman uji, bukan pembayaran', en: 'Test page, not a payment' };

/** A scan screen that asks for nothing, for screens that show a test as they show a sale. */
export function testScreen(forMs: number): Screen {
  return {
    show: 'scan',
    orderId: 'TEST',
    amount: rupiah(0),
    payload: TEST_PAYLOAD,
    leftMs: forMs,
    lifeMs: forMs,
    notes: [TEST_WORDS],
  };
}
