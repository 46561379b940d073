import { type FaultBlock, row } from './row.js';

/** 7xx: the journal, its disk, and the books. */
export const JOURNAL_FAULTS = {
  journalUnopened: row(701, {
    saysId: 'Jurnal tidak dapat dibuka.',
    saysEn: 'The journal cannot be opened.',
    causeId: 'Berkas atau folder jurnal tidak dapat dibuat atau dibuka.',
    causeEn: "The journal's file or folder cannot be made or opened.",
    remedyId: 'Rinciannya menyebut sebab; journal.directory.',
    remedyEn: 'The detail names the reason; journal.directory.',
  }),
  journalReadOnly: row(702, {
    saysId: 'Jurnal tidak dapat ditulis.',
    saysEn: 'The journal cannot be written.',
    causeId: 'Folder jurnal tidak dapat ditulis.',
    causeEn: "The journal's folder cannot be written.",
    remedyId: 'Izin journal.directory; kartu yang menjadi hanya-baca akan mati: ganti.',
    remedyEn: 'Rights of journal.directory; a card that turned read-only is dying: change it.',
  }),
  journalNotSynchronous: row(703, {
    saysId: 'Jurnal tidak aman.',
    saysEn: 'The journal would not be safe.',
    causeId: 'Sistem berkas tidak mengizinkan WAL yang sinkron.',
    causeEn: 'The file system does not allow a synchronous WAL.',
    remedyId: 'Pakai ext4.',
    remedyEn: 'Use ext4.',
  }),
  journalNewer: row(704, {
    saysId: 'Jurnal dari versi lebih baru.',
    saysEn: 'The journal is of a newer version.',
    causeId: 'Jurnal ditulis oleh gopay-pos yang lebih baru.',
    causeEn: 'The journal was written by a newer gopay-pos.',
    remedyId: 'Pasang lagi gopay-pos yang lebih baru.',
    remedyEn: 'Install the newer gopay-pos again.',
  }),
  journalMigration: row(705, {
    saysId: 'Jurnal tidak dapat diperbarui.',
    saysEn: 'The journal could not be brought up to date.',
    causeId: 'Jurnal dari versi lama tidak dapat diubah ke versi ini; berkasnya tetap.',
    causeEn: 'The journal of an older version could not be changed to this one; the file is as it was.',
    remedyId: 'Simpan berkasnya, laporkan rinciannya.',
    remedyEn: 'Keep the file, report the detail.',
  }),
  journalStuck: row(706, {
    saysId: 'Jurnal rusak.',
    saysEn: 'The journal is damaged.',
    causeId: 'Jurnal rusak, dan tidak dapat disisihkan.',
    causeEn: 'The journal is damaged, and could not be set aside.',
    remedyId: 'Salin ke tempat lain, lalu hapus.',
    remedyEn: 'Copy it elsewhere, then remove it.',
  }),
  journalInUse: row(707, {
    saysId: 'Jurnal dipakai terminal lain.',
    saysEn: 'Another terminal uses this journal.',
    causeId: 'Proses lain sudah membuka jurnal ini.',
    causeEn: 'Another process has this journal open.',
    remedyId: 'Dua layanan dengan satu journal.directory.',
    remedyEn: 'Two services with one journal.directory.',
  }),
  diskFull: row(710, {
    saysId: 'Disk penuh.',
    saysEn: 'The disk is full.',
    causeId: 'Tidak ada ruang untuk menulis jurnal.',
    causeEn: 'There is no room to write the journal.',
    remedyId: 'Kosongkan ruang di tempat journal.directory.',
    remedyEn: 'Free room where journal.directory lies.',
  }),
  journalWrite: row(711, {
    saysId: 'Jurnal gagal ditulis.',
    saysEn: 'The journal could not be written.',
    causeId: 'Disk tidak menerima tulisan; terminal berhenti menjual.',
    causeEn: 'The disk did not take a commit; the terminal stops selling.',
    remedyId: 'Disk: dmesg; ganti kartunya.',
    remedyEn: 'The disk: dmesg; change the card.',
  }),
  diskLow: row(712, {
    saysId: 'Disk hampir penuh.',
    saysEn: 'The disk is nearly full.',
    causeId: 'Ruang yang tersisa kurang dari journal.min_free_mib.',
    causeEn: 'Less room is left than journal.min_free_mib.',
    remedyId: 'Kosongkan ruang, atau turunkan journal.min_free_mib.',
    remedyEn: 'Free room, or lower journal.min_free_mib.',
  }),
  diskUnknown: row(713, {
    saysId: 'Disk tidak dapat diperiksa.',
    saysEn: 'The disk cannot be asked.',
    causeId: 'Sistem berkas tidak menjawab berapa ruangnya, atau menjadi hanya-baca.',
    causeEn: 'The file system does not say how much room there is, or has turned read-only.',
    remedyId: 'Mount dan folder; kartu yang menjadi hanya-baca akan mati: ganti.',
    remedyEn: 'Mount and directory; a card that turned read-only is dying: change it.',
  }),
  journalSetAside: row(720, {
    saysId: 'Jurnal pernah rusak.',
    saysEn: 'The journal was damaged.',
    causeId: 'Jurnal rusak, kosong, hilang atau terpotong; sisanya disisihkan.',
    causeEn: 'The journal was damaged, empty, gone or cut; what was left is set aside.',
    remedyId: 'Lihat berkas itu (apa yang terutang? gopay-pos reconcile --csv), lalu gopay-pos accept-loss.',
    remedyEn:
      'Look at the file set aside (what is owed? gopay-pos reconcile --csv), then gopay-pos accept-loss.',
  }),
  archiveAway: row(721, {
    saysId: 'Arsip tidak dapat ditulis.',
    saysEn: 'The archive cannot be written.',
    causeId:
      'Media arsip tidak ada, penuh atau hanya-baca; riwayat lama menunggu di jurnal, dan terminal tetap menjual.',
    causeEn:
      'The medium of the archive is away, full or read-only; old stories wait in the journal, and the terminal sells on.',
    remedyId:
      'journal.archive_directory: sudah di-mount, ada ruang, dan layanan boleh menulis di sana (ReadWritePaths)?',
    remedyEn:
      'journal.archive_directory: is it mounted, is there room, and may the service write there (ReadWritePaths)?',
  }),
  lawBroken: row(730, {
    saysId: 'Pembukuan tidak cocok.',
    saysEn: 'The books do not add up.',
    causeId: 'Sebuah hukum dilanggar; rinciannya menyebut hukum dan jumlahnya.',
    causeEn: 'A law does not hold; the detail names it, with the sums.',
    remedyId:
      'gopay-pos shift close menyebut selisihnya; gopay-pos reconcile membandingkan dengan Midtrans; lalu gopay-pos accept-loss.',
    remedyEn:
      'gopay-pos shift close tells the difference; gopay-pos reconcile compares with Midtrans; then gopay-pos accept-loss.',
  }),
  partRefundUnknown: row(731, {
    saysId: 'Sebagian dikembalikan, jumlah tidak diketahui.',
    saysEn: 'A part was refunded, amount unknown.',
    causeId: 'Sebagian dikembalikan di dashboard, dan gateway tidak menyebut jumlahnya.',
    causeEn: 'A part was refunded in the dashboard, and the gateway does not say how much.',
    remedyId: 'Lihat di dashboard, lalu gopay-pos owed resolve.',
    remedyEn: 'Look in the dashboard, then gopay-pos owed resolve.',
  }),
  journalUnchecked: row(750, {
    saysId: 'Jurnal belum diperiksa.',
    saysEn: 'The journal has not been checked.',
    causeId: 'Sejak mulai, jurnal belum diperiksa.',
    causeEn: 'The journal has not been checked since the start.',
    remedyId: 'Tunggu pemeriksaan pertama.',
    remedyEn: 'Wait for the first check.',
  }),
  reportNotFiled: row(770, {
    saysId: 'Laporan shift belum tersimpan.',
    saysEn: 'The report of a shift was not filed.',
    causeId:
      'Folder laporan tidak ada, penuh, atau tidak boleh ditulis; akan dicoba lagi, dan terminal tetap menjual.',
    causeEn:
      'The folder of reports is away, full or may not be written; it is tried again, and the terminal sells on.',
    remedyId: 'report.folder: sudah di-mount, ada ruang, dan layanan boleh menulis di sana (ReadWritePaths)?',
    remedyEn:
      'report.folder: is it mounted, is there room, and may the service write there (ReadWritePaths)?',
  }),
  reportNotMailed: row(771, {
    saysId: 'Surel laporan shift belum terkirim.',
    saysEn: 'The e-mail of a shift was not taken.',
    causeId: 'Program surel tidak ada, atau tidak menerima; akan dicoba lagi, dan terminal tetap menjual.',
    causeEn: 'The mailer is not there, or did not take it; it is tried again, and the terminal sells on.',
    remedyId:
      'report.sendmail; kirim surel percobaan dengannya sebagai pengguna layanan, dan baca log surel.',
    remedyEn: "report.sendmail; send a mail with it as the service's user, and read the mailer's log.",
  }),
  journalNotRead: row(772, {
    saysId: 'Jurnal tidak dapat dibaca.',
    saysEn: 'The journal cannot be read.',
    causeId: 'Terminal tidak berjalan, dan jurnalnya tidak ada, milik pengguna lain, atau dari versi lain.',
    causeEn:
      "The terminal does not run, and its journal is not there, is another user's, or of another version.",
    remedyId: 'Jalankan terminal, atau tanya sebagai root.',
    remedyEn: 'Start the terminal, or ask as root.',
  }),
} satisfies FaultBlock;
