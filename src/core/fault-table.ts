interface Row {
  readonly id: string;
  readonly en: string;
  readonly remedy: string;
}

const NETWORK = { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' };

/** Stable numbers: the same on slip, screen, log and in the docs. */
export const FAULTS: Readonly<Record<number, Row>> = {
  452: {
    id: 'Kode QR tidak cocok dengan jumlahnya.',
    en: 'The QR code does not match the amount.',
    remedy:
      'The gateway sent a QR for another amount, currency or merchant. Check gateway.merchant_id; report the order id to Midtrans.',
  },
  460: {
    id: 'Kode QR tidak dapat ditampilkan.',
    en: 'The QR code could not be shown.',
    remedy: 'No screen confirmed it and no printer took it. Check the kiosk browser and the printer.',
  },
  461: {
    id: 'Layar tidak terhubung.',
    en: 'No screen is connected.',
    remedy: 'Open the terminal page on the kiosk; see gopay-pos status.',
  },
  462: {
    id: 'Printer belum siap.',
    en: 'The printer is not ready.',
    remedy: 'Paper, cover, cable, power; then gopay-pos status.',
  },
  463: {
    id: 'Terminal belum diatur.',
    en: 'The terminal is not set up.',
    remedy: 'Enable [page] or [printer] in terminal.toml.',
  },
  510: {
    ...NETWORK,
    remedy: 'The gateway gave no last word in time. The terminal keeps asking; see gopay-pos status.',
  },
  511: {
    ...NETWORK,
    remedy: 'The terminal stopped while a charge was under way. It asks the gateway what became of it.',
  },
  520: {
    ...NETWORK,
    remedy: 'An answer of the gateway was about another order, amount or currency and was not believed.',
  },
  521: { ...NETWORK, remedy: 'The gateway used a transaction_status that this version does not know.' },
  522: { ...NETWORK, remedy: 'A settlement carried a fraud verdict. See the transaction in the dashboard.' },
  530: {
    id: 'GoPay menolak transaksi ini.',
    en: 'GoPay denied this sale.',
    remedy: 'Final for this order id. The log has the channel response code.',
  },
  531: {
    id: 'GoPay sedang sibuk. Coba lagi nanti.',
    en: 'GoPay is busy. Try again later.',
    remedy: 'Channel code 900 on every attempt: an intermittent fault at GoPay.',
  },
  540: {
    id: 'Uang diterima, belum diserahkan.',
    en: 'Paid, but not handed over.',
    remedy: 'On the owed list: hand over or refund, then clear it.',
  },
  550: {
    ...NETWORK,
    remedy: 'The gateway has not answered a check lately: network, DNS, proxy, gateway.url.',
  },
  551: {
    id: 'Jam terminal salah.',
    en: 'The clock of this terminal is wrong.',
    remedy: 'Set up NTP (timedatectl); the gateway disagrees with our clock.',
  },
  650: {
    id: 'Sambungan ke relay terputus.',
    en: 'The link to the relay is down.',
    remedy: 'Sales still settle by polling. Check mqtt.url, network, credentials.',
  },
  750: {
    id: 'Penyimpanan belum diperiksa.',
    en: 'The journal has not been checked.',
    remedy: 'Wait for the first check; see gopay-pos status.',
  },
};
