import { DEVICE } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { flag } from '../../../src/settings/kinds.js';
import { defaulted, switched } from '../../../src/settings/schema.js';
import { device, type ScreenWords } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';

const GUIDE: Guide = {
  title: {
    id: 'Terminal teks dengan kode QR dari karakter, untuk teknisi',
    en: 'Text terminal with a QR made of characters, for technicians',
  },
  wiring: {
    id: `Lewat ssh: jalankan "tty" untuk mengetahui nama terminal (misalnya /dev/pts/0), isi di console.device.
Layar HDMI tanpa grafik: /dev/tty1, setelah getty@tty1 dimatikan. Terminal serial: /dev/ttyS0 dan sejenisnya.`,
    en: `Over ssh: "tty" prints the name of your terminal (such as /dev/pts/0); put it into console.device.
A text screen on HDMI: /dev/tty1, once getty@tty1 is switched off. A serial terminal: /dev/ttyS0 and the like.`,
  },
  setup: {
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

const TABLE = switched('off', 'A text terminal with the QR made of characters, for technicians.', {
  device: defaulted(DEVICE, '/dev/tty1', 'The terminal. Over ssh the command tty prints its name.'),
  customer: defaulted(
    flag(),
    false,
    'Whether customers look at it. Only then does a QR on it count as shown.',
  ),
});

export const CONSOLE = device(TABLE, [GUIDE], async (settings, tools: Tools & ScreenWords) => {
  const { ConsoleSurface } = await import('./console.js');
  const { ScreenDisplay } = await import('../screen-display.js');
  const { timers, language, shop } = tools;
  const surface = new ConsoleSurface({
    device: settings.device,
    faces: settings.customer ? 'customer' : 'technician',
    style: { language, shop },
    timers,
    log: tools.log.child('console'),
  });
  return new ScreenDisplay(surface, tools);
});
