import { rupiah } from '../base/rupiah.js';
import { BAUD, CALLERS, DEVICE, LISTEN, OWN_PORT } from '../settings/fields.js';
import { amount, choice, flag, integer, list, seconds, text } from '../settings/kinds.js';
import { defaulted, required, switched } from '../settings/schema.js';

const LINE = required(DEVICE, '/dev/serial/by-id/usb-Qibixx_MDB-USB-if00', 'The serial line.');

export const vending = switched(
  'off',
  'A vending machine, or any machine that takes coin pulses.',
  {
    patience_seconds: defaulted(
      seconds(10, 600),
      60,
      'How long the machine waits for the payment before it gives up by itself, where it does not say so. The QR is closed before that.',
    ),
    vend_seconds: defaulted(
      seconds(5, 300),
      60,
      'How long to wait for word of the goods after the machine was told that it is paid. After that nobody knows: the sale is owed.',
    ),
    slot_failures: defaulted(
      integer(1, 20),
      3,
      'A slot that failed so many times in a row sells nothing more until a technician clears it (gopay-pos slots).',
    ),
  },
  {
    key: 'protocol',
    about: 'What it speaks.',
    default: undefined,
    choices: {
      'mdb-qibixx': {
        about: 'An MDB machine behind an MDB-USB or Pi Hat board that speaks the ASCII lines of Qibixx.',
        keys: {
          device: LINE,
          baud: defaulted(BAUD, 115_200, 'Speed, 8 data bits, no parity, 1 stop bit.'),
          session: defaulted(
            choice('selection-first', 'authorization-first'),
            'selection-first',
            'Whether the customer chooses before we open a session (machines with "always idle"), or needs an open one to choose.',
          ),
          price_unit: defaulted(
            amount(1, 1_000_000),
            rupiah(1),
            'Rupiah that a price of 1 stands for: 1 where the machine says 15000.00, 1000 where it says 15.00. A price that comes to no whole rupiah is denied.',
          ),
          setup: defaulted(
            list(text('a command of the board, at most 60 characters', /^[A-Z](,[\x20-\x7e]{1,58})?$/), 20),
            [],
            'Commands that the board gets at each start, while its cashless device is off: ["C,SETCONF,mdb-currency-code=0x1360"]. The manual of the board has the keys.',
          ),
        },
      },
      vendotek: {
        about: 'A machine that speaks VTK over TCP; it connects to us.',
        keys: {
          host: LISTEN,
          callers: CALLERS,
          port: defaulted(OWN_PORT, 62_801, 'Port to listen on. 0 lets the system choose.'),
          minor_units: defaulted(
            choice(0, 2),
            0,
            'Decimal places of the amounts: 0 for whole rupiah, 2 where the machine counts cents.',
          ),
          operation_seconds: defaulted(
            seconds(30, 600),
            120,
            'How long the machine is told to wait for the payment. The QR is closed before that.',
          ),
        },
      },
      'vendotek-serial': {
        about: 'The same over a serial line.',
        keys: {
          device: LINE,
          baud: defaulted(BAUD, 115_200, 'Speed, 8 data bits, no parity, 1 stop bit.'),
          minor_units: defaulted(
            choice(0, 2),
            0,
            'Decimal places of the amounts: 0 for whole rupiah, 2 where the machine counts cents.',
          ),
          operation_seconds: defaulted(
            seconds(30, 600),
            120,
            'How long the machine is told to wait for the payment. The QR is closed before that.',
          ),
        },
      },
      fafb: {
        about: 'A controller that speaks the FA FB frames and takes us for its upper computer.',
        keys: {
          device: LINE,
          baud: defaulted(BAUD, 57_600, 'Speed, 8 data bits, no parity, 1 stop bit.'),
          deliver: defaulted(
            choice('drive', 'money', 'buy'),
            'drive',
            'What a paid sale sends: the command to drive the slot; or the message that money came in, after which the controller vends what was chosen; or that message and the command to buy the slot.',
          ),
          price_unit: defaulted(
            amount(1, 1_000),
            rupiah(1),
            'Rupiah that one unit of its prices is worth, as its menu for decimal digits says.',
          ),
          drop_sensor: defaulted(flag(), true, 'Whether it has a sensor that sees the goods fall.'),
          elevator: defaulted(flag(), false, 'Whether goods come down by an elevator.'),
        },
      },
      pulse: {
        about:
          'Coin pulses on a GPIO line, through an opto-coupler or relay board. Amounts are typed at the keypad or the page.',
        keys: {
          chip: required(
            text('1 to 40 of a-z A-Z 0-9 _ . : -', /^[A-Za-z0-9_.:-]{1,40}$/),
            'pinctrl-rp1',
            'The GPIO chip by its label (gpiodetect shows it), which survives kernel updates, or by name.',
          ),
          line: required(integer(0, 255), 17, 'Number of the line on the chip.'),
          active: defaulted(choice('high', 'low'), 'high', 'The level of a pulse.'),
          pulse_value: required(
            amount(1, 1_000_000),
            rupiah(1_000),
            'What one pulse is worth. Only multiples of it are sold.',
          ),
          pulse_ms: defaulted(integer(10, 1_000, 'ms'), 50, 'Length of a pulse.'),
          gap_ms: defaulted(integer(10, 2_000, 'ms'), 50, 'Length of the gap after each.'),
          max_pulses: defaulted(integer(1, 500), 100, 'Most pulses of one sale.'),
        },
      },
    },
  },
);
