import { rupiah } from '../../src/base/rupiah.js';
import type { Screen } from '../../src/base/screen.js';
import { PHRASES } from '../../src/core/text/phrases.js';

/** As long as the QRIS payloads that Midtrans returns: 249 characters, 61 modules at level M. */
export const PAYLOAD =
  '00020101021226610014COM.GO-JEK.WWW01189360091434506469550210G4506469550303UKE51440014ID.CO.QRIS.WWW' +
  '0215ID10243341364120303UKE5204599953033605405150005802ID5911TOKO CONTOH6007JAKARTA6105123406247' +
  '5036c9ab4f0f-6a0f-4b0f-8b6e-2f6b1a3f0d450703A016304ABCD';

export const ORDER_ID = 'KASIR1-01JD9Z6Q3M8R7T5V4W2X1Y0ZAB';

/** What stands on the idle screen for the staff, as long as it gets. */
export const NOTE = {
  id: 'E407 Printer tidak terhubung. 50 struk menunggu.',
  en: 'E407 Printer cannot be reached. 50 slips wait.',
};

/** Whom to call, as much as there can be, and with the code for a screen without paper. */
export const HELP = {
  lines: ['Tel. 022-1234567', 'WhatsApp +62 812-3456-7890', 'Senin-Jumat 08.00-20.00, Sabtu sampai 14'],
  link: 'https://wa.me/6281234567890?text=No.%20000123%2C%20Rp10.000.000%2C%202026-11-30%2016%3A02%20WIB%2C%20KASIR1-01JD9Z6Q3M8R7T5V4W2X1Y0ZAB',
} as const;

/** A link of a receipt as long as it gets; what stands in it is no receipt. */
export const RECEIPT = `https://relay.example.com/r/${'EAADVDAxAZNUP4QAAAAAAAAAAAAAAKCZ_'.repeat(9).slice(0, 293)}`;

const NUMBER = '000123';

/** What a code of QRIS says of its owner. */
const OWNER = { qris: true, name: 'TOKO CONTOH', nmid: 'ID1024334136412' } as const;

