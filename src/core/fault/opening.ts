import { type FaultBlock, row } from './row.js';

/** 76x: opening hours, what people set by hand, and the idle screen. */
export const OPENING_FAULTS = {
  shopClosed: row(760, {
    saysId: 'Sedang tutup.',
    saysEn: 'Closed at this hour.',
    causeId: 'Di luar jam buka; penjualan yang sudah dimulai tetap diselesaikan.',
    causeEn: 'Outside the opening hours; a sale that has begun goes on to its end.',
    remedyId: 'Tunggu jam buka, atau ubah hours.open.',
    remedyEn: 'Wait for the opening, or change hours.open.',
  }),
  underMaintenance: row(761, {
    saysId: 'Tutup sementara untuk perawatan.',
    saysEn: 'Closed for maintenance.',
    causeId: 'Petugas menutup terminal dengan gopay-pos maintenance on; tetap begitu setelah mulai lagi.',
    causeEn: 'A person closed the terminal with gopay-pos maintenance on; it stays so over restarts.',
    remedyId: 'gopay-pos maintenance menyebut siapa dan kapan; maintenance off membuka lagi.',
    remedyEn: 'gopay-pos maintenance says who and when; maintenance off opens it again.',
  }),
  idlePicture: row(762, {
    saysId: 'Gambar layar tunggu tidak dapat dipakai.',
    saysEn: 'Picture of the idle screen cannot be used.',
    causeId: 'Gambarnya tidak ada, bukan PNG atau JPEG, lebih dari 10 MB, atau lebih dari 40 juta titik.',
    causeEn: 'It is not there, no PNG or JPEG, over 10 MB, or of more than 40 million dots.',
    remedyId: 'Simpan gambar lebih kecil; gambar lain tetap tampil.',
    remedyEn: 'Save a smaller one; the others are shown without it.',
  }),
  idleFolder: row(763, {
    saysId: 'Folder gambar layar tunggu tidak terbaca.',
    saysEn: 'The folder of the idle screen’s pictures cannot be read.',
    causeId: 'Folder idle.folder tidak ada atau tidak boleh dibaca, atau isinya lebih dari 60 gambar.',
    causeEn: 'The folder idle.folder is not there or may not be read, or it has more than 60 pictures.',
    remedyId: 'Izin dan isi idle.folder; layar tunggu biasa tampil selama itu.',
    remedyEn: 'Rights and contents of idle.folder; the usual idle screen is shown meanwhile.',
  }),
} satisfies FaultBlock;
