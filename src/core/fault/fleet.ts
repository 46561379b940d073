import { type FaultBlock, row } from './row.js';

/** 425 to 429: what happened at terminals, for other programs. 78x: several relays and brokers, and what stands in front of them. */
export const FLEET_FAULTS = {
  eventNotTaken: row(425, {
    saysId: 'Kejadian belum terkirim.',
    saysEn: 'An event was not taken.',
    causeId: 'Broker tidak menerima kejadian (fleet.events); terminal menyimpannya dan mencoba lagi.',
    causeEn: 'The broker did not take an event (fleet.events); the terminal keeps it and tries again.',
    remedyId: 'Izin terminal di broker: ia harus boleh menulis topik event miliknya.',
    remedyEn: "The terminal's rights at the broker: it must be allowed to write its own topic event.",
  }),
  eventDropped: row(426, {
    saysId: 'Kejadian tidak dikirim lagi.',
    saysEn: 'An event is not sent any more.',
    causeId: 'Lebih dari 10.000 kejadian menunggu broker: yang tertua dilepas. Atau terlalu panjang.',
    causeEn: 'More than 10,000 events wait for the broker: the oldest was let go. Or it is too long.',
    remedyId: 'Setelah broker baik: gopay-pos webhooks, lalu webhooks replay ID.',
    remedyEn: 'When the broker is well again: gopay-pos webhooks, then webhooks replay ID.',
  }),
  eventNotPassed: row(427, {
    saysId: 'Penerima kejadian belum menerima.',
    saysEn: 'A receiver of events did not take one.',
    causeId: '[[webhook]] relay tidak menjawab 2xx; broker menyimpan kejadian, relay mencoba lagi tiga hari.',
    causeEn:
      'A [[webhook]] of the relay did not answer 2xx; the broker keeps the event, and the relay tries for three days.',
    remedyId: 'Alamat dan log penerima.',
    remedyEn: "The receiver's address and log.",
  }),
  eventGivenUp: row(428, {
    saysId: 'Kejadian tidak diteruskan lagi.',
    saysEn: 'An event is not passed on any more.',
    causeId: 'Tiga hari lamanya penerima tidak menjawab 2xx.',
    causeEn: 'For three days a receiver did not answer 2xx.',
    remedyId: 'Di terminal: gopay-pos webhooks replay ID, dengan id di log.',
    remedyEn: 'On the terminal: gopay-pos webhooks replay ID, with the id in the log.',
  }),
  eventMalformed: row(429, {
    saysId: 'Kejadian ditolak relay.',
    saysEn: 'The relay refused an event.',
    causeId: 'Isinya bukan kejadian dari terminal itu sendiri; tidak diteruskan.',
    causeEn: 'What it says is no event of that terminal itself; it is not passed on.',
    remedyId: 'Siapa yang menulis topik event terminal itu? Cek versi dan izin di broker.',
    remedyEn: "Who writes that terminal's topic event? Its version, and rights at the broker.",
  }),
  notThrownOut: row(780, {
    saysId: 'Terminal yang dicabut belum dikeluarkan dari broker.',
    saysEn: 'A revoked terminal was not thrown out of the broker.',
    causeId: 'Relay tidak dapat mengeluarkannya dari broker; sambungan lama mungkin masih mendengar.',
    causeEn: 'The relay could not end its connection at the broker; it may still hear.',
    remedyId:
      'Relay mencoba lagi tiap menit; broker.url, atau perintah broker sendiri di systemd/broker/README.md.',
    remedyEn:
      "The relay tries again each minute; broker.url, or the broker's own command in systemd/broker/README.md.",
  }),
  metricsNotServed: row(781, {
    saysId: 'Angka terminal untuk Prometheus tidak tersedia.',
    saysEn: "The terminal's metrics are not served.",
    causeId: 'metrics.port dipakai program lain; terminal tetap berjualan.',
    causeEn: 'Another program has metrics.port; the terminal sells all the same.',
    remedyId: 'ss -ltnp; port lain di metrics.port, lalu mulai ulang.',
    remedyEn: 'ss -ltnp; another metrics.port, and a restart.',
  }),
  relayIdTaken: row(782, {
    saysId: 'Relay tidak dapat tinggal dengan ID-nya.',
    saysEn: 'The relay cannot stay under its id.',
    causeId:
      'ID itu dipakai yang lain (mesin salinan), node yang mengenalnya mati, atau broker memakai nama pengguna sebagai ID.',
    causeEn:
      'Another uses that id (a copied machine), the node that knew it is down, or the broker takes user names for ids.',
    remedyId: '/etc/machine-id baru di mesin salinan; Mosquitto: listener untuk relay (systemd/broker).',
    remedyEn:
      'A new /etc/machine-id for the copied machine; Mosquitto: the listener for relays (systemd/broker).',
  }),
  moreRelays: row(783, {
    saysId: 'Lebih banyak relay daripada yang dinyatakan.',
    saysEn: 'More relays than were stated.',
    causeId: 'Di broker terdengar lebih banyak relay daripada limits.relays; pengembalian dana menunggu.',
    causeEn: 'More relays are heard at the broker than limits.relays says; refunds wait.',
    remedyId: 'limits.relays di setiap relay.toml; relay yang berhenti dilupakan dalam 100 detik.',
    remedyEn: 'limits.relays in each relay.toml; a relay that has stopped is forgotten in 100 s.',
  }),
  brokerBusy: row(784, {
    saysId: 'Terlalu banyak terminal masuk bersamaan.',
    saysEn: 'Too many log in to the broker at the same time.',
    causeId: 'Gilirannya tidak datang dalam 5 detik; terminal itu datang lagi sendiri.',
    causeEn: 'Its turn did not come in 5 s; a terminal comes again by itself.',
    remedyId:
      'Setelah gangguan ini berakhir sendiri; jika tidak, prosesor relay kurang: broker lain, systemd/broker.',
    remedyEn:
      "After an outage it ends by itself; where it does not, the relay's processor is not enough: another broker, systemd/broker.",
  }),
  sameServerKey: row(785, {
    saysId: 'Dua merchant memakai kunci yang sama.',
    saysEn: 'Two merchants have the same server key.',
    causeId: 'Notifikasi yang satu akan berlaku juga untuk yang lain.',
    causeEn: 'A notification of one would count for the other as well.',
    remedyId: 'Kunci masing-masing di midtrans.secret dan [[merchant]].secret.',
    remedyEn: 'The key of each in midtrans.secret and [[merchant]].secret.',
  }),
  merchantUnknown: row(786, {
    saysId: 'Relay ini tidak punya merchant itu.',
    saysEn: 'This relay has no such merchant.',
    causeId: 'Kode atau token menyebut merchant yang tidak ada (lagi) di relay.toml.',
    causeEn: 'A code or token names a merchant that relay.toml does not have, or no longer.',
    remedyId: '[[merchant]] di relay.toml, systemctl reload; atau kode baru dengan --merchant.',
    remedyEn: '[[merchant]] in relay.toml, systemctl reload; or a new code with --merchant.',
  }),
  terminalNameTaken: row(787, {
    saysId: 'Nama terminal dipakai merchant lain.',
    saysEn: 'Another merchant has a terminal of that name.',
    causeId: 'Broker luar mengenal terminal dari ID saja; atau perintah ini menyebut merchant yang salah.',
    causeEn:
      'An external broker knows terminals by their ids alone; or what was asked names the wrong merchant.',
    remedyId: '--merchant milik terminal itu; atau ID lain, atau broker.kind = "embedded".',
    remedyEn: '--merchant of that terminal; or another id, or broker.kind = "embedded".',
  }),
} satisfies FaultBlock;