/** Each kind of screen, with texts as long as the terminal has. */
export const SCREENS = {
  setUp: {
    show: 'outOfService',
    words: { id: 'Kode pendaftaran: 7K3-9Q', en: 'Enrolment code: 7K3-9Q' },
    code: 912,
    setUp: {
      field: 'code',
      code: '7K39Q',
      relay: 'https://relay.example.com',
      isRelaySet: true,
      isBusy: false,
    },
  },
  setUpWrong: {
    show: 'outOfService',
    words: { id: 'Kode ini sudah dipakai.', en: 'This code has been used.' },
    code: 695,
    setUp: {
      field: 'code',
      code: '',
      relay: 'https://relay.pusat-toko-oleh-oleh.example.com/terminal',
      isRelaySet: false,
      isBusy: false,
      remedy: {
        id: 'Kalau bukan mesin Anda: gopay-pos relay revoke untuk terminal itu. Lalu minta kode baru.',
        en: 'If that was none of yours: gopay-pos relay revoke for its terminal. Then ask for another code.',
      },
    },
  },
  setUpAddress: {
    show: 'outOfService',
    words: { id: 'Kode pendaftaran:', en: 'Enrolment code:' },
    code: 912,
    setUp: { field: 'relay', code: '', relay: 'https://relay.exa', isRelaySet: false, isBusy: false },
  },
  idle: { show: 'idle', shop: 'Kopi Nusantara', terminal: 'KASIR1' },
  idleLines: {
    show: 'idle',
    shop: 'Kopi Nusantara',
    terminal: 'KASIR1',
    lines: [
      '2 Kopi susu gula aren             36.000',
      '1 Roti bakar cokelat keju         18.000',
      '----------------------------------------',
      'Total                             54.000',
    ],
  },
  entering: { show: 'entering', amount: rupiah(15_000) },
  enteringLong: {
    show: 'entering',
    amount: rupiah(10_000_000),
    hint: { id: 'Paling banyak Rp10.000.000', en: 'At most Rp10,000,000' },
  },
  wait: {
    show: 'wait',
    amount: rupiah(15_000),
    words: { id: 'Menyiapkan kode QR…', en: 'Preparing the QR code…' },
  },
  scan: {
    show: 'scan',
    orderId: ORDER_ID,
    amount: rupiah(15_000),
    payload: PAYLOAD,
    shop: 'Kopi Nusantara',
    owner: OWNER,
    leftMs: 872_000,
    lifeMs: 900_000,
    notes: [],
  },
  scanNotes: {
    show: 'scan',
    orderId: ORDER_ID,
    amount: rupiah(10_000_000),
    payload: PAYLOAD,
    shop: 'Warung Makan Ibu Sri Rejeki Jaya Abadi 2',
    owner: { ...OWNER, name: 'WARUNG MAKAN IBU SRI REJE' },
    leftMs: 25_000,
    lifeMs: 900_000,
    notes: [
      { id: 'Kertas habis, struk tidak dicetak', en: 'Paper is out, no receipt' },
      {
        id: 'Jaringan lambat, tunggu setelah membayar',
        en: 'The network is slow, please wait after paying',
      },
    ],
  },
  paid: { show: 'paid', orderId: ORDER_ID, number: NUMBER, amount: rupiah(15_000), notes: [] },
  paidNotes: {
    show: 'paid',
    orderId: ORDER_ID,
    amount: rupiah(10_000_000),
    notes: [{ id: 'Kertas habis, struk tidak dicetak', en: 'Paper is out, no receipt' }],
  },
  closed: {
    show: 'closed',
    amount: rupiah(15_000),
    words: {
      id: 'Waktu habis sebelum ada pembayaran. Silakan mulai lagi.',
      en: 'Time ran out before a payment came. Please start again.',
    },
    code: 512,
  },
  closedNotes: {
    show: 'closed',
    orderId: ORDER_ID,
    amount: rupiah(10_000_000),
    number: NUMBER,
    words: PHRASES.cancelled,
    notes: [PHRASES.deducted, PHRASES.notReturned],
  },
  closedHelp: {
    show: 'closed',
    orderId: ORDER_ID,
    amount: rupiah(10_000_000),
    number: NUMBER,
    words: PHRASES.expired,
    notes: [PHRASES.deducted, PHRASES.notReturned],
    help: HELP,
  },
  unsureHelp: {
    show: 'closed',
    orderId: ORDER_ID,
    amount: rupiah(10_000_000),
    number: NUMBER,
    words: PHRASES.unknown,
    code: 510,
    unsure: true,
    help: HELP,
  },
  owed: {
    show: 'owed',
    orderId: ORDER_ID,
    number: NUMBER,
    amount: rupiah(15_000),
    words: {
      id: 'Barang belum diberikan. Simpan nomor ini dan hubungi petugas; uang Anda aman.',
      en: 'Nothing was given for it yet. Keep this number and ask the staff; your money is safe.',
    },
  },
  owedHelp: {
    show: 'owed',
    orderId: ORDER_ID,
    number: NUMBER,
    amount: rupiah(10_000_000),
    words: PHRASES.owedUnknown,
    help: HELP,
  },
  outOfServiceHelp: {
    show: 'outOfService',
    words: {
      id: 'Penyimpanan penuh. Silakan bayar dengan cara lain.',
      en: 'The storage is full. Please pay another way.',
    },
    code: 703,
    help: { ...HELP, link: 'https://wa.me/6281234567890?text=KASIR1%3A%20E703' },
  },
  outOfService: {
    show: 'outOfService',
    words: {
      id: 'Penyimpanan penuh. Silakan bayar dengan cara lain.',
      en: 'The storage is full. Please pay another way.',
    },
    code: 703,
  },
  paidReceipt: {
    show: 'paid',
    orderId: ORDER_ID,
    number: NUMBER,
    amount: rupiah(10_000_000),
    notes: [],
    receipt: RECEIPT,
  },
  owedReceipt: {
    show: 'owed',
    orderId: ORDER_ID,
    number: NUMBER,
    amount: rupiah(10_000_000),
    words: PHRASES.owed,
    help: { lines: HELP.lines },
    receipt: RECEIPT.slice(0, 220),
  },
} as const satisfies Readonly<Record<string, Screen>>;

/** Panels that shops have: 2.4", 3.5", 7", a standing totem, a monitor. */
export const SIZES = [
  { width: 320, height: 240 },
  { width: 480, height: 320 },
  { width: 800, height: 480 },
  { width: 1080, height: 1920 },
  { width: 1920, height: 1080 },
] as const;
