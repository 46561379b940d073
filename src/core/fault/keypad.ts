import { type FaultBlock, row } from './row.js';

/** 1xx: the keypad. */
export const KEYPAD_FAULTS = {
  keypadMissing: row(101, {
    saysId: 'Keypad tidak ditemukan.',
    saysEn: 'Keypad not found.',
    causeId: 'Path keypad tidak menunjuk perangkat yang ada.',
    causeEn: 'The path of the keypad names no device.',
    remedyId: 'Pasang; bandingkan path dengan /dev/input/by-id.',
    remedyEn: 'Plug it in; compare the path with /dev/input/by-id.',
  }),
  keypadForbidden: row(102, {
    saysId: 'Keypad tidak boleh dibuka.',
    saysEn: 'Keypad may not be opened.',
    causeId: 'Sistem tidak mengizinkan layanan membuka keypad.',
    causeEn: 'The system does not let the service open it.',
    remedyId: 'Pengguna layanan harus masuk grup input.',
    remedyEn: 'The service user must be in the group input.',
  }),
  keypadUnplugged: row(103, {
    saysId: 'Keypad terlepas.',
    saysEn: 'Keypad unplugged.',
    causeId: 'Keypad dicabut saat dipakai; jumlah yang setengah diketik hilang.',
    causeEn: 'It was unplugged while open; a half-typed amount is gone.',
    remedyId: 'Pasang lagi dan ketik ulang.',
    remedyEn: 'Plug it in and type again.',
  }),
  keypadHeld: row(104, {
    saysId: 'Keypad dipakai program lain.',
    saysEn: 'Keypad held by another program.',
    causeId:
      'Program lain memegang keypad (tombol tidak sampai), atau tidak dapat kami pegang sendiri (tombol juga sampai ke konsol).',
    causeEn:
      'Another program has grabbed it (no key arrives), or it could not be grabbed (keys also reach the console).',
    remedyId: 'Hentikan program itu; mask getty di konsol itu; pakai aturan udev.',
    remedyEn: 'Stop that program; mask getty on that console; use the udev rule.',
  }),
  keysLost: row(105, {
    saysId: 'Tombol hilang, ketik ulang.',
    saysEn: 'Keys were lost, type again.',
    causeId: 'Tombol datang lebih cepat daripada dibaca, dan sebagian hilang.',
    causeEn: 'Keys came faster than they were read, and some are lost.',
    remedyId: 'Ketik ulang jumlahnya; bila terulang, cari tombol yang macet.',
    remedyEn: 'Type the amount again; if it comes back, look for a stuck key.',
  }),
  notAKeypad: row(106, {
    saysId: 'Bukan keypad.',
    saysEn: 'Not a keypad.',
    causeId: 'Path itu ada, tetapi bukan perangkat input.',
    causeEn: 'The path exists and is no input device.',
    remedyId: 'Pakai nama yang berakhiran -event-kbd.',
    remedyEn: 'Take the name that ends in -event-kbd.',
  }),
} satisfies FaultBlock;
