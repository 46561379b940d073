import type { FaultBlock } from './row.js';

/** 7xx: the journal, its disk, and the books. */
export const JOURNAL_FAULTS = {
  journalUnopened: {
    number: 701,
    says: { id: 'Jurnal tidak dapat dibuka.', en: 'The journal cannot be opened.' },
    cause: {
      id: 'Berkas atau folder jurnal tidak dapat dibuat atau dibuka.',
      en: "The journal's file or folder cannot be made or opened.",
    },
    remedy: {
      id: 'Rinciannya menyebut sebab; journal.directory.',
      en: 'The detail names the reason; journal.directory.',
    },
  },
  journalReadOnly: {
    number: 702,
    says: { id: 'Jurnal tidak dapat ditulis.', en: 'The journal cannot be written.' },
    cause: { id: 'Folder jurnal tidak dapat ditulis.', en: "The journal's folder cannot be written." },
    remedy: {
      id: 'Izin journal.directory; kartu yang menjadi hanya-baca akan mati: ganti.',
      en: 'Rights of journal.directory; a card that turned read-only is dying: change it.',
    },
  },
  journalNotSynchronous: {
    number: 703,
    says: { id: 'Jurnal tidak aman.', en: 'The journal would not be safe.' },
    cause: {
      id: 'Sistem berkas tidak mengizinkan WAL yang sinkron.',
      en: 'The file system does not allow a synchronous WAL.',
    },
    remedy: { id: 'Pakai ext4.', en: 'Use ext4.' },
  },
  journalNewer: {
    number: 704,
    says: { id: 'Jurnal dari versi lebih baru.', en: 'The journal is of a newer version.' },
    cause: {
      id: 'Jurnal ditulis oleh gopay-pos yang lebih baru.',
      en: 'The journal was written by a newer gopay-pos.',
    },
    remedy: { id: 'Pasang lagi gopay-pos yang lebih baru.', en: 'Install the newer gopay-pos again.' },
  },
  journalMigration: {
    number: 705,
    says: { id: 'Jurnal tidak dapat diperbarui.', en: 'The journal could not be brought up to date.' },
    cause: {
      id: 'Jurnal dari versi lama tidak dapat diubah ke versi ini; berkasnya tetap.',
      en: 'The journal of an older version could not be changed to this one; the file is as it was.',
    },
    remedy: { id: 'Simpan berkasnya, laporkan rinciannya.', en: 'Keep the file, report the detail.' },
  },
  journalStuck: {
    number: 706,
    says: { id: 'Jurnal rusak.', en: 'The journal is damaged.' },
    cause: {
      id: 'Jurnal rusak, dan tidak dapat disisihkan.',
      en: 'The journal is damaged, and could not be set aside.',
    },
    remedy: { id: 'Salin ke tempat lain, lalu hapus.', en: 'Copy it elsewhere, then remove it.' },
  },
  journalInUse: {
    number: 707,
    says: { id: 'Jurnal dipakai terminal lain.', en: 'Another terminal uses this journal.' },
    cause: { id: 'Proses lain sudah membuka jurnal ini.', en: 'Another process has this journal open.' },
    remedy: {
      id: 'Dua layanan dengan satu journal.directory.',
      en: 'Two services with one journal.directory.',
    },
  },
  diskFull: {
    number: 710,
    says: { id: 'Disk penuh.', en: 'The disk is full.' },
    cause: { id: 'Tidak ada ruang untuk menulis jurnal.', en: 'There is no room to write the journal.' },
    remedy: {
      id: 'Kosongkan ruang di tempat journal.directory.',
      en: 'Free room where journal.directory lies.',
    },
  },
  journalWrite: {
    number: 711,
    says: { id: 'Jurnal gagal ditulis.', en: 'The journal could not be written.' },
    cause: {
      id: 'Disk tidak menerima tulisan; terminal berhenti menjual.',
      en: 'The disk did not take a commit; the terminal stops selling.',
    },
    remedy: { id: 'Disk: dmesg; ganti kartunya.', en: 'The disk: dmesg; change the card.' },
  },
  diskLow: {
    number: 712,
    says: { id: 'Disk hampir penuh.', en: 'The disk is nearly full.' },
    cause: {
      id: 'Ruang yang tersisa kurang dari journal.min_free_mib.',
      en: 'Less room is left than journal.min_free_mib.',
    },
    remedy: {
      id: 'Kosongkan ruang, atau turunkan journal.min_free_mib.',
      en: 'Free room, or lower journal.min_free_mib.',
    },
  },
  diskUnknown: {
    number: 713,
    says: { id: 'Disk tidak dapat diperiksa.', en: 'The disk cannot be asked.' },
    cause: {
      id: 'Sistem berkas tidak menjawab berapa ruangnya.',
      en: 'The file system does not say how much room there is.',
    },
    remedy: { id: 'Mount dan folder.', en: 'Mount and directory.' },
  },
  journalSetAside: {
    number: 720,
    says: { id: 'Jurnal pernah rusak.', en: 'The journal was damaged.' },
    cause: {
      id: 'Jurnal rusak, kosong, hilang atau terpotong; sisanya disisihkan.',
      en: 'The journal was damaged, empty, gone or cut; what was left is set aside.',
    },
    remedy: {
      id: 'Lihat berkas itu (apa yang terutang? gopay-pos reconcile --csv), lalu gopay-pos accept-loss.',
      en: 'Look at the file set aside (what is owed? gopay-pos reconcile --csv), then gopay-pos accept-loss.',
    },
  },
  lawBroken: {
    number: 730,
    says: { id: 'Pembukuan tidak cocok.', en: 'The books do not add up.' },
    cause: {
      id: 'Sebuah hukum dilanggar; rinciannya menyebut hukum dan jumlahnya.',
      en: 'A law does not hold; the detail names it, with the sums.',
    },
    remedy: {
      id: 'gopay-pos shift close menyebut selisihnya; gopay-pos reconcile membandingkan dengan Midtrans; lalu gopay-pos accept-loss.',
      en: 'gopay-pos shift close tells the difference; gopay-pos reconcile compares with Midtrans; then gopay-pos accept-loss.',
    },
  },
  partRefundUnknown: {
    number: 731,
    says: {
      id: 'Sebagian dikembalikan, jumlah tidak diketahui.',
      en: 'A part was refunded, amount unknown.',
    },
    cause: {
      id: 'Sebagian dikembalikan di dashboard, dan gateway tidak menyebut jumlahnya.',
      en: 'A part was refunded in the dashboard, and the gateway does not say how much.',
    },
    remedy: {
      id: 'Lihat di dashboard, lalu gopay-pos owed resolve.',
      en: 'Look in the dashboard, then gopay-pos owed resolve.',
    },
  },
  journalUnchecked: {
    number: 750,
    says: { id: 'Jurnal belum diperiksa.', en: 'The journal has not been checked.' },
    cause: {
      id: 'Sejak mulai, jurnal belum diperiksa.',
      en: 'The journal has not been checked since the start.',
    },
    remedy: { id: 'Tunggu pemeriksaan pertama.', en: 'Wait for the first check.' },
  },
} as const satisfies FaultBlock;
