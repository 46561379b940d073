import type { FaultBlock } from './row.js';

/** 45x and 48x: pictures and payloads of QR codes. No customer is shown one of these. */
export const QR_FAULTS = {
  qrNoPicture: {
    number: 450,
    says: { id: 'Gambar QR tidak diterima.', en: 'No QR picture came.' },
    cause: {
      id: 'Yang datang JSON atau halaman, bukan gambar; sudah diminta empat kali.',
      en: 'JSON or a page came instead of a picture, four times.',
    },
    remedy: { id: 'Apakah QRIS sudah aktif untuk akun ini?', en: 'Is QRIS set up for the account?' },
  },
  qrPictureTooLarge: {
    number: 451,
    says: { id: 'Gambar QR terlalu besar.', en: 'The QR picture is too large.' },
    cause: {
      id: 'Gambar lebih dari 4096 kali 4096 piksel atau 2 MiB.',
      en: 'The picture has more than 4096 by 4096 pixels or 2 MiB.',
    },
    remedy: { id: 'Laporkan dengan log.', en: 'Report it with the log.' },
  },
  qrNotFound: {
    number: 452,
    says: { id: 'Tidak ada QR dalam gambar.', en: 'No QR in the picture.' },
    cause: {
      id: 'Gambarnya utuh, dan tidak ada QR di dalamnya.',
      en: 'The picture is sound, and there is no QR in it.',
    },
    remedy: { id: 'Laporkan dengan log.', en: 'Report it with the log.' },
  },
  qrPictureDamaged: {
    number: 453,
    says: { id: 'Gambar QR rusak.', en: 'The QR picture is damaged.' },
    cause: { id: 'Gambar rusak di jalan.', en: 'The picture was damaged on the way.' },
    remedy: { id: 'Jaringan; coba lagi.', en: 'Network; try again.' },
  },
  qrNotPayment: {
    number: 454,
    says: { id: 'Isi QR tidak dikenal.', en: 'The QR holds something else.' },
    cause: {
      id: 'Isi QR bukan kode pembayaran EMV: alamat web, JSON.',
      en: 'The QR holds no EMV payment code: a web address, JSON.',
    },
    remedy: { id: 'Laporkan dengan log.', en: 'Report it with the log.' },
  },
  qrMismatch: {
    number: 455,
    says: { id: 'Kode QR tidak cocok dengan jumlahnya.', en: 'The QR code does not match the amount.' },
    cause: {
      id: 'Gateway mengirim QR untuk jumlah lain, atau tanpa jumlah.',
      en: 'The gateway sent a QR for another amount, or without one.',
    },
    remedy: { id: 'Laporkan nomor order ke Midtrans.', en: 'Report the order id to Midtrans.' },
  },
  qrCurrency: {
    number: 456,
    says: { id: 'Kode QR bukan dalam rupiah.', en: 'The QR code is not in rupiah.' },
    cause: { id: 'Tag 53 bukan 360.', en: 'Tag 53 is not 360.' },
    remedy: { id: 'Laporkan nomor order ke Midtrans.', en: 'Report the order id to Midtrans.' },
  },
  qrPayee: {
    number: 457,
    says: { id: 'Kode QR bukan milik toko ini.', en: 'The QR code would pay somebody else.' },
    cause: {
      id: 'Merchant di QR atau di jawaban bukan gateway.merchant_id.',
      en: 'The merchant in the QR or the answer is not the one that gateway.merchant_id names.',
    },
    remedy: {
      id: 'Bandingkan gateway.merchant_id dengan merchant di log; bila benar, laporkan nomor order ke Midtrans.',
      en: 'Compare gateway.merchant_id with the merchant id in the log; if it is right, report the order id to Midtrans.',
    },
  },
  qrTip: {
    number: 458,
    says: { id: 'Kode QR meminta tip atau biaya tambahan.', en: 'The QR code asks for a tip or fee on top.' },
    cause: {
      id: 'Tag 55 sampai 57 meminta tip, biaya, atau persentase di atas jumlahnya.',
      en: 'Tags 55 to 57 ask for a tip, a fee or a percentage on top of the amount.',
    },
    remedy: {
      id: 'Matikan tip dan biaya untuk akun ini, atau laporkan nomor order ke Midtrans.',
      en: 'Switch tips and fees off for this account, or report the order id to Midtrans.',
    },
  },
  qrDamaged: {
    number: 459,
    says: { id: 'Kode QR rusak.', en: 'The QR code is faulty.' },
    cause: {
      id: 'CRC, panjang, atau tag ganda: isi QR rusak.',
      en: 'CRC, lengths or a tag twice: the payload is not sound.',
    },
    remedy: { id: 'Laporkan nomor order ke Midtrans.', en: 'Report the order id to Midtrans.' },
  },
  qrTwoCodes: {
    number: 480,
    says: { id: 'Ada dua kode QR dalam gambar.', en: 'There are two QR codes in the picture.' },
    cause: {
      id: 'Ada dua kode dalam satu gambar; tidak ada yang tahu mana yang dibaca ponsel.',
      en: 'Two codes are in one picture, and nobody knows which one a phone takes.',
    },
    remedy: { id: 'Laporkan nomor order ke Midtrans.', en: 'Report the order id to Midtrans.' },
  },
  qrCountry: {
    number: 481,
    says: { id: 'Kode QR dari negara lain.', en: 'The QR code is of another country.' },
    cause: { id: 'Tag 58 bukan ID.', en: 'Tag 58 is not ID.' },
    remedy: { id: 'Laporkan nomor order ke Midtrans.', en: 'Report the order id to Midtrans.' },
  },
  otherPayee: {
    number: 482,
    says: { id: 'Pembayaran masuk ke toko lain.', en: 'Somebody else was paid. Ask the staff.' },
    cause: {
      id: 'Sudah dibayar, dan gateway menyebut merchant lain daripada yang ditagih.',
      en: 'It was paid, and the gateway names another merchant than the one that it charged for.',
    },
    remedy: {
      id: 'Di daftar utang: bandingkan merchant di log dengan dashboard; apakah akun relay diganti?',
      en: 'On the owed list: compare the merchant id in the log with the dashboard; was the account of the relay changed?',
    },
  },
} as const satisfies FaultBlock;
