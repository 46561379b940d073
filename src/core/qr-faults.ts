import { type FaultRows, row } from './fault-row.js';

/** Pictures and payloads of QR codes: nobody is shown one of these. */
export const QR_FAULTS: FaultRows = {
  450: row(
    'No QR picture came.',
    'Gambar QR tidak diterima.',
    'JSON or a page came instead: is QRIS set up for the account?',
  ),
  451: row('The QR picture is too large.', 'Gambar QR terlalu besar.', 'Report it with the log.'),
  452: row('No QR in the picture.', 'Tidak ada QR dalam gambar.', 'Report it with the log.'),
  453: row('The QR picture is damaged.', 'Gambar QR rusak.', 'Network; try again.'),
  454: row(
    'The QR holds something else.',
    'Isi QR tidak dikenal.',
    'No EMV payment code: report it with the log.',
  ),
  455: row(
    'The QR code does not match the amount.',
    'Kode QR tidak cocok dengan jumlahnya.',
    'The gateway sent a QR for another amount: report the order id to Midtrans.',
  ),
  456: row(
    'The QR code is not in rupiah.',
    'Kode QR bukan dalam rupiah.',
    'Tag 53 is not 360: report the order id to Midtrans.',
  ),
  457: row(
    'The QR code would pay somebody else.',
    'Kode QR bukan milik toko ini.',
    'Compare gateway.merchant_id with the merchant id in the log; if it is right, report the order id to Midtrans.',
  ),
  458: row(
    'The QR code asks for a tip or fee on top.',
    'Kode QR meminta tip atau biaya tambahan.',
    'Tags 55 to 57: switch tips and fees off for this account, or report the order id to Midtrans.',
  ),
  459: row(
    'The QR code is faulty.',
    'Kode QR rusak.',
    'Checksum, lengths or doubled tags: report the order id to Midtrans.',
  ),
  480: row(
    'There are two QR codes in the picture.',
    'Ada dua kode QR dalam gambar.',
    'Nobody knows which one a phone takes: report the order id to Midtrans.',
  ),
  482: row(
    'Somebody else was paid. Ask the staff.',
    'Pembayaran masuk ke toko lain.',
    'On the owed list: compare the merchant id in the log with the dashboard; was the account of the relay changed?',
  ),
  481: row(
    'The QR code is of another country.',
    'Kode QR dari negara lain.',
    'Tag 58 is not ID: report the order id to Midtrans.',
  ),
};
