import type { FaultBlock } from './row.js';

/** 1xx: the keypad. */
export const KEYPAD_FAULTS = {
  keypadMissing: {
    number: 101,
    says: { id: 'Keypad tidak ditemukan.', en: 'Keypad not found.' },
    cause: {
      id: 'Path keypad tidak menunjuk perangkat yang ada.',
      en: 'The path of the keypad names no device.',
    },
    remedy: {
      id: 'Pasang; bandingkan path dengan /dev/input/by-id.',
      en: 'Plug it in; compare the path with /dev/input/by-id.',
    },
  },
  keypadForbidden: {
    number: 102,
    says: { id: 'Keypad tidak boleh dibuka.', en: 'Keypad may not be opened.' },
    cause: {
      id: 'Sistem tidak mengizinkan layanan membuka keypad.',
      en: 'The system does not let the service open it.',
    },
    remedy: {
      id: 'Pengguna layanan harus masuk grup input.',
      en: 'The service user must be in the group input.',
    },
  },
  keypadUnplugged: {
    number: 103,
    says: { id: 'Keypad terlepas.', en: 'Keypad unplugged.' },
    cause: {
      id: 'Keypad dicabut saat dipakai; jumlah yang setengah diketik hilang.',
      en: 'It was unplugged while open; a half-typed amount is gone.',
    },
    remedy: { id: 'Pasang lagi dan ketik ulang.', en: 'Plug it in and type again.' },
  },
  keypadHeld: {
    number: 104,
    says: { id: 'Keypad dipakai program lain.', en: 'Keypad held by another program.' },
    cause: {
      id: 'Program lain memegang keypad (tombol tidak sampai), atau tidak dapat kami pegang sendiri (tombol juga sampai ke konsol).',
      en: 'Another program has grabbed it (no key arrives), or it could not be grabbed (keys also reach the console).',
    },
    remedy: {
      id: 'Hentikan program itu; mask getty di konsol itu; pakai aturan udev.',
      en: 'Stop that program; mask getty on that console; use the udev rule.',
    },
  },
  keysLost: {
    number: 105,
    says: { id: 'Tombol hilang, ketik ulang.', en: 'Keys were lost, type again.' },
    cause: {
      id: 'Tombol datang lebih cepat daripada dibaca, dan sebagian hilang.',
      en: 'Keys came faster than they were read, and some are lost.',
    },
    remedy: {
      id: 'Ketik ulang jumlahnya; bila terulang, cari tombol yang macet.',
      en: 'Type the amount again; if it comes back, look for a stuck key.',
    },
  },
  notAKeypad: {
    number: 106,
    says: { id: 'Bukan keypad.', en: 'Not a keypad.' },
    cause: {
      id: 'Path itu ada, tetapi bukan perangkat input.',
      en: 'The path exists and is no input device.',
    },
    remedy: { id: 'Pakai nama yang berakhiran -event-kbd.', en: 'Take the name that ends in -event-kbd.' },
  },
} as const satisfies FaultBlock;
