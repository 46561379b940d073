import type { Words } from '../base/screen.js';
import type { Standing } from './fleet-question.js';

export const STANDING_WORDS: Readonly<Record<Standing, Words>> = {
  ready: { id: 'Siap', en: 'Ready' },
  busy: { id: 'Melayani', en: 'Busy' },
  not_ready: { id: 'Tidak berjualan', en: 'Not selling' },
  away: { id: 'Tidak terhubung', en: 'Away' },
  unknown: { id: 'Belum bersuara', en: 'Not heard yet' },
};

/** A box says any word for how its paper is; an object would have words for `constructor`. */
export const PAPER_WORDS: ReadonlyMap<string, Words> = new Map([
  ['near_end', { id: 'Kertas hampir habis', en: 'Paper near its end' }],
  ['fault', { id: 'Printer tidak mencetak', en: 'Printer prints nothing' }],
]);

export const FLEET_SAID = {
  title: { id: 'Armada', en: 'Fleet' },
  asOf: { id: 'Keadaan pukul', en: 'As of' },
  live: { id: 'Perbarui sendiri', en: 'Keep up to date' },
  stale: {
    id: 'Relay tidak menjawab. Yang tampak di sini sudah lama.',
    en: 'The relay does not answer. What stands here is old.',
  },
  other: { id: 'English', en: 'Bahasa Indonesia' },
  leave: { id: 'Keluar', en: 'Log out' },
  all: { id: 'Semua', en: 'All' },
  owing: { id: 'Berutang', en: 'Owing' },
  alerts: { id: 'Perlu perhatian', en: 'Needs attention' },
  noAlerts: { id: 'Tidak ada yang perlu perhatian.', en: 'Nothing needs attention.' },
  boxes: { id: 'Terminal', en: 'Terminals' },
  terminal: { id: 'Terminal', en: 'Terminal' },
  merchant: { id: 'Merchant', en: 'Merchant' },
  shop: { id: 'Toko', en: 'Shop' },
  state: { id: 'Keadaan', en: 'State' },
  since: { id: 'Sejak', en: 'Since' },
  owed: { id: 'Utang', en: 'Owed' },
  lastSale: { id: 'Penjualan terakhir', en: 'Last sale' },
  today: { id: 'Hari ini', en: 'Today' },
  devices: { id: 'Perangkat', en: 'Devices' },
  version: { id: 'Versi', en: 'Version' },
  token: { id: 'Token habis', en: 'Token ends' },
  good: { id: 'Baik', en: 'Good' },
  search: { id: 'Cari', en: 'Search' },
  show: { id: 'Tampilkan', en: 'Show' },
  any: { id: 'Semua keadaan', en: 'Any state' },
  anyShop: { id: 'Semua toko', en: 'Any shop' },
  clear: { id: 'Hapus saringan', en: 'Clear filters' },
  none: { id: 'Tidak ada terminal yang begitu.', en: 'No terminal is like that.' },
  before: { id: 'Sebelumnya', en: 'Previous' },
  after: { id: 'Berikutnya', en: 'Next' },
  pages: { id: 'Halaman', en: 'Pages' },
  more: { id: 'dan % lainnya', en: 'and % more' },
  refundFailed: { id: '% pengembalian gagal', en: '% refunds failed' },
  slots: { id: '% slot gagal', en: '% slots failed' },
  unplugged: { id: '% terlepas', en: '% unplugged' },
  clock: { id: 'Jam tidak cocok', en: 'Clock is wrong' },
  weak: { id: 'Catu daya lemah', en: 'Supply too weak' },
  login: { id: 'Masuk', en: 'Log in' },
  typeToken: { id: 'Token', en: 'Token' },
  wrong: { id: 'Token ini salah.', en: 'This token is wrong.' },
  tooMany: { id: 'Terlalu sering. Coba lagi semenit lagi.', en: 'Too many tries. Try again in a minute.' },
  refused: { id: 'Tidak untuk semua orang', en: 'Not for everybody' },
  refusedWords: {
    id: 'Halaman ini ada di balik login proxy, dan hanya untuk dibaca.',
    en: 'This page is behind the login of the proxy, and only to be read.',
  },
} as const satisfies Readonly<Record<string, Words>>;

/** How long, in the largest whole unit: seconds, minutes, hours, days. */
export const SPANS: readonly (readonly [seconds: number, words: Words])[] = [
  [86_400, { id: '% hari', en: '% d' }],
  [3_600, { id: '% jam', en: '% h' }],
  [60, { id: '% mnt', en: '% min' }],
  [0, { id: 'baru saja', en: 'just now' }],
];
