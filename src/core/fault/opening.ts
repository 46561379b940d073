import { type FaultBlock, row } from './row.js';

/** 76x: opening hours, and what people set by hand. */
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
} satisfies FaultBlock;
