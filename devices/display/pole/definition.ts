import type { DisplayDefinition } from '../definition.js';

export const POLE: DisplayDefinition = {
  kind: 'display',
  model: 'pole',
  title: {
    id: 'Tiang display pelanggan 2x20 (perintah CD5220 atau ESC/POS DM-D)',
    en: 'Customer pole, two lines of twenty (CD5220 commands, or ESC/POS as DM-D poles speak it)',
  },
  canShowQr: false,
  wiring: {
    id: `RS232, 9600 baud, 8 bit data, tanpa paritas, 1 stop bit: data ke pin 2 display atau sesuai tabelnya, ground pin 5.
Banyak tiang mengambil daya 5 V dari kabel USB atau adaptor sendiri: tanpa daya layar tetap gelap dan tidak ada yang melapor.
Tiang USB yang muncul sebagai port serial (/dev/serial/by-id) juga bisa; tiang USB HID tidak.`,
    en: `RS232, 9600 baud, 8 data bits, no parity, 1 stop bit: our data line to its data input (see its table), ground to pin 5.
Many poles take 5 V from a USB cable or an adapter of their own: without it they stay dark, and nobody can tell.
USB poles that appear as a serial port (/dev/serial/by-id) work as well; those that are HID devices do not.`,
  },
  settings: {
    id: `DIP switch: pilih perintah "CD5220" (paling umum) atau "EPSON / ESC/POS", baud 9600, 8N1, set karakter USA/ASCII.
Samakan pole.dialect dan pole.baud. Setelah mengubah DIP switch, matikan dan nyalakan tiang.`,
    en: `DIP switches: command set "CD5220" (the most common) or "EPSON / ESC/POS", 9600 baud, 8N1, character set USA/ASCII.
Set pole.dialect and pole.baud to match. Poles read their switches when they are switched on.`,
  },
  trial: {
    id: 'gopay-pos test display: baris atas 12345678901234567890, penuh sampai tempat kedua puluh.',
    en: 'gopay-pos test display: the upper line reads 12345678901234567890 and fills all twenty places.',
  },
};
