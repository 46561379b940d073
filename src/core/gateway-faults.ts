import { type FaultRow, type FaultRows, row } from './fault-row.js';

/** What a customer needs to know of most of them: it is the network, and not the customer's fault. */
function network(remedy: string): FaultRow {
  return row('The payment network is not available.', 'Jaringan pembayaran terganggu.', remedy);
}

/** 5xx: the gateway. 6xx: relay and MQTT. */
export const GATEWAY_FAULTS: FaultRows = {
  501: row(
    'The payment service does not accept this terminal.',
    'Layanan pembayaran menolak terminal ini.',
    'Server key or token; a sandbox key on production? Through the relay, see its log for E673 and E678.',
  ),
  502: row(
    'The payment service refused this sale.',
    'Layanan pembayaran menolak transaksi ini.',
    "The detail has Midtrans' field, or the relay's E674, E675, E679.",
  ),
  503: row(
    'This way to pay is not enabled.',
    'Metode pembayaran ini belum aktif.',
    'Have Midtrans activate gopay or qris; gateway.payment_type.',
  ),
  504: row('The merchant account is deactivated.', 'Akun merchant dinonaktifkan.', 'Call Midtrans.'),
  510: network('The gateway gave no last word in time. The terminal keeps asking.'),
  511: network('The terminal stopped while a charge was under way. It asks the gateway what became of it.'),
  520: network('An answer of the gateway was about another order, amount or currency and was not believed.'),
  521: network('The gateway used a transaction_status that this version does not know.'),
  522: network('A settlement carried a fraud verdict: see the transaction in the dashboard.'),
  530: row(
    'GoPay denied this sale.',
    'GoPay menolak transaksi ini.',
    'Final for this order id. The log has the channel response code.',
  ),
  531: row(
    'GoPay is busy. Try again later.',
    'GoPay sedang sibuk. Coba lagi nanti.',
    'Channel code 900 on every attempt: an intermittent fault at GoPay.',
  ),
  540: row(
    'Paid, but not handed over.',
    'Uang diterima, belum diserahkan.',
    'On the owed list: hand over or refund.',
  ),
  541: row(
    'The money could not be given back.',
    'Uang belum dapat dikembalikan.',
    'On the owed list with the reason: refund it in the dashboard or by hand. Midtrans must have enabled refunds for POS.',
  ),
  542: row(
    'Refunds are off.',
    'Refund tidak aktif.',
    'refund.enabled in terminal.toml; Midtrans must have enabled refunds for POS.',
  ),
  543: row(
    'Only the whole amount can be refunded.',
    'Hanya refund penuh.',
    'Refund the whole sale, or a part of it in the dashboard of Midtrans.',
  ),
  544: row(
    'It was not paid.',
    'Belum dibayar.',
    'There is nothing to refund; gopay-pos why ORDER tells its story.',
  ),
  545: row(
    'Another amount was paid. Ask the staff.',
    'Jumlah yang dibayar berbeda. Hubungi petugas.',
    'On the owed list with both amounts: compare with the dashboard, then hand over, refund or collect the rest by hand.',
  ),
  550: network('The gateway has not answered a check lately: network, DNS, proxy, gateway.url.'),
  551: row(
    'The clock of this terminal is wrong.',
    'Jam terminal salah.',
    'Set up NTP (timedatectl); the gateway disagrees with our clock.',
  ),
  560: network('DNS, route, firewall, gateway.url.'),
  561: row(
    'The connection is not secure.',
    'Koneksi tidak aman.',
    'The clock first, then an intercepting proxy, CA certificates.',
  ),
  562: network('No answer in time: quality of the network. It asks again.'),
  563: network('The answer was cut off: quality of the network. It asks again.'),
  564: network('The answer cannot be read: a captive portal or proxy?'),
  565: row(
    'Too many requests.',
    'Terlalu banyak permintaan.',
    "Wait; E676 in the detail means the relay's own cap.",
  ),
  566: network("Trouble at the payment service: Midtrans' status page; through the relay, its E677."),
  567: network('The sale may exist already: the status is asked.'),
  568: network('An unexpected answer: gateway.url; report the detail.'),
  569: network('The request could not be formed: a control character in the credential file?'),
  570: row(
    'The QR picture is not available.',
    'Gambar QR tidak tersedia.',
    'The detail; is QRIS activated for this account?',
  ),
  571: row('What came is no QR picture.', 'Gambar QR tidak dapat dipakai.', 'A proxy or portal in between.'),
  590: row(
    'The sandbox cannot listen here.',
    'Sandbox tidak dapat memakai alamat ini.',
    'Stop the other program, or choose another port.',
  ),
  591: row(
    'No QR in this picture.',
    'Tidak ada QR di gambar ini.',
    'A sharper photo, or paste the text of the QR.',
  ),
  601: row(
    'The broker is not reachable.',
    'Broker tidak terjangkau.',
    'Network, mqtt.url; is the broker running?',
  ),
  602: row(
    'The broker refuses the connection.',
    'Broker menolak koneksi.',
    "Token and id; the broker's log.",
  ),
  603: row(
    'The broker refuses the subscription.',
    'Broker menolak langganan.',
    'Permissions on the broker; terminal.merchant.',
  ),
  604: row(
    'Another device uses this terminal id.',
    'Perangkat lain memakai ID terminal ini.',
    'Find the second box and enrol one of them anew.',
  ),
  605: row(
    'TLS to the broker failed.',
    'TLS ke broker gagal.',
    'mqtt.ca_file, the name in mqtt.url, the clock of the box.',
  ),
  606: row(
    'A malformed notice was dropped.',
    'Pemberitahuan rusak dibuang.',
    'Versions of relay and terminal.',
  ),
  607: row('The broker is silent.', 'Broker tidak menjawab.', 'Network, NAT; it connects again by itself.'),
  608: row(
    'The broker did not acknowledge in time.',
    'Broker tidak mengonfirmasi tepat waktu.',
    'Load and disk of the broker.',
  ),
  609: row('The broker refused our state.', 'Broker menolak status.', 'Write permission on the state topic.'),
  610: row(
    'The relay cannot prove its path to the broker.',
    'Jalur relay ke broker tidak terbukti.',
    "The relay's permissions on the broker.",
  ),
  611: row(
    'The embedded broker cannot listen.',
    'Broker bawaan tidak bisa membuka port.',
    'broker.host and broker.port; is the port taken?',
  ),
  612: row(
    "The broker's store cannot be opened.",
    'Penyimpanan broker gagal.',
    'broker.directory: rights, disk, a second process.',
  ),
  613: row(
    'A connection to the broker was ended: too much, too late, or no MQTT.',
    'Koneksi ke broker diputus.',
    'Somebody who is no terminal; broker.host and the firewall. The address stands in the log.',
  ),
  650: row(
    'The link to the relay is down.',
    'Sambungan ke relay terputus.',
    'Sales still settle by polling. mqtt.url, network, credentials.',
  ),
  670: row(
    'A notification with a wrong signature.',
    'Tanda tangan notifikasi salah.',
    "The relay's server key, or an attack.",
  ),
  671: row('A malformed notification.', 'Notifikasi tidak sah.', 'Access log of the relay.'),
  672: row(
    'The broker did not take the notice.',
    'Broker tidak menerima pesan.',
    'The broker and its permissions; Midtrans sends again.',
  ),
  673: row(
    'Unknown terminal or wrong token.',
    'Terminal tidak dikenal.',
    'Enrol it again: token_sha256 in relay.toml.',
  ),
  674: row(
    'An order of another terminal.',
    'Transaksi milik terminal lain.',
    'terminal.id in the configuration.',
  ),
  675: row(
    'The amount is above the limit.',
    'Jumlah melebihi batas.',
    'limits.max_amount or [[terminal]] max_amount in relay.toml.',
  ),
  676: row(
    'Too many charges a minute.',
    'Terlalu banyak transaksi.',
    'limits.charges_per_minute in relay.toml.',
  ),
  677: network("Midtrans is not reachable from the relay: the relay's network."),
  678: row(
    "Midtrans refuses the relay's key.",
    'Kunci server relay ditolak.',
    'Replace the server key of the relay.',
  ),
  679: row('A malformed request.', 'Permintaan tidak sah.', 'Versions of terminal and relay.'),
  680: row(
    'The relay lets no terminal refund.',
    'Relay tidak mengizinkan pengembalian dana.',
    'Give the money back in the dashboard, or add [refund] to relay.toml.',
  ),
  681: row(
    "The day's limit of refunds is reached.",
    'Batas pengembalian dana hari ini tercapai.',
    'refund.max_a_day and refund.max_a_day_of_terminal in relay.toml; who took it stands in refund.audit_file.',
  ),
  682: row(
    'The relay cannot write its list of refunds.',
    'Daftar pengembalian dana relay gagal ditulis.',
    'refund.audit_file in relay.toml: rights, disk. Nothing is refunded meanwhile.',
  ),
  683: row(
    'Too many requests a minute.',
    'Terlalu banyak permintaan.',
    'limits.requests_per_minute in relay.toml.',
  ),
  684: row(
    "A notification of somebody else's sale.",
    'Notifikasi transaksi lain.',
    "Take the relay out of Midtrans' dashboard, or name the other receiver in relay.forward_url.",
  ),
  685: row(
    'Too many notifications about one order.',
    'Terlalu banyak notifikasi untuk satu transaksi.',
    'Midtrans sends again. Repeated notifications may be an attack: access log of the relay.',
  ),
};
