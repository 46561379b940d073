import type { FaultBlock } from './row.js';

/** 9xx: the configuration. */
export const CONFIGURATION_FAULTS = {
  configUnreadable: {
    number: 900,
    says: { id: 'Konfigurasi tidak dapat dibaca.', en: 'The configuration cannot be read.' },
    cause: {
      id: 'Berkas tidak ada, tidak boleh dibaca, bukan UTF-8, atau terlalu besar.',
      en: 'The file is not there, may not be read, is no UTF-8, or too large.',
    },
    remedy: {
      id: 'gopay-pos config check menyebut semua kesalahan.',
      en: 'gopay-pos config check names every error.',
    },
  },
  configNotToml: {
    number: 901,
    says: { id: 'Konfigurasi bukan TOML.', en: 'The configuration is no TOML.' },
    cause: {
      id: 'Teks berkas bukan TOML pada baris dan kolom itu.',
      en: 'The text of the file is no TOML at that line and column.',
    },
    remedy: { id: 'Perbaiki barisnya; tanda kutip dan kurung?', en: 'Mend the line; quotes and brackets?' },
  },
  configUnknownKey: {
    number: 902,
    says: { id: 'Kunci konfigurasi tidak dikenal.', en: 'A key of the configuration is not known.' },
    cause: {
      id: 'Tidak ada pengaturan dengan nama itu di tabel itu.',
      en: 'There is no setting of that name in that table.',
    },
    remedy: {
      id: 'Barisnya menyebut nama yang mungkin dimaksud; gopay-pos config explain.',
      en: 'The line says what was probably meant; gopay-pos config explain.',
    },
  },
  configMissingKey: {
    number: 903,
    says: { id: 'Kunci konfigurasi tidak ada.', en: 'A key of the configuration is missing.' },
    cause: { id: 'Pengaturan yang wajib tidak ada.', en: 'A setting that is needed is not there.' },
    remedy: {
      id: 'Tambahkan; gopay-pos config explain menerangkannya.',
      en: 'Add it; gopay-pos config explain tells about it.',
    },
  },
  configType: {
    number: 904,
    says: { id: 'Jenis nilai konfigurasi salah.', en: 'A value of the configuration has the wrong type.' },
    cause: {
      id: 'Nilainya teks padahal angka, dan sebagainya.',
      en: 'The value is text where a number is wanted, and the like.',
    },
    remedy: { id: 'Barisnya menyebut yang diizinkan.', en: 'The line says what is allowed.' },
  },
  configRange: {
    number: 905,
    says: { id: 'Nilai konfigurasi di luar batas.', en: 'A value of the configuration is out of range.' },
    cause: {
      id: 'Angka terlalu kecil atau besar, atau daftar terlalu panjang.',
      en: 'A number is too small or large, or a list too long.',
    },
    remedy: { id: 'Barisnya menyebut batasnya.', en: 'The line says the range.' },
  },
  configForm: {
    number: 906,
    says: { id: 'Bentuk nilai konfigurasi salah.', en: 'A value of the configuration has the wrong form.' },
    cause: {
      id: 'Nilainya bukan salah satu pilihan, atau bentuknya lain.',
      en: 'The value is none of the choices, or of another form.',
    },
    remedy: { id: 'Barisnya menyebut pilihannya.', en: 'The line names the choices.' },
  },
  configContradiction: {
    number: 907,
    says: { id: 'Pengaturan saling bertentangan.', en: 'Settings contradict each other.' },
    cause: {
      id: 'Dua pengaturan tidak dapat berlaku bersama, atau yang satu memerlukan yang lain.',
      en: 'Two settings cannot both hold, or one needs another.',
    },
    remedy: { id: 'Barisnya menyebut keduanya.', en: 'The line names both.' },
  },
  configSecret: {
    number: 908,
    says: { id: 'Ada rahasia di konfigurasi.', en: 'A secret is in the configuration.' },
    cause: {
      id: 'Kunci, token atau kata sandi tertulis di berkas yang dapat dibaca orang lain.',
      en: 'A key, token or password stands in a file that others may read.',
    },
    remedy: {
      id: 'Pindahkan ke berkas rahasia; ganti kunci itu bila sudah terbaca.',
      en: "Move it to a secret's file; replace the key if it was read.",
    },
  },
  configNote: {
    number: 909,
    says: { id: 'Ada catatan untuk konfigurasi.', en: 'The configuration has a note.' },
    cause: {
      id: 'Konfigurasi berlaku, dan ada yang patut diketahui.',
      en: 'The configuration works, and something is worth knowing.',
    },
    remedy: { id: 'Baca barisnya; tidak wajib.', en: 'Read the line; nothing has to be done.' },
  },
  keyOfOtherEnvironment: {
    number: 910,
    says: { id: 'Kunci milik lingkungan lain.', en: 'The key is of the other environment.' },
    cause: {
      id: 'Kunci sandbox dengan environment production, atau sebaliknya.',
      en: 'A sandbox key with environment production, or the other way.',
    },
    remedy: {
      id: 'Kunci sandbox berawalan SB-; environment di konfigurasi.',
      en: 'Sandbox keys begin with SB-; environment in the configuration.',
    },
  },
  serverKeyMalformed: {
    number: 911,
    says: { id: 'Kunci server salah bentuk.', en: 'The server key is malformed.' },
    cause: { id: 'Kunci server memuat titik dua.', en: 'The server key holds a colon.' },
    remedy: { id: 'Kuncinya saja, seperti di dashboard.', en: 'The key alone, as the dashboard shows it.' },
  },
} as const satisfies FaultBlock;
