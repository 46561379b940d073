import { type FaultBlock, row } from './row.js';

/** 45x and 48x: pictures and payloads of QR codes. No customer is shown one of these. */
export const QR_FAULTS = {
  qrNoPicture: row(450, {
    saysId: 'Gambar QR tidak diterima.',
    saysEn: 'No QR picture came.',
    causeId: 'Yang datang JSON atau halaman, bukan gambar; sudah diminta empat kali.',
    causeEn: 'JSON or a page came instead of a picture, four times.',
    remedyId: 'Apakah QRIS sudah aktif untuk akun ini?',
    remedyEn: 'Is QRIS set up for the account?',
  }),
  qrPictureTooLarge: row(451, {
    saysId: 'Gambar QR terlalu besar.',
    saysEn: 'The QR picture is too large.',
    causeId: 'Gambar lebih dari 4096 kali 4096 piksel atau 2 MiB.',
    causeEn: 'The picture has more than 4096 by 4096 pixels or 2 MiB.',
    remedyId: 'Laporkan dengan log.',
    remedyEn: 'Report it with the log.',
  }),
  qrNotFound: row(452, {
    saysId: 'Tidak ada QR dalam gambar.',
    saysEn: 'No QR in the picture.',
    causeId: 'Gambarnya utuh, dan tidak ada QR di dalamnya.',
    causeEn: 'The picture is sound, and there is no QR in it.',
    remedyId: 'Laporkan dengan log.',
    remedyEn: 'Report it with the log.',
  }),
  qrPictureDamaged: row(453, {
    saysId: 'Gambar QR rusak.',
    saysEn: 'The QR picture is damaged.',
    causeId: 'Gambar rusak di jalan.',
    causeEn: 'The picture was damaged on the way.',
    remedyId: 'Jaringan; coba lagi.',
    remedyEn: 'Network; try again.',
  }),
  qrNotPayment: row(454, {
    saysId: 'Isi QR tidak dikenal.',
    saysEn: 'The QR holds something else.',
    causeId: 'Isi QR bukan kode pembayaran EMV: alamat web, JSON.',
    causeEn: 'The QR holds no EMV payment code: a web address, JSON.',
    remedyId: 'Laporkan dengan log.',
    remedyEn: 'Report it with the log.',
  }),
  qrMismatch: row(455, {
    saysId: 'Kode QR tidak cocok dengan jumlahnya.',
    saysEn: 'The QR code does not match the amount.',
    causeId: 'Gateway mengirim QR untuk jumlah lain, atau tanpa jumlah.',
    causeEn: 'The gateway sent a QR for another amount, or without one.',
    remedyId: 'Laporkan nomor order ke Midtrans.',
    remedyEn: 'Report the order id to Midtrans.',
  }),
  qrCurrency: row(456, {
    saysId: 'Kode QR bukan dalam rupiah.',
    saysEn: 'The QR code is not in rupiah.',
    causeId: 'Tag 53 bukan 360.',
    causeEn: 'Tag 53 is not 360.',
    remedyId: 'Laporkan nomor order ke Midtrans.',
    remedyEn: 'Report the order id to Midtrans.',
  }),
  qrPayee: row(457, {
    saysId: 'Kode QR bukan milik toko ini.',
    saysEn: 'The QR code would pay somebody else.',
    causeId: 'Merchant di QR atau di jawaban bukan gateway.merchant_id.',
    causeEn: 'The merchant in the QR or the answer is not the one that gateway.merchant_id names.',
    remedyId:
      'Bandingkan gateway.merchant_id dengan merchant di log; bila benar, laporkan nomor order ke Midtrans.',
    remedyEn:
      'Compare gateway.merchant_id with the merchant id in the log; if it is right, report the order id to Midtrans.',
  }),
  qrTip: row(458, {
    saysId: 'Kode QR meminta tip atau biaya tambahan.',
    saysEn: 'The QR code asks for a tip or fee on top.',
    causeId: 'Tag 55 sampai 57 meminta tip, biaya, atau persentase di atas jumlahnya.',
    causeEn: 'Tags 55 to 57 ask for a tip, a fee or a percentage on top of the amount.',
    remedyId: 'Matikan tip dan biaya untuk akun ini, atau laporkan nomor order ke Midtrans.',
    remedyEn: 'Switch tips and fees off for this account, or report the order id to Midtrans.',
  }),
  qrDamaged: row(459, {
    saysId: 'Kode QR rusak.',
    saysEn: 'The QR code is faulty.',
    causeId: 'CRC, panjang, atau tag ganda: isi QR rusak.',
    causeEn: 'CRC, lengths or a tag twice: the payload is not sound.',
    remedyId: 'Laporkan nomor order ke Midtrans.',
    remedyEn: 'Report the order id to Midtrans.',
  }),
  qrTwoCodes: row(480, {
    saysId: 'Ada dua kode QR dalam gambar.',
    saysEn: 'There are two QR codes in the picture.',
    causeId: 'Ada dua kode dalam satu gambar; tidak ada yang tahu mana yang dibaca ponsel.',
    causeEn: 'Two codes are in one picture, and nobody knows which one a phone takes.',
    remedyId: 'Laporkan nomor order ke Midtrans.',
    remedyEn: 'Report the order id to Midtrans.',
  }),
  qrSearchFailed: row(483, {
    saysId: 'Gambar tidak dapat dibuka.',
    saysEn: 'Pictures cannot be opened.',
    causeId:
      'Proses yang membuka gambar (QR, produk, layar tunggu) tidak berjalan (sharp tidak utuh, memori habis) atau terlalu lama.',
    causeEn:
      'The process that opens pictures (QR, products, idle screen) does not run (sharp is not whole, no memory) or took too long.',
    remedyId:
      'Log menyebut sebabnya. Pasang ulang bila sharp tidak dapat dimuat; selama itu terminal mencoba lagi tiap setengah menit.',
    remedyEn:
      'The log says why. Install again where sharp cannot be loaded; meanwhile the terminal tries every half minute.',
  }),
  qrCountry: row(481, {
    saysId: 'Kode QR dari negara lain.',
    saysEn: 'The QR code is of another country.',
    causeId: 'Tag 58 bukan ID.',
    causeEn: 'Tag 58 is not ID.',
    remedyId: 'Laporkan nomor order ke Midtrans.',
    remedyEn: 'Report the order id to Midtrans.',
  }),
  otherPayee: row(482, {
    saysId: 'Pembayaran masuk ke toko lain.',
    saysEn: 'Somebody else was paid. Ask the staff.',
    causeId: 'Sudah dibayar, dan gateway menyebut merchant lain daripada yang ditagih.',
    causeEn: 'It was paid, and the gateway names another merchant than the one that it charged for.',
    remedyId: 'Di daftar utang: bandingkan merchant di log dengan dashboard; apakah akun relay diganti?',
    remedyEn:
      'On the owed list: compare the merchant id in the log with the dashboard; was the account of the relay changed?',
  }),
} satisfies FaultBlock;
