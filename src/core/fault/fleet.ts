import { type FaultBlock, row } from './row.js';

/** 78x: several relays and brokers, and what stands in front of them. */
export const FLEET_FAULTS = {
  notThrownOut: row(780, {
    saysId: 'Terminal yang dicabut belum dikeluarkan dari broker.',
    saysEn: 'A revoked terminal was not thrown out of the broker.',
    causeId: 'Relay tidak dapat mengambil tempatnya di broker; sambungan lama mungkin masih mendengar.',
    causeEn: 'The relay could not take its place at the broker; its old connection may still hear.',
    remedyId:
      'Relay mencoba lagi tiap menit; broker.url, atau: rabbitmqctl close_all_user_connections ID dicabut.',
    remedyEn:
      'The relay tries again each minute; broker.url, or: rabbitmqctl close_all_user_connections ID revoked.',
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
} satisfies FaultBlock;
