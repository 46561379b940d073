import { KEYS, readPadKey } from '../base/key.js';
import { BAUD, DEVICE, PORT } from '../settings/fields.js';
import { choice, flag, integer, list, oneOrMore, parsed } from '../settings/kinds.js';
import { host } from '../settings/places.js';
import { defaulted, optional, required, switched } from '../settings/schema.js';

export const keypad = switched('off', 'A keypad on USB or any other Linux input device.', {
  device: required(
    oneOrMore(DEVICE, 8),
    ['/dev/input/by-id/usb-SIGMACHIP_USB_Keyboard-event-kbd'],
    'The input device, or several that make up one pad. Names under /dev/input/by-id survive a restart.',
  ),
  grab: defaulted(flag(), true, 'Keeps the keys from every other program, such as the console.'),
  map: defaulted(
    list(
      parsed(`"CODE=KEY", KEY one of ${KEYS.join(', ')}, erase, none`, (text) =>
        readPadKey(text) === undefined ? undefined : text,
      ),
      32,
    ),
    [],
    'Keys that mean something else than their name says, by the code that "gopay-pos test keypad" shows.',
  ),
});

export const printer = switched(
  'off',
  'An ESC/POS receipt printer.',
  {
    profile: defaulted(
      choice(
        'auto',
        'generic-58',
        'generic-80',
        'epson-80',
        'epson-80-180dpi',
        'epson-t88-early',
        'star-escpos',
        'xprinter-58',
        'xprinter-80',
        'pos-5890',
        'zj-5870',
      ),
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
    print_qr: defaulted(flag(), true, 'Prints the QR of each sale.'),
    print_early: defaulted(
      flag(),
      true,
      'Prints the shop and the amount of a QR slip while the charge is under way. Where no QR comes, the slip says so.',
    ),
    print_receipt: defaulted(flag(), true, 'Prints a receipt of each paid sale.'),
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
