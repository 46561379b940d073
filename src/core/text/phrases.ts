import { formatRupiah } from '../../base/rupiah.js';
import type { Words } from '../../base/screen.js';
import { paidOf } from '../sale/paid-amount.js';
import type { Sale } from '../sale/sale.js';

/** What customers and cashiers read, Indonesian first. Short: the smallest screen is 320 pixels wide. */
export const PHRASES = {
  preparing: { id: 'Menyiapkan kode QR …', en: 'Preparing the QR code …' },
  retrying: { id: 'GoPay sibuk, mencoba lagi …', en: 'GoPay is busy, trying again …' },
  asking: { id: 'Memastikan ke GoPay …', en: 'Checking with GoPay …' },
  closing: { id: 'Membatalkan …', en: 'Cancelling …' },
  recovering: { id: 'Memulihkan transaksi …', en: 'Recovering the sale …' },
  cancelled: { id: 'Dibatalkan. Tidak ada uang yang ditarik.', en: 'Cancelled. No money was taken.' },
  expired: { id: 'Waktu habis. Silakan coba lagi.', en: 'Time is up. Please try again.' },
  denied: {
    id: 'GoPay menolak transaksi ini. Coba lagi nanti.',
    en: 'GoPay denied this sale. Try again later.',
  },
  failed: { id: 'Pembayaran tidak dapat dimulai. Coba lagi.', en: 'Payment could not begin. Try again.' },
  unknown: {
    id: 'Belum ada kepastian dari GoPay. Jika saldo terpotong, simpan bukti dan hubungi petugas.',
    en: 'GoPay has not answered yet. If you were charged, keep the proof and ask the staff.',
  },
  owed: {
    id: 'Uang sudah diterima, tetapi belum diserahkan. Tunjukkan nomor ini kepada petugas.',
    en: 'Paid, but nothing was handed over. Show this number to the staff.',
  },
  refunding: {
    id: 'Uang sudah diterima, tetapi belum diserahkan. Kami sedang mengembalikannya. Simpan nomor ini.',
    en: 'Paid, but nothing was handed over. We are giving it back. Keep this number.',
  },
  owedUnknown: {
    id: 'Uang sudah diterima, tetapi belum pasti sudah diserahkan. Tunjukkan nomor ini kepada petugas.',
    en: 'Paid, but it is not known whether it was handed over. Show this number to the staff.',
  },
  owedPartly: {
    id: 'Uang sudah diterima, baru sebagian barang diserahkan. Tunjukkan nomor ini kepada petugas.',
    en: 'Paid, but only a part was handed over. Show this number to the staff.',
  },
  refundingUnknown: {
    id: 'Uang sudah diterima. Kami sedang mengembalikannya. Simpan nomor ini.',
    en: 'Paid. We are giving the money back. Keep this number.',
  },
  otherAmount: {
    id: 'Jumlah yang dibayar berbeda. Tunjukkan nomor ini kepada petugas.',
    en: 'Another amount was paid. Show this number to the staff.',
  },
  otherPayee: {
    id: 'Pembayaran masuk ke toko lain. Tunjukkan nomor ini kepada petugas.',
    en: 'Paid to somebody else. Show this number to the staff.',
  },
  deducted: {
    id: 'Saldo tetap terpotong? GoPay mengembalikannya sendiri, kadang tidak seketika.',
    en: 'Charged all the same? GoPay gives it back by itself, though not always at once.',
  },
  notReturned: {
    id: 'Belum kembali? Simpan nomor ini: toko menulis ke bizops@midtrans.com (nomor, tanggal, jumlah).',
    en: 'Still not back? Keep this number: the shop writes to bizops@midtrans.com (number, date, amount).',
  },
  gatewaySilent: { id: 'Jaringan lambat, tetap kami cek', en: 'Slow network, we keep checking' },
  noReceipt: { id: 'Struk tidak tercetak', en: 'The receipt was not printed' },
  tooLarge: {
    id: 'Jumlah terlalu besar. Hapus, lalu ketik lagi',
    en: 'The amount is too large. Clear it and type it again',
  },
  noAmount: { id: 'Ketik jumlahnya dulu', en: 'Type the amount first' },
  tooSmall: { id: 'Jumlah terlalu kecil', en: 'The amount is too small' },
  noSuchProduct: { id: 'Nomor ini tidak ada', en: 'There is no such number' },
  soldOut: { id: 'Habis', en: 'Sold out' },
  notNow: { id: 'Belum dijual pada jam ini', en: 'Not sold at this hour' },
  noMore: { id: 'Sudah sebanyak yang boleh', en: 'No more of it in one sale' },
  cartFull: { id: 'Keranjang penuh', en: 'The cart is full' },
  tooMuch: { id: 'Lebih dari batas satu pembayaran', en: 'More than one payment may be' },
  goneInCart: { id: 'Keluarkan dulu', en: 'Take it out first' },
  nothingChosen: { id: 'Pilih produk dulu', en: 'Choose a product first' },
  priceChanged: { id: 'Harga baru saja berubah. Pilih lagi', en: 'The price has just changed. Choose again' },
  cartChanged: {
    id: 'Keranjang baru saja berubah. Periksa, lalu bayar',
    en: 'The cart has just changed. Look at it, then pay',
  },
  notGiven: { id: 'Mesin tidak dapat memberi sebanyak itu', en: 'The machine cannot give that much' },
  payFirst: { id: 'Bayar atau kosongkan keranjang dulu', en: 'Pay or empty the cart first' },
  thanks: { id: 'Terima kasih atas donasi Anda', en: 'Thank you for your donation' },
  busy: { id: 'Sedang melayani transaksi lain', en: 'Busy with another sale' },
} as const satisfies Readonly<Record<string, Words>>;

/** Under LUNAS, where the customer's app shows more than the amount above it. */
export function paidWithFee(sale: Sale): Words {
  const paid = formatRupiah(paidOf(sale));
  return { id: `Dibayar ${paid}, termasuk biaya`, en: `${paid} paid, fee included` };
}

/** @param whom a telephone, as on slips */
export function nothingCameOut(whom: string): Words {
  return { id: `Barang tidak keluar? ${whom}`, en: `Nothing came out? ${whom}` };
}
