import type { FaultBlock } from './row.js';

/** 5xx: the gateway, and what became of the money. 59x: the sandbox. */
export const GATEWAY_FAULTS = {
  keyRefused: {
    number: 501,
    says: {
      id: 'Layanan pembayaran menolak terminal ini.',
      en: 'The payment service does not accept this terminal.',
    },
    cause: { id: 'Kunci atau token tidak diterima.', en: 'The key or token is not accepted.' },
    remedy: {
      id: 'Kunci server atau token; kunci sandbox di produksi? Lewat relay, lihat E673 dan E678 di lognya.',
      en: 'Server key or token; a sandbox key on production? Through the relay, see its log for E673 and E678.',
    },
  },
  saleRefused: {
    number: 502,
    says: { id: 'Layanan pembayaran menolak transaksi ini.', en: 'The payment service refused this sale.' },
    cause: {
      id: 'Midtrans atau relay menolak isi permintaan.',
      en: 'Midtrans or the relay refused what the request says.',
    },
    remedy: {
      id: 'Rinciannya menyebut kolom Midtrans, atau E674, E675, E679 dari relay.',
      en: "The detail has Midtrans' field, or the relay's E674, E675, E679.",
    },
  },
  paymentTypeOff: {
    number: 503,
    says: { id: 'Metode pembayaran ini belum aktif.', en: 'This way to pay is not enabled.' },
    cause: {
      id: 'QRIS atau GoPay belum aktif untuk akun ini.',
      en: 'QRIS or GoPay is not activated for this account.',
    },
    remedy: {
      id: 'Minta Midtrans mengaktifkan gopay atau qris; gateway.payment_type.',
      en: 'Have Midtrans activate gopay or qris; gateway.payment_type.',
    },
  },
  merchantDeactivated: {
    number: 504,
    says: { id: 'Akun merchant dinonaktifkan.', en: 'The merchant account is deactivated.' },
    cause: {
      id: 'Midtrans menjawab bahwa akun ini dinonaktifkan.',
      en: 'Midtrans answers that the account is deactivated.',
    },
    remedy: { id: 'Hubungi Midtrans.', en: 'Call Midtrans.' },
  },
  noFinalStatus: {
    number: 510,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Gateway belum memberi kata akhir dalam waktunya; belum diketahui dibayar atau tidak.',
      en: 'The gateway gave no final status in time; whether it was paid is not known yet.',
    },
    remedy: {
      id: 'Tidak ada: terminal terus bertanya; gopay-pos why ORDER.',
      en: 'Nothing: the terminal keeps asking; gopay-pos why ORDER.',
    },
  },
  chargeInterrupted: {
    number: 511,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Terminal berhenti saat tagihan sedang dikirim.',
      en: 'The terminal stopped while a charge was under way.',
    },
    remedy: {
      id: 'Tidak ada: terminal bertanya ke gateway apa jadinya.',
      en: 'Nothing: it asks the gateway what became of it.',
    },
  },
  answerMismatch: {
    number: 520,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Jawaban gateway tentang order, jumlah atau mata uang lain; tidak dipercaya.',
      en: 'An answer of the gateway was about another order, amount or currency, and was not believed.',
    },
    remedy: {
      id: 'Log menyebut yang berbeda; laporkan nomor order ke Midtrans.',
      en: 'The log names what differs; report the order id to Midtrans.',
    },
  },
  statusUnknown: {
    number: 521,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Gateway memakai transaction_status yang tidak dikenal versi ini.',
      en: 'The gateway used a transaction_status that this version does not know.',
    },
    remedy: {
      id: 'Lihat transaksinya di dashboard; versi gopay-pos lebih baru?',
      en: 'See the transaction in the dashboard; is there a newer gopay-pos?',
    },
  },
  fraudVerdict: {
    number: 522,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: { id: 'Settlement datang dengan putusan penipuan.', en: 'A settlement carried a fraud verdict.' },
    remedy: { id: 'Lihat transaksinya di dashboard.', en: 'See the transaction in the dashboard.' },
  },
  denied: {
    number: 530,
    says: { id: 'GoPay menolak transaksi ini.', en: 'GoPay denied this sale.' },
    cause: {
      id: 'GoPay menolak; nomor order ini sudah berakhir.',
      en: 'GoPay denied it; this order id has ended.',
    },
    remedy: {
      id: 'Mulai penjualan baru. Kode kanal ada di log.',
      en: 'Start a new sale. The log has the channel response code.',
    },
  },
  gopayBusy: {
    number: 531,
    says: { id: 'GoPay sedang sibuk. Coba lagi nanti.', en: 'GoPay is busy. Try again later.' },
    cause: {
      id: 'GoPay menjawab kode kanal 900 pada setiap percobaan, atau terminal dimulai ulang di antaranya.',
      en: 'GoPay answered channel code 900 on every attempt, or the terminal restarted between two of them.',
    },
    remedy: {
      id: 'Coba lagi nanti: gangguan sementara di GoPay.',
      en: 'Try again later: an intermittent fault at GoPay.',
    },
  },
  paidNotDelivered: {
    number: 540,
    says: { id: 'Uang diterima, belum diserahkan.', en: 'Paid, but not handed over.' },
    cause: {
      id: 'Uang diterima, dan barang belum diserahkan atau tidak ada yang mengatakannya.',
      en: 'The money came, and the goods were not handed over, or nobody said so.',
    },
    remedy: {
      id: 'Ada di daftar utang (gopay-pos owed): serahkan atau kembalikan uangnya, lalu gopay-pos owed resolve.',
      en: 'On the owed list (gopay-pos owed): hand over or refund, then gopay-pos owed resolve.',
    },
  },
  refundFailed: {
    number: 541,
    says: { id: 'Uang belum dapat dikembalikan.', en: 'The money could not be given back.' },
    cause: {
      id: 'Pengembalian dana ditolak, atau tidak diketahui hasilnya.',
      en: 'The refund was refused, or what became of it is not known.',
    },
    remedy: {
      id: 'Ada di daftar utang dengan sebabnya: kembalikan lewat dashboard atau tunai. Midtrans harus mengaktifkan refund untuk POS.',
      en: 'On the owed list with the reason: refund it in the dashboard or by hand. Midtrans must have enabled refunds for POS.',
    },
  },
  refundsOff: {
    number: 542,
    says: { id: 'Refund tidak aktif.', en: 'Refunds are off.' },
    cause: {
      id: 'Refund diminta, dan refund.enabled tidak diatur.',
      en: 'A refund was asked for, and refund.enabled is not set.',
    },
    remedy: {
      id: 'refund.enabled di terminal.toml; Midtrans harus mengaktifkan refund untuk POS.',
      en: 'refund.enabled in terminal.toml; Midtrans must have enabled refunds for POS.',
    },
  },
  refundWholeOnly: {
    number: 543,
    says: { id: 'Hanya refund penuh.', en: 'Only the whole amount can be refunded.' },
    cause: { id: 'Sebagian dari jumlahnya diminta kembali.', en: 'A part of the amount was asked back.' },
    remedy: {
      id: 'Kembalikan seluruhnya, atau sebagian lewat dashboard Midtrans.',
      en: 'Refund the whole sale, or a part of it in the dashboard of Midtrans.',
    },
  },
  refundNotPaid: {
    number: 544,
    says: { id: 'Belum dibayar.', en: 'It was not paid.' },
    cause: { id: 'Penjualan itu tidak dibayar.', en: 'That sale was not paid.' },
    remedy: {
      id: 'Tidak ada yang dikembalikan; gopay-pos why ORDER menceritakannya.',
      en: 'There is nothing to refund; gopay-pos why ORDER tells its story.',
    },
  },
  otherAmount: {
    number: 545,
    says: {
      id: 'Jumlah yang dibayar berbeda. Hubungi petugas.',
      en: 'Another amount was paid. Ask the staff.',
    },
    cause: {
      id: 'Pelanggan membayar jumlah lain, dan biaya dari Midtrans tidak menjelaskannya.',
      en: 'The customer paid another amount, and no fee that Midtrans names explains it.',
    },
    remedy: {
      id: 'Di daftar utang dengan kedua jumlah: bandingkan dengan dashboard, lalu serahkan, kembalikan, atau tagih sisanya.',
      en: 'On the owed list with both amounts: compare with the dashboard, then hand over, refund or collect the rest by hand.',
    },
  },
  gatewaySilent: {
    number: 550,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Gateway belum atau lama tidak menjawab pemeriksaan; sementara itu tidak ada tagihan baru.',
      en: 'The gateway has not answered a check lately; nothing is charged meanwhile.',
    },
    remedy: { id: 'Jaringan, DNS, proxy, gateway.url.', en: 'Network, DNS, proxy, gateway.url.' },
  },
  clockWrong: {
    number: 551,
    says: { id: 'Jam terminal salah.', en: 'The clock of this terminal is wrong.' },
    cause: {
      id: 'Jam terminal berbeda lebih dari lima menit dari jam gateway.',
      en: "The clock is more than five minutes off the gateway's.",
    },
    remedy: {
      id: 'Atur NTP (timedatectl); Pi tanpa jaringan memakai jam saat terakhir dimatikan.',
      en: 'Set up NTP (timedatectl); a Pi without network has the time of its last shutdown.',
    },
  },
  gatewayUnreachable: {
    number: 560,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: { id: 'Tidak ada sambungan ke gateway.', en: 'No connection to the gateway came about.' },
    remedy: { id: 'DNS, rute, firewall, gateway.url.', en: 'DNS, route, firewall, gateway.url.' },
  },
  gatewayCertificate: {
    number: 561,
    says: { id: 'Koneksi tidak aman.', en: 'The connection is not secure.' },
    cause: {
      id: 'Sertifikat gateway tidak dipercaya.',
      en: 'The certificate of the gateway is not trusted.',
    },
    remedy: {
      id: 'Jam dulu, lalu proxy yang menyadap, sertifikat CA.',
      en: 'The clock first, then an intercepting proxy, CA certificates.',
    },
  },
  gatewayTimedOut: {
    number: 562,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Tidak ada jawaban dalam waktunya; terminal bertanya lagi.',
      en: 'No answer came in time; the terminal asks again.',
    },
    remedy: { id: 'Mutu jaringan.', en: 'Quality of the network.' },
  },
  answerLost: {
    number: 563,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Jawaban terputus di tengah; terminal bertanya lagi.',
      en: 'The answer was cut off; the terminal asks again.',
    },
    remedy: { id: 'Mutu jaringan.', en: 'Quality of the network.' },
  },
  answerUnreadable: {
    number: 564,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Jawabannya bukan JSON yang dapat dibaca, atau terlalu besar.',
      en: 'The answer is no JSON that can be read, or too large.',
    },
    remedy: { id: 'Portal atau proxy di antaranya?', en: 'A captive portal or proxy?' },
  },
  tooManyRequests: {
    number: 565,
    says: { id: 'Terlalu banyak permintaan.', en: 'Too many requests.' },
    cause: {
      id: 'Gateway atau relay membatasi jumlah permintaan.',
      en: 'The gateway or the relay caps the number of requests.',
    },
    remedy: {
      id: 'Tunggu; E676 di rinciannya berarti batas relay sendiri.',
      en: "Wait; E676 in the detail means the relay's own cap.",
    },
  },
  gatewayTrouble: {
    number: 566,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Gateway menjawab dengan kesalahannya sendiri (5xx).',
      en: 'The gateway answered with an error of its own (5xx).',
    },
    remedy: {
      id: 'Halaman status Midtrans; lewat relay, E677-nya.',
      en: "Midtrans' status page; through the relay, its E677.",
    },
  },
  chargeConflict: {
    number: 567,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Penjualan itu mungkin sudah ada di gateway; statusnya ditanyakan.',
      en: 'The sale may exist at the gateway already; its status is asked.',
    },
    remedy: {
      id: 'Tidak ada; bila sering, laporkan rinciannya.',
      en: 'Nothing; if often, report the detail.',
    },
  },
  answerUnexpected: {
    number: 568,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Jawaban yang tidak diharapkan dari gateway.',
      en: 'The gateway gave an answer that is not expected.',
    },
    remedy: { id: 'gateway.url; laporkan rinciannya.', en: 'gateway.url; report the detail.' },
  },
  requestNotFormed: {
    number: 569,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: {
      id: 'Permintaan tidak dapat dibentuk dan tidak dikirim.',
      en: 'The request could not be formed, and was not sent.',
    },
    remedy: {
      id: 'Karakter kontrol di berkas kredensial?',
      en: 'A control character in the credential file?',
    },
  },
  pictureMissing: {
    number: 570,
    says: { id: 'Gambar QR tidak tersedia.', en: 'The QR picture is not available.' },
    cause: {
      id: 'Gambar QR tidak dapat diambil dari alamatnya.',
      en: 'The picture cannot be fetched from its address.',
    },
    remedy: {
      id: 'Rinciannya; apakah QRIS aktif untuk akun ini?',
      en: 'The detail; is QRIS activated for this account?',
    },
  },
  pictureUnusable: {
    number: 571,
    says: { id: 'Gambar QR tidak dapat dipakai.', en: 'What came is no QR picture.' },
    cause: {
      id: 'Di alamat gambar ada sesuatu yang bukan gambar.',
      en: 'At the address of the picture is something else.',
    },
    remedy: { id: 'Proxy atau portal di antaranya.', en: 'A proxy or portal in between.' },
  },
  sandboxPort: {
    number: 590,
    says: { id: 'Sandbox tidak dapat memakai alamat ini.', en: 'The sandbox cannot listen here.' },
    cause: { id: 'Alamat atau port dipakai program lain.', en: 'The address or port is taken.' },
    remedy: {
      id: 'Hentikan program itu, atau pilih port lain.',
      en: 'Stop the other program, or choose another port.',
    },
  },
  sandboxNoQr: {
    number: 591,
    says: { id: 'Tidak ada QR di gambar ini.', en: 'No QR in this picture.' },
    cause: {
      id: 'Berkasnya bukan gambar, atau tidak ada QR di dalamnya.',
      en: 'The file is no picture, or there is no QR in it.',
    },
    remedy: {
      id: 'Foto yang lebih tajam, atau tempel teks QR.',
      en: 'A sharper photo, or paste the text of the QR.',
    },
  },
} as const satisfies FaultBlock;
