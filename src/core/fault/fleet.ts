import { type FaultBlock, row } from './row.js';

/** 78x: several relays and brokers, and what stands in front of them. */
export const FLEET_FAULTS = {
  relayIdTaken: row(782, {
    saysId: 'Relay lain memakai ID relay ini.',
    saysEn: 'Another relay uses the id of this one.',
    causeId:
      'Yang lain datang dengan ID yang sama: mesin salinan, atau broker memakai nama pengguna sebagai ID.',
    causeEn:
      'Another came by the same id: a copied machine, or the broker puts user names in place of client ids.',
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
