import type { DisplayDefinition } from '../definition.js';

export const CONSOLE: DisplayDefinition = {
  kind: 'display',
  model: 'console',
  title: {
    id: 'Terminal teks dengan kode QR dari karakter, untuk teknisi',
    en: 'Text terminal with a QR made of characters, for technicians',
  },
  canShowQr: true,
  wiring: {
    id: `Lewat ssh: jalankan "tty" untuk mengetahui nama terminal (misalnya /dev/pts/0), isi di console.device.
Layar HDMI tanpa grafik: /dev/tty1, setelah getty@tty1 dimatikan. Terminal serial: /dev/ttyS0 dan sejenisnya.`,
    en: `Over ssh: "tty" prints the name of your terminal (such as /dev/pts/0); put it into console.device.
A text screen on HDMI: /dev/tty1, once getty@tty1 is switched off. A serial terminal: /dev/ttyS0 and the like.`,
  },
  settings: {
    id: `Terminal harus UTF-8, paling sedikit 70 kolom dan 40 baris untuk kode QR; perkecil huruf bila kurang.
console.customer = true hanya bila pelanggan melihat layar ini; kalau tidak, penjualan tidak mengandalkannya.`,
    en: `The terminal must be UTF-8, with at least 70 columns and 40 rows for the code; a smaller font gives more.
console.customer = true only where customers look at it; otherwise no sale relies on it.`,
  },
  trial: {
    id: 'gopay-pos test display: teks dalam dua bahasa dan kode QR yang terbaca oleh ponsel sebagai teks.',
    en: 'gopay-pos test display: a text in two languages, and a code that a phone reads as text.',
  },
};
