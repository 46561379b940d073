import { printable } from '../../../src/base/bytes.js';
import type { RegisterResult } from '../../../src/base/register-messages.js';

import type { FrameProfile, Told, TypeMeaning } from './profile.js';

type Kind = RegisterResult['result'];

interface Row {
  /** Of the 150/200 frame. */
  readonly detailed: string;
  /** Of the others, where `00` and `ER` are all that is known of real terminals. */
  readonly plain: string;
  /** For logs. */
  readonly meaning: string;
  readonly text: string;
}

/**
 * `S3` and `TO` stand in the plain column too: "not paid yet" and "not known yet" are no failures, and `ER` would say
 * that they are. That registers of those profiles know them is not documented anywhere; they are not `00`, at least.
 */
const ROWS: Readonly<Record<Kind, Row>> = {
  approved: row('00', '00', 'approved', 'Pembayaran Berhasil'),
  echo: row('00', '00', 'echo', 'Terminal Siap'),
  done: row('00', '00', 'done', 'Selesai'),
  handedOver: row('00', '00', 'paid, handed over by hand', 'Sudah Diserahkan'),
  // No code says "paid, and settled in some other way": each but "00" makes the register charge again.
  seenTo: row('00', '00', 'paid, seen to by hand', 'Sudah Ditangani Petugas'),
  refunded: row('00', '00', 'refunded', 'Refund Berhasil'),
  shop: row('00', '00', 'order of the house', 'Selesai'),
  totals: row('00', '00', 'totals', 'Total Shift'),
  shiftClosed: row('00', '00', 'shift closed', 'Settlement Berhasil'),
  notRefunded: row('aa', 'ER', 'not refunded', 'Refund Ditolak'),
  conflict: row('aa', 'ER', 'reference used before', 'Referensi Sudah Dipakai'),
  pending: row('S3', 'S3', 'not paid yet', 'Belum Dibayar'),
  expired: row('S4', 'ER', 'expired', 'QR Kedaluwarsa'),
  denied: row('S2', 'ER', 'denied', 'Pembayaran Ditolak'),
  cancelled: row('P3', 'ER', 'cancelled', 'Dibatalkan Pengguna'),
  unknown: row('TO', 'TO', 'outcome not known yet, inquire', 'Belum Pasti, Cek Status'),
  busy: row('PT', 'ER', 'busy', 'Terminal Sibuk'),
  notReady: row('PT', 'ER', 'not ready', 'Terminal Belum Siap'),
  noConnection: row('CE', 'ER', 'no connection', 'Tidak Ada Koneksi'),
  noSuchSale: row('aa', 'ER', 'no such sale', 'Transaksi Tidak Ditemukan'),
  unsupported: row('aa', 'ER', 'not supported', 'Jenis Transaksi Tidak Dilayani'),
  invalid: row('aa', 'ER', 'impossible field', 'Data Tidak Sah'),
};

/** "00" is said to a question of this meaning with this result, and at no other time. */
const YES: Readonly<Record<TypeMeaning, readonly Kind[]>> = {
  sale: ['approved', 'handedOver', 'seenTo'],
  inquiry: ['approved', 'handedOver', 'seenTo'],
  refund: ['refunded'],
  reprint: ['approved', 'handedOver', 'seenTo', 'done'],
  settlement: ['shiftClosed'],
  totals: ['totals'],
  echo: ['echo'],
};

/** The code that the 150/200 frame has for a settlement that cannot be made now. */
const NO_SETTLEMENT = { code: 'PS', meaning: 'settlement failed' };

export function codeAndText(
  result: RegisterResult,
  means: TypeMeaning | undefined,
  profile: FrameProfile,
): Told {
  const kind = spoken(result.result, means);
  const { [profile.codes]: code, text } = ROWS[kind];
  const hindered = kind === 'busy' || kind === 'notReady' || kind === 'noConnection';
  const settles = profile.codes === 'detailed' && means === 'settlement';
  const number = 'code' in result ? ` E${result.code}` : '';
  const sale = 'sale' in result ? result.sale : undefined;
  const shift = 'shift' in result ? result.shift : undefined;
  return {
    ...{ means, sale, shift },
    paid: ROWS[kind].plain === '00' ? sale : undefined,
    atMs: sale === undefined ? shift?.closedAtMs : sale.atMs,
    code: settles && hindered ? NO_SETTLEMENT.code : code,
    text: `${text}${number}`,
  };
}

/** Whether a code is the yes to its question. */
export function isYes(code: string): boolean {
  return code === ROWS.approved.plain;
}

/** What a code says, for the log: the code and its meanings. */
export function describeCode(code: string, profile: FrameProfile): string {
  const meanings = Object.values(ROWS)
    .filter((each) => each[profile.codes] === code)
    .map(({ meaning }) => meaning);
  if (code === NO_SETTLEMENT.code && profile.codes === 'detailed') meanings.push(NO_SETTLEMENT.meaning);
  return `${printable(code)} ${meanings.length > 0 ? meanings.join(' / ') : 'unknown code'}`;
}

/**
 * A yes to another question must not be heard as a yes to this one: a sale that was given back is no approved one, and
 * the other way round.
 */
function spoken(kind: Kind, means: TypeMeaning | undefined): Kind {
  if (ROWS[kind].plain !== '00') return kind;
  if (means !== undefined && YES[means].includes(kind)) return kind;
  if (kind === 'refunded') return 'cancelled';
  return means === 'refund' ? 'notRefunded' : 'unsupported';
}

function row(detailed: string, plain: string, meaning: string, text: string): Row {
  return { detailed, plain, meaning, text };
}
