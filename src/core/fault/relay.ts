import type { FaultBlock } from './row.js';

/** 6xx: MQTT (60x, 61x), the link (650) and the relay (67x, 68x). */
export const RELAY_FAULTS = {
  brokerUnreachable: {
    number: 601,
    says: { id: 'Broker tidak terjangkau.', en: 'The broker is not reachable.' },
    cause: {
      id: 'Tidak ada sambungan ke broker, atau broker memutusnya.',
      en: 'No connection to the broker came about, or it ended it.',
    },
    remedy: {
      id: 'Jaringan, mqtt.url; apakah broker berjalan?',
      en: 'Network, mqtt.url; is the broker running?',
    },
  },
  brokerRefuses: {
    number: 602,
    says: { id: 'Broker menolak koneksi.', en: 'The broker refuses the connection.' },
    cause: { id: 'Broker menolak token atau id.', en: 'The broker refuses the token or id.' },
    remedy: { id: 'Token dan id; log broker.', en: "Token and id; the broker's log." },
  },
  subscriptionRefused: {
    number: 603,
    says: { id: 'Broker menolak langganan.', en: 'The broker refuses the subscription.' },
    cause: {
      id: 'Broker tidak mengizinkan topik itu, atau tidak menjawab langganan.',
      en: 'The broker does not permit the topic, or does not answer the subscription.',
    },
    remedy: { id: 'Izin di broker; terminal.merchant.', en: 'Permissions on the broker; terminal.merchant.' },
  },
  idTakenOver: {
    number: 604,
    says: { id: 'Perangkat lain memakai ID terminal ini.', en: 'Another device uses this terminal id.' },
    cause: {
      id: 'Perangkat lain menyambung dengan ID ini, dan broker memutus yang ini.',
      en: 'Another device connected with this id, and the broker ended this connection.',
    },
    remedy: {
      id: 'Cari kotak kedua dan daftarkan salah satunya ulang.',
      en: 'Find the second box and enrol one of them anew.',
    },
  },
  brokerTls: {
    number: 605,
    says: { id: 'TLS ke broker gagal.', en: 'TLS to the broker failed.' },
    cause: {
      id: 'Jabat tangan TLS gagal, atau mqtt.ca_file tidak dapat dipakai.',
      en: 'The TLS handshake failed, or mqtt.ca_file cannot be used.',
    },
    remedy: {
      id: 'mqtt.ca_file, nama di mqtt.url, jam kotak ini.',
      en: 'mqtt.ca_file, the name in mqtt.url, the clock of the box.',
    },
  },
  noticeMalformed: {
    number: 606,
    says: { id: 'Pemberitahuan rusak dibuang.', en: 'A malformed notice was dropped.' },
    cause: {
      id: 'Pemberitahuan tidak dapat dibaca dan dibuang; penjualan tetap ditanyakan.',
      en: 'A notice could not be read and was dropped; the sale is asked about all the same.',
    },
    remedy: { id: 'Versi relay dan terminal.', en: 'Versions of relay and terminal.' },
  },
  brokerSilent: {
    number: 607,
    says: { id: 'Broker tidak menjawab.', en: 'The broker is silent.' },
    cause: {
      id: 'Broker tidak mengirim apa-apa selama waktunya.',
      en: 'Nothing came from the broker in time.',
    },
    remedy: {
      id: 'Jaringan, NAT; terminal menyambung lagi sendiri.',
      en: 'Network, NAT; it connects again by itself.',
    },
  },
  brokerNoAck: {
    number: 608,
    says: { id: 'Broker tidak mengonfirmasi tepat waktu.', en: 'The broker did not acknowledge in time.' },
    cause: {
      id: 'Pesan tidak dikonfirmasi broker dalam waktunya.',
      en: 'A message was not acknowledged in time.',
    },
    remedy: { id: 'Beban dan disk broker.', en: 'Load and disk of the broker.' },
  },
  stateRefused: {
    number: 609,
    says: { id: 'Broker menolak status.', en: 'The broker refused our state.' },
    cause: {
      id: 'Broker tidak menerima pesan keadaan terminal.',
      en: "The broker did not take the terminal's state.",
    },
    remedy: { id: 'Izin tulis di topik state.', en: 'Write permission on the state topic.' },
  },
  relayPathUnproven: {
    number: 610,
    says: {
      id: 'Jalur relay ke broker tidak terbukti.',
      en: 'The relay cannot prove its path to the broker.',
    },
    cause: {
      id: 'Pesan percobaan relay tidak kembali dari broker.',
      en: "The relay's own test message did not come back from the broker.",
    },
    remedy: { id: 'Izin relay di broker.', en: "The relay's permissions on the broker." },
  },
  brokerPort: {
    number: 611,
    says: { id: 'Broker bawaan tidak bisa membuka port.', en: 'The embedded broker cannot listen.' },
    cause: {
      id: 'Broker bawaan tidak dapat membuka alamat dan portnya.',
      en: 'The embedded broker cannot open its address and port.',
    },
    remedy: {
      id: 'broker.host dan broker.port; apakah port dipakai?',
      en: 'broker.host and broker.port; is the port taken?',
    },
  },
  brokerStore: {
    number: 612,
    says: { id: 'Penyimpanan broker gagal.', en: "The broker's store cannot be opened." },
    cause: {
      id: 'Penyimpanan broker tidak dapat dibuka atau ditulis.',
      en: "The broker's store cannot be opened or written.",
    },
    remedy: {
      id: 'broker.directory: izin, disk, proses kedua.',
      en: 'broker.directory: rights, disk, a second process.',
    },
  },
  brokerConnectionEnded: {
    number: 613,
    says: {
      id: 'Koneksi ke broker diputus.',
      en: 'A connection to the broker was ended: too much, too late, or no MQTT.',
    },
    cause: {
      id: 'Pada sambungan itu datang terlalu banyak, terlalu lambat, atau bukan MQTT.',
      en: 'Too much came on it, too late, or no MQTT.',
    },
    remedy: {
      id: 'Bukan terminal; broker.host dan firewall. Alamatnya ada di log.',
      en: 'Somebody who is no terminal; broker.host and the firewall. The address stands in the log.',
    },
  },
  linkDown: {
    number: 650,
    says: { id: 'Sambungan ke relay terputus.', en: 'The link to the relay is down.' },
    cause: {
      id: 'Terminal tidak tersambung ke broker; penjualan tetap selesai dengan bertanya, dalam 10 detik.',
      en: 'The terminal is not connected to the broker; sales settle all the same, within 10 s, by polling.',
    },
    remedy: { id: 'mqtt.url, jaringan, token, log relay.', en: "mqtt.url, network, token, the relay's log." },
  },
  notificationSignature: {
    number: 670,
    says: { id: 'Tanda tangan notifikasi salah.', en: 'A notification with a wrong signature.' },
    cause: {
      id: 'Tanda tangan tidak cocok dengan kunci relay; tidak ada yang diubah.',
      en: "The signature does not fit the relay's key; nothing was changed.",
    },
    remedy: { id: 'Kunci server relay, atau serangan.', en: "The relay's server key, or an attack." },
  },
  notificationMalformed: {
    number: 671,
    says: { id: 'Notifikasi tidak sah.', en: 'A malformed notification.' },
    cause: { id: 'Notifikasi tidak dapat dibaca.', en: 'The notification cannot be read.' },
    remedy: { id: 'Log akses relay.', en: 'Access log of the relay.' },
  },
  noticeNotTaken: {
    number: 672,
    says: { id: 'Broker tidak menerima pesan.', en: 'The broker did not take the notice.' },
    cause: {
      id: 'Broker tidak menerima pemberitahuan dari relay.',
      en: 'The broker did not take a notice of the relay.',
    },
    remedy: {
      id: 'Broker dan izinnya; Midtrans mengirim lagi.',
      en: 'The broker and its permissions; Midtrans sends again.',
    },
  },
  terminalUnknown: {
    number: 673,
    says: { id: 'Terminal tidak dikenal.', en: 'Unknown terminal or wrong token.' },
    cause: {
      id: 'Terminal tidak ada di relay.toml, atau tokennya lain.',
      en: 'The terminal is not in relay.toml, or its token is another.',
    },
    remedy: {
      id: 'Daftarkan ulang: token_sha256 di relay.toml.',
      en: 'Enrol it again: token_sha256 in relay.toml.',
    },
  },
  foreignOrder: {
    number: 674,
    says: { id: 'Transaksi milik terminal lain.', en: 'An order of another terminal.' },
    cause: { id: 'Nomor order itu bukan dari terminal ini.', en: 'That order id is not of this terminal.' },
    remedy: { id: 'terminal.id di konfigurasi.', en: 'terminal.id in the configuration.' },
  },
  amountAboveLimit: {
    number: 675,
    says: { id: 'Jumlah melebihi batas.', en: 'The amount is above the limit.' },
    cause: { id: 'Jumlah di atas batas di relay.toml.', en: 'The amount is above what relay.toml allows.' },
    remedy: {
      id: 'limits.max_amount atau max_amount dari [[terminal]] di relay.toml.',
      en: 'limits.max_amount or [[terminal]] max_amount in relay.toml.',
    },
  },
  tooManyCharges: {
    number: 676,
    says: { id: 'Terlalu banyak transaksi.', en: 'Too many charges a minute.' },
    cause: {
      id: 'Terminal menagih lebih sering daripada yang diizinkan.',
      en: 'The terminal charges more often than allowed.',
    },
    remedy: {
      id: 'limits.charges_per_minute di relay.toml.',
      en: 'limits.charges_per_minute in relay.toml.',
    },
  },
  upstreamSilent: {
    number: 677,
    says: { id: 'Jaringan pembayaran terganggu.', en: 'The payment network is not available.' },
    cause: { id: 'Relay tidak mendapat jawaban dari Midtrans.', en: 'The relay gets no answer of Midtrans.' },
    remedy: { id: 'Jaringan relay.', en: "The relay's network." },
  },
  upstreamKeyRefused: {
    number: 678,
    says: { id: 'Kunci server relay ditolak.', en: "Midtrans refuses the relay's key." },
    cause: {
      id: 'Midtrans menolak kunci server relay.',
      en: 'Midtrans refuses the server key of the relay.',
    },
    remedy: { id: 'Ganti kunci server relay.', en: 'Replace the server key of the relay.' },
  },
  relayRequestMalformed: {
    number: 679,
    says: { id: 'Permintaan tidak sah.', en: 'A malformed request.' },
    cause: {
      id: 'Relay tidak dapat membaca permintaan terminal.',
      en: "The relay cannot read the terminal's request.",
    },
    remedy: { id: 'Versi terminal dan relay.', en: 'Versions of terminal and relay.' },
  },
  relayRefundsOff: {
    number: 680,
    says: { id: 'Relay tidak mengizinkan pengembalian dana.', en: 'The relay lets no terminal refund.' },
    cause: { id: 'relay.toml tidak punya [refund].', en: 'relay.toml has no [refund].' },
    remedy: {
      id: 'Kembalikan lewat dashboard, atau tambahkan [refund] di relay.toml.',
      en: 'Give the money back in the dashboard, or add [refund] to relay.toml.',
    },
  },
  relayRefundLimit: {
    number: 681,
    says: { id: 'Batas pengembalian dana hari ini tercapai.', en: "The day's limit of refunds is reached." },
    cause: {
      id: 'Pengembalian hari ini sudah mencapai batas relay.',
      en: "Today's refunds have reached the relay's limit.",
    },
    remedy: {
      id: 'refund.max_a_day dan refund.max_a_day_of_terminal di relay.toml; siapa memakainya ada di refund.audit_file.',
      en: 'refund.max_a_day and refund.max_a_day_of_terminal in relay.toml; who took it stands in refund.audit_file.',
    },
  },
  relayRefundNotKept: {
    number: 682,
    says: {
      id: 'Daftar pengembalian dana relay gagal ditulis.',
      en: 'The relay cannot write its list of refunds.',
    },
    cause: {
      id: 'Relay tidak dapat menulis refund.audit_file; sementara itu tidak ada yang dikembalikan.',
      en: 'The relay cannot write refund.audit_file; nothing is refunded meanwhile.',
    },
    remedy: {
      id: 'refund.audit_file di relay.toml: izin, disk.',
      en: 'refund.audit_file in relay.toml: rights, disk.',
    },
  },
  relayTooManyRequests: {
    number: 683,
    says: { id: 'Terlalu banyak permintaan.', en: 'Too many requests a minute.' },
    cause: {
      id: 'Terminal meminta lebih sering daripada yang diizinkan.',
      en: 'The terminal asks more often than allowed.',
    },
    remedy: {
      id: 'limits.requests_per_minute di relay.toml.',
      en: 'limits.requests_per_minute in relay.toml.',
    },
  },
  foreignNotification: {
    number: 684,
    says: { id: 'Notifikasi transaksi lain.', en: "A notification of somebody else's sale." },
    cause: {
      id: 'Dashboard Midtrans menunjuk relay, dan yang datang bukan dari terminal di sini.',
      en: "Midtrans' dashboard points at the relay, and what came is of no terminal here.",
    },
    remedy: {
      id: 'Hapus relay dari dashboard Midtrans, atau sebut penerima lain di relay.forward_url.',
      en: "Take the relay out of Midtrans' dashboard, or name the other receiver in relay.forward_url.",
    },
  },
  tooManyNotifications: {
    number: 685,
    says: {
      id: 'Terlalu banyak notifikasi untuk satu transaksi.',
      en: 'Too many notifications about one order.',
    },
    cause: {
      id: 'Tentang satu order datang lebih banyak notifikasi daripada batas semenit.',
      en: 'More notifications about one order came in a minute than are passed on.',
    },
    remedy: {
      id: 'Midtrans mengirim lagi. Notifikasi berulang bisa berupa serangan: log akses relay.',
      en: 'Midtrans sends again. Repeated notifications may be an attack: access log of the relay.',
    },
  },
} as const satisfies FaultBlock;
