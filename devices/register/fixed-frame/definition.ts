import type { Bilingual, RegisterDefinition } from '../definition.js';
import { PROFILES, type ProfileName } from './profiles.js';

/** A profile of the fixed frame, for the person who connects it. */
export interface ProfileDefinition extends RegisterDefinition {
  readonly protocol: 'fixed-frame';
  readonly profile: ProfileName;
  /** What registers of this profile are usually told to dial. */
  readonly usualTcpPort: number;
}

/** Cable and settings are those of the register; we take the place of the card terminal on its line. */
const WIRING: Bilingual = {
  id: `RS232, 8 bit data, tanpa paritas, 1 stop bit, tanpa flow control.
Kabel null-modem DB9: pin 2 ke pin 3, pin 3 ke pin 2, pin 5 ke pin 5. Pin lain tidak perlu.
Adaptor USB-serial: pakai nama di /dev/serial/by-id, bukan /dev/ttyUSB0.
Adaptor dengan DIP switch: pilih RS232 (bukan RS485 atau TTL) dan mode DTE/null-modem sesuai kabel.
Lewat LAN: mesin kasir menghubungi terminal ini; isi alamat IP terminal dan port di pengaturan mesin kasir.`,
  en: `RS232, 8 data bits, no parity, 1 stop bit, no flow control.
Null-modem cable, DB9: pin 2 to pin 3, pin 3 to pin 2, pin 5 to pin 5. No other pin is needed.
USB-serial adapter: use its name below /dev/serial/by-id, not /dev/ttyUSB0.
Adapters with DIP switches: choose RS232 (not RS485 or TTL), and DTE/null-modem to match the cable.
By LAN: the register dials this terminal; enter the terminal's IP address and port in the register's settings.`,
};

const PATIENCE: Bilingual = {
  id: 'Waktu tunggu mesin kasir sebaiknya 120 detik atau lebih, karena pelanggan masih harus membayar.',
  en: 'The register should wait 120 seconds or more for its answer: the customer has yet to pay.',
};

const SMALL_SALE: Bilingual = {
  id: 'Tidak ada echo test yang pasti: buat satu penjualan kecil dan batalkan di terminal. Log menunjukkan "<- sale (01)", lalu "-> ACK" dan jawaban ER.',
  en: 'There is no certain echo test: make one small sale and cancel it at the terminal. The log shows "<- sale (01)", then "-> ACK" and the answer ER.',
};

const BAUD_RATES: readonly number[] = [9_600, 19_200, 115_200];

export const FIXED_FRAMES: Readonly<Record<ProfileName, ProfileDefinition>> = {
  bca: define('bca', {
    title: {
      id: 'Mesin kasir yang memakai frame tetap 150/200 byte (STX, panjang BCD, ETX, LRC tanpa STX)',
      en: 'Cash register with the fixed 150/200-byte frame (STX, BCD length, ETX, LRC without STX)',
    },
    usualTcpPort: 80,
    settings: {
      id: 'Di mesin kasir: pilih mesin EDC dengan frame 150/200 byte, aktifkan QRIS (jenis transaksi 31 dan 32), dan samakan baud rate.',
      en: 'In the register: choose a payment terminal with the 150/200-byte frame, enable QRIS (transaction types 31 and 32), and set the same baud rate.',
    },
    trial: {
      id: 'Jalankan "echo test" (jenis 17) dari mesin kasir: log menunjukkan "<- echo test (17)" lalu "-> ACK" dan jawaban 00.',
      en: 'Run the echo test (type 17) from the register: the log shows "<- echo test (17)", then "-> ACK" and the answer 00.',
    },
  }),
  mandiri: define('mandiri', {
    title: {
      id: 'Mesin kasir yang memakai frame tanpa panjang (STX, versi, jenis, ETX, LRC tanpa STX), rupiah bulat, jawaban berpemisah "|"',
      en: 'Cash register with frames of no length (STX, version, type, ETX, LRC without STX), whole rupiah, answers between bars',
    },
    usualTcpPort: 8_150,
    settings: {
      id: 'Di mesin kasir: 9600 baud. Jenis QRIS tidak terdokumentasi: bila mesin kasir memakainya, log menunjukkan "unknown type (..)"; isi register.types, misalnya ["20=sale"].',
      en: 'In the register: 9600 baud. The type of QRIS is documented nowhere: where the register uses one, the log shows "unknown type (..)"; set register.types, for example ["20=sale"].',
    },
    trial: {
      id: 'Jalankan echo test (jenis ";0") dari mesin kasir: log menunjukkan "<- echo test (;0)" lalu "-> ACK" dan jawaban 00.',
      en: 'Run the echo test (type ";0") from the register: the log shows "<- echo test (;0)", then "-> ACK" and the answer 00.',
    },
  }),
  bri: define('bri', {
    title: {
      id: 'Mesin kasir yang memakai frame tetap 200/300 byte (LRC dengan STX); jenis 04 membuat QR',
      en: 'Cash register with the fixed 200/300-byte frame (LRC with STX); type 04 generates a QR',
    },
    usualTcpPort: 9_001,
    settings: {
      id: 'Di mesin kasir: pilih EDC dengan frame 200/300 byte, tanpa SSL; untuk LAN, port 9001. Penjualan lewat jenis 01 atau 04, status lewat jenis 05.',
      en: 'In the register: choose a terminal with the 200/300-byte frame, without SSL; by LAN, port 9001. Sales by type 01 or 04, status by type 05.',
    },
    trial: SMALL_SALE,
  }),
  cimb: define('cimb', {
    title: {
      id: 'Mesin kasir yang memakai frame tetap 200/300 byte (LRC dengan STX); jenis 05 adalah penjualan QRIS',
      en: 'Cash register with the fixed 200/300-byte frame (LRC with STX); type 05 is a QRIS sale',
    },
    usualTcpPort: 9_001,
    settings: {
      id: 'Di mesin kasir: pilih EDC dengan frame 200/300 byte dan nomor invoice 6 digit, tanpa SSL; untuk LAN, port 9001. Penjualan lewat jenis 01 atau 05, status lewat jenis 06.',
      en: 'In the register: choose a terminal with the 200/300-byte frame and invoice numbers of six digits, without SSL; by LAN, port 9001. Sales by type 01 or 05, status by type 06.',
    },
    trial: SMALL_SALE,
  }),
};

type Own = Pick<ProfileDefinition, 'title' | 'usualTcpPort' | 'settings' | 'trial'>;

function define(profile: ProfileName, own: Own): ProfileDefinition {
  const { framing } = PROFILES[profile];
  return {
    kind: 'register',
    protocol: 'fixed-frame',
    profile,
    // Only one speed is documented for the frame without a length.
    baudRates: framing.by === 'length' ? BAUD_RATES : [9_600],
    defaultBaudRate: 9_600,
    defaultTcpPort: own.usualTcpPort === 9_001 ? 9_001 : 8_150,
    wiring: WIRING,
    ...own,
    settings: {
      id: `${own.settings.id}\n${PATIENCE.id}`,
      en: `${own.settings.en}\n${PATIENCE.en}`,
    },
  };
}
