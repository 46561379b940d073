import { BAUD, DEVICE } from '../../../src/settings/fields.js';
import type { Guide } from '../../../src/settings/guide.js';
import { choice, flag } from '../../../src/settings/kinds.js';
import { defaulted, required, switched } from '../../../src/settings/schema.js';
import { device, type ScreenWords } from '../../kit/device.js';
import type { Tools } from '../../kit/tools.js';

const GUIDE: Guide = {
  title: {
    id: 'Tiang display pelanggan 2x20 (perintah CD5220 atau ESC/POS DM-D)',
    en: 'Customer pole, two lines of twenty (CD5220 commands, or ESC/POS as DM-D poles speak it)',
  },
  wiring: {
    id: `RS232, 9600 baud, 8 bit data, tanpa paritas, 1 stop bit: data ke pin 2 display atau sesuai tabelnya, ground pin 5.
Banyak tiang mengambil daya 5 V dari kabel USB atau adaptor sendiri: tanpa daya layar tetap gelap dan tidak ada yang melapor.
Tiang USB yang muncul sebagai port serial (/dev/serial/by-id) juga bisa; tiang USB HID tidak.`,
    en: `RS232, 9600 baud, 8 data bits, no parity, 1 stop bit: our data line to its data input (see its table), ground to pin 5.
Many poles take 5 V from a USB cable or an adapter of their own: without it they stay dark, and nobody can tell.
USB poles that appear as a serial port (/dev/serial/by-id) work as well; those that are HID devices do not.`,
  },
  setup: {
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

const TABLE = switched('off', "A customer's pole with two lines of twenty characters. It cannot show a QR.", {
  device: required(DEVICE, '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART-if00-port0', 'The serial line.'),
  baud: defaulted(BAUD, 9600, 'Speed, as its DIP switches say.'),
  dialect: defaulted(
    choice('cd5220', 'epson'),
    'cd5220',
    'Its commands, as its DIP switches say: CD5220, or ESC/POS of the DM-D kind.',
  ),
  brightness: defaulted(choice(1, 2, 3, 4), 4, 'From 1, the palest, to 4.'),
  countdown: defaulted(flag(), true, 'Whether it shows the time that is left to pay.'),
});

/** A pole takes its lines in a tenth of a second: a line that takes none in this is stuck, and the display must be told. */
const WRITE_MS = 2_000;

export const POLE = device(TABLE, [GUIDE], async (settings, tools: Tools & ScreenWords) => {
  const { PoleSurface } = await import('./pole.js');
  const { DIALECTS } = await import('./dialect.js');
  const { ScreenDisplay } = await import('../screen-display.js');
  const { SerialLine } = await import('../../kit/serial-line.js');
  const { baud, dialect, brightness, countdown } = settings;
  const { timers, language, shop } = tools;
  const log = tools.log.child('pole');
  const line = new SerialLine({ path: settings.device, baudRate: baud, timers, log, writeLimitMs: WRITE_MS });
  const style = { language, shop, countdown };
  const surface = new PoleSurface({ line, dialect: DIALECTS[dialect], brightness, style, timers, log });
  return new ScreenDisplay(surface, tools);
});
