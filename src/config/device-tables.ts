import { BAUD, DEVICE, OWN_PORT, PORT } from './common.js';
import { choice, flag, integer, oneOrMore, seconds, text } from './kinds.js';
import { host } from './places.js';
import { defaulted, optional, required, switched } from './schema.js';

export const keypad = switched('off', 'A keypad on USB or any other Linux input device.', {
  device: required(
    oneOrMore(DEVICE, 8),
    ['/dev/input/by-id/usb-SIGMACHIP_USB_Keyboard-event-kbd'],
    'The input device, or several that make up one pad. Names under /dev/input/by-id survive a restart.',
  ),
  grab: defaulted(flag(), true, 'Keeps the keys from every other program, such as the console.'),
});

export const register = switched(
  'off',
  'A cash register that sends us amounts.',
  {
    protocol: defaulted(
      choice('fixed-150'),
      'fixed-150',
      'What it speaks: fixed-150 is compatible with the fixed-length 150/200 byte ECR frame.',
    ),
    lrc: defaulted(
      choice('strict', 'warn'),
      'strict',
      'strict answers a wrong checksum with NAK; warn logs and accepts it, for registers that compute it wrong.',
    ),
    approval_length: defaulted(
      choice(9, 6),
      9,
      'Length of the approval code in QRIS answers; some registers expect 6.',
    ),
    acknowledge: defaulted(
      choice('required', 'assumed'),
      'required',
      'Whether an answer counts as delivered only after the ACK of the register, or (for registers that send none) when it is on the wire.',
    ),
    ack_wait_seconds: defaulted(
      seconds(1, 30),
      3,
      'How long to wait for the ACK before the answer is sent again.',
    ),
    resends: defaulted(integer(0, 5), 2, 'How many times an answer without ACK is sent again.'),
    zone: defaulted(
      choice('WIB', 'WITA', 'WIT'),
      'WIB',
      'Time zone of the date and time in the answers: western, central or eastern Indonesia.',
    ),
    merchant_id: defaulted(
      text('at most 15 of A-Z 0-9', /^[A-Z0-9]{0,15}$/),
      '',
      'Merchant id in the answers.',
    ),
    terminal_id: defaulted(
      text('at most 8 of A-Z 0-9', /^[A-Z0-9]{0,8}$/),
      '',
      'Terminal id in the answers.',
    ),
  },
  {
    key: 'transport',
    about: 'How it is connected.',
    default: undefined,
    choices: {
      serial: {
        about: 'A serial line (RS-232, or USB that shows up as one).',
        keys: {
          device: required(
            DEVICE,
            '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K-if00-port0',
            'The serial line.',
          ),
          baud: defaulted(BAUD, 9600, 'Speed, 8 data bits, no parity, 1 stop bit.'),
        },
      },
      tcp: {
        about: 'TCP; the register connects to us.',
        keys: {
          host: defaulted(host(), '0.0.0.0', 'Address to listen on.'),
          port: defaulted(
            OWN_PORT,
            8150,
            'Port to listen on. Registers often expect 80, for which the service needs CAP_NET_BIND_SERVICE. 0 lets the system choose.',
          ),
        },
      },
    },
  },
);

export const printer = switched(
  'off',
  'An ESC/POS receipt printer.',
  {
    profile: defaulted(
      choice('generic-58', 'generic-80', 'epson-80', 'epson-80-180dpi'),
      'generic-58',
      'What it is. The keys below change single points of it.',
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
    print_receipt: defaulted(flag(), true, 'Prints a receipt of each paid sale.'),
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
