/** A text for the person who connects it. */
interface Bilingual {
  readonly id: string;
  readonly en: string;
}

/** What a technician needs to know before the first byte, and what the configuration may choose from. */
export interface RegisterDefinition {
  readonly kind: 'register';
  /** The name in the configuration. */
  readonly model: string;
  readonly title: Bilingual;
  readonly baudRates: readonly number[];
  readonly defaultBaudRate: number;
  /** Port that the terminal listens on when the register dials by LAN. */
  readonly defaultTcpPort: number;
  readonly wiring: Bilingual;
  readonly settings: Bilingual;
  readonly trial: Bilingual;
}

export const FIXED_FRAME: RegisterDefinition = {
  kind: 'register',
  model: 'fixed-frame',
  title: {
    id: 'Mesin kasir yang memakai frame tetap 150/200 byte (STX, panjang BCD, ETX, LRC)',
    en: 'Cash register with the fixed 150/200-byte frame (STX, BCD length, ETX, LRC)',
  },
  baudRates: [9_600, 19_200, 115_200],
  defaultBaudRate: 9_600,
  defaultTcpPort: 8_080,
  wiring: {
    id: `RS232, 8 bit data, tanpa paritas, 1 stop bit, tanpa flow control.
Kabel null-modem DB9: pin 2 ke pin 3, pin 3 ke pin 2, pin 5 ke pin 5. Pin lain tidak perlu.
Adaptor USB-serial: pakai nama di /dev/serial/by-id, bukan /dev/ttyUSB0.
Lewat LAN: mesin kasir menghubungi terminal ini; isi alamat IP terminal dan port di pengaturan mesin kasir.`,
    en: `RS232, 8 data bits, no parity, 1 stop bit, no flow control.
Null-modem cable, DB9: pin 2 to pin 3, pin 3 to pin 2, pin 5 to pin 5. No other pin is needed.
USB-serial adapter: use its name below /dev/serial/by-id, not /dev/ttyUSB0.
By LAN: the register dials this terminal; enter the terminal's IP address and port in the register's settings.`,
  },
  settings: {
    id: `Di mesin kasir: pilih mesin EDC dengan frame 150/200 byte, aktifkan QRIS (jenis transaksi 31 dan 32), dan samakan baud rate.
Waktu tunggu mesin kasir sebaiknya 120 detik atau lebih, karena pelanggan masih harus membayar.
Adaptor dengan DIP switch: pilih RS232 (bukan RS485 atau TTL) dan mode DTE/null-modem sesuai kabel.`,
    en: `In the register: choose a payment terminal with the 150/200-byte frame, enable QRIS (transaction types 31 and 32), and set the same baud rate.
The register should wait 120 seconds or more for its answer: the customer has yet to pay.
Adapters with DIP switches: choose RS232 (not RS485 or TTL), and DTE/null-modem to match the cable.`,
  },
  trial: {
    id: 'Jalankan "echo test" (jenis 17) dari mesin kasir: log menunjukkan "<- echo test (17)" lalu "-> ACK" dan jawaban 00.',
    en: 'Run the echo test (type 17) from the register: the log shows "<- echo test (17)", then "-> ACK" and the answer 00.',
  },
};
