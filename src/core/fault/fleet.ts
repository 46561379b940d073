import { type FaultBlock, row } from './row.js';

/** 78x: several relays and brokers, and what stands in front of them. */
export const FLEET_FAULTS = {
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
} satisfies FaultBlock;
