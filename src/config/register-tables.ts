import { BAUD, CALLERS, DEVICE, LISTEN, OWN_PORT } from '../settings/fields.js';
import { choice, integer, list, seconds, text } from '../settings/kinds.js';
import { host } from '../settings/places.js';
import { defaulted, derived, required, type Siblings, switched } from '../settings/schema.js';

/** The port that registers of this kind are usually told to dial. */
function usualPort({ protocol, profile }: Siblings): number {
  if (protocol === 'zvt') return 20_007;
  if (protocol === 'json') return 8_160;
  return profile === 'bri' || profile === 'cimb' ? 9_001 : 8_150;
}

export const register = switched(
  'off',
  'A cash register that sends us amounts.',
  {
    protocol: defaulted(
      choice('fixed-frame', 'zvt', 'json'),
      'fixed-frame',
      'What it speaks: frames of fixed fields (which ones, says profile), ZVT, or our own JSON lines.',
    ),
    profile: defaulted(
      choice('bca', 'mandiri', 'bri', 'cimb'),
      'bca',
      "With fixed-frame, the terminal that the register is set up for: frames of 150/200 bytes with a length (bca), of no length and whole rupiah (mandiri), or of 200/300 bytes (bri, cimb). We are compatible with these frames, and with nobody's product.",
    ),
    types: defaulted(
      list(
        text(
          'CODE=MEANING: two characters as the log shows them, and sale, inquiry, refund, reprint, settlement, totals, echo or none',
          /^[\x21-\x3c\x3e-\x7e]{2}=(sale|inquiry|refund|reprint|settlement|totals|echo|none)$/,
        ),
        16,
      ),
      [],
      'With fixed-frame, types of questions that this register uses otherwise than its profile says, such as "08=refund". The log names each type that it does not know.',
    ),
    lrc: defaulted(
      choice('strict', 'warn'),
      'strict',
      'strict answers a wrong checksum with NAK; warn logs and accepts it, for registers that compute it wrong.',
    ),
    approval_length: defaulted(
      choice(9, 6),
      9,
      'Length of the approval code in QRIS answers of profile bca; some registers expect 6.',
    ),
    acknowledge: defaulted(
      choice('required', 'assumed'),
      'required',
      'Whether an answer counts as delivered only after the ACK of the register, or (for registers that send none) when it is on the wire.',
    ),
    ack_wait_seconds: derived(
      seconds(1, 30),
      ({ protocol }) => (protocol === 'zvt' ? 5 : 3),
      '3; 5 with zvt',
      'How long to wait for the ACK before the answer is sent again; with zvt also for the reply to each command.',
    ),
    resends: defaulted(integer(0, 5), 2, 'How many times an answer without ACK is sent again.'),
    currency: defaulted(
      text('four digits', /^\d{4}$/),
      '0360',
      'With zvt: the numeric code of the currency that the register says, or means where it says none. 0360 is the rupiah; the amount is taken for rupiah whatever this says.',
    ),
    minor_units: defaulted(
      choice(2, 0),
      2,
      'With zvt: decimals of the amounts on the wire, 2 (the last two digits are 00) or 0 for registers that send whole rupiah.',
    ),
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
      'Terminal id in the answers; ZVT knows digits only.',
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
          baud: defaulted(BAUD, 9600, 'Speed, 8 data bits, no parity, 1 stop bit (2 with zvt).'),
        },
      },
      tcp: {
        about: 'TCP; the register connects to us.',
        keys: {
          host: LISTEN,
          callers: CALLERS,
          port: derived(
            OWN_PORT,
            usualPort,
            '8150; 9001 with profile bri or cimb, 20007 with zvt, 8160 with json',
            'Port to listen on. Registers often expect 80, for which the service needs CAP_NET_BIND_SERVICE. 0 lets the system choose.',
          ),
        },
      },
    },
  },
);

export const api = switched(
  'off',
  'Programs of this machine that ask for sales: our JSON messages over a WebSocket.',
  {
    host: defaulted(host(), '127.0.0.1', 'Address to listen on: a loopback address.'),
    port: defaulted(OWN_PORT, 8_420, 'Port to listen on; 0 lets the system choose.'),
    acknowledge: defaulted(
      choice('required', 'assumed'),
      'required',
      'Whether an answer counts as delivered only after the ack of the program, or when it is on the wire.',
    ),
    ack_wait_seconds: defaulted(
      seconds(1, 30),
      3,
      'How long to wait for the ack before the answer is sent again.',
    ),
    resends: defaulted(integer(0, 5), 2, 'How many times an answer without ack is sent again.'),
  },
);
