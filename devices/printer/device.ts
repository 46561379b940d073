import { BAUD, DEVICE, PORT } from '../../src/settings/fields.js';
import type { Guide } from '../../src/settings/guide.js';
import { choice, flag, integer } from '../../src/settings/kinds.js';
import { host, path } from '../../src/settings/places.js';
import { defaulted, optional, required, switched } from '../../src/settings/schema.js';
import { device } from '../kit/device.js';
import { PRINTER_PROFILES } from './profiles.js';

const GUIDE: Guide = {
  title: {
    id: 'Printer struk ESC/POS 58 atau 80 mm, lewat USB, serial atau jaringan',
    en: 'ESC/POS receipt printer for 58 or 80 mm, by USB, serial line or network',
  },
  wiring: {
    id: `USB: colokkan; nama tetapnya /dev/gopay-pos/printer. Hapus antrean CUPS untuk printer ini.
Serial: RS232, 8 bit data, tanpa paritas; DTR printer ke CTS terminal bila flow control-nya DTR/DSR. Pakai nama di /dev/serial/by-id.
Jaringan: beri printer alamat tetap; port 9100.`,
    en: `USB: plug it in; its lasting name is /dev/gopay-pos/printer. Remove a CUPS queue for this printer.
Serial: RS232, 8 data bits, no parity; DTR of the printer to CTS of the terminal where its flow control is DTR/DSR. Use its name below /dev/serial/by-id.
Network: give the printer a fixed address; port 9100.`,
  },
  setup: {
    id: `Tahan tombol feed saat menyalakan printer: ia mencetak pengaturannya. DIP switch: 19200 baud atau lebih.
DTR/DSR atau RTS/CTS di cetakan itu: printer.flow = "rtscts"; XON/XOFF: "xonxoff". Printer Star: ubah ke emulasi ESC/POS dulu.`,
    en: `Hold the feed button while switching it on: it prints its settings. DIP switches: 19200 baud or more.
DTR/DSR or RTS/CTS on that page: printer.flow = "rtscts"; XON/XOFF: "xonxoff". Star printers: switch to ESC/POS emulation first.`,
  },
  trial: {
    id: 'gopay-pos test printer, lalu bandingkan dengan "Print the test page" di devices/printer/README.md.',
    en: 'gopay-pos test printer, then compare with "Print the test page" in devices/printer/README.md.',
  },
};

const TABLE = switched(
  'off',
  'An ESC/POS receipt printer.',
  {
    profile: defaulted(
      choice('auto', ...PRINTER_PROFILES.map(({ name }) => name)),
      'generic-58',
      'What it is; auto asks it. The keys below change single points of it.',
    ),
    width_dots: optional(integer(192, 832, 'dots'), 'as the profile has it', 384, 'Dots across the head.'),
    columns: optional(integer(16, 80, 'characters'), 'as the profile has it', 32, 'Characters in a line.'),
    qr: optional(
      choice('raster', 'raster-double', 'native'),
      'as the profile has it',
      'raster',
      'How the QR is drawn: dot by dot, doubled by the printer (a quarter of the bytes), or by the printer itself.',
    ),
    cutter: optional(flag(), 'as the profile has it', false, 'Whether it has a knife.'),
    status: optional(
      choice('none', 'realtime', 'asb'),
      'as the profile has it',
      'realtime',
      'What can be asked of it: nothing, real-time status, or status that it sends by itself.',
    ),
    logo: optional(
      path(),
      'no logo',
      '/etc/gopay-pos/logo.png',
      'A PNG or JPEG file above what customers get, at most 1 MiB and 4 million pixels. It is scaled to the head once, at the start; 20 mm high at most.',
    ),
    print_qr: defaulted(flag(), true, 'Prints the QR of each sale.'),
    print_early: defaulted(
      flag(),
      true,
      'Prints the shop and the amount of a QR slip while the charge is under way. Where no QR comes, the slip says so.',
    ),
    print_receipt: defaulted(flag(), true, 'Prints a receipt of each paid sale.'),
    print_unpaid: defaulted(
      choice('never', 'unknown', 'all'),
      'unknown',
      'Which ends without payment get a slip with what to quote: none, those of which the gateway has not said yet that nothing was paid, or all (cancelled, expired, denied, failed).',
    ),
    queue_slips: defaulted(
      integer(1, 500),
      50,
      'How many slips wait for a printer that cannot print. With more, receipts are dropped first, and the log says so.',
    ),
    queue_hours: defaulted(
      integer(1, 168),
      24,
      'How long a slip waits before it is dropped, which the log says.',
    ),
  },
  {
    key: 'transport',
    about: 'How it is connected.',
    default: undefined,
    choices: {
      usb: {
        about: 'USB, as a device file of the usblp driver.',
        keys: { device: defaulted(DEVICE, '/dev/usb/lp0', 'The device file.') },
      },
      serial: {
        about: 'A serial line.',
        keys: {
          device: required(DEVICE, '/dev/serial/by-id/usb-Prolific_PL2303-if00-port0', 'The serial line.'),
          baud: defaulted(BAUD, 9600, 'Speed, as its DIP switches say.'),
          flow: defaulted(
            choice('none', 'rtscts', 'xonxoff'),
            'none',
            'How it says that its buffer is full, as its DIP switches say. With none the bytes are paced.',
          ),
        },
      },
      tcp: {
        about: 'Ethernet or Wi-Fi.',
        keys: {
          host: required(host(), '192.168.1.50', 'Its address.'),
          port: defaulted(PORT, 9100, 'Its port.'),
        },
      },
    },
  },
);

export const PRINTER = device(TABLE, [GUIDE], async (settings, tools) => {
  const { openPrinter, profilesOf } = await import('./open-printer.js');
  const { profile, widthDots, columns, qr, cutter, status, logo } = settings;
  const printer = { transport: settings, profile, widthDots, columns, qr, cutter, status };
  if (logo === undefined) return openPrinter(printer, tools);
  // Now, and not while somebody waits for a slip.
  const { Logo } = await import('./logo.js');
  const scaled = await Logo.scaled(logo, profilesOf(printer));
  if (scaled.ok) return openPrinter({ ...printer, logo: scaled.value }, tools);
  tools.log.child('printer').error(`slips have no logo: E${scaled.error.code} ${scaled.error.detail}`);
  return openPrinter(printer, tools);
});
