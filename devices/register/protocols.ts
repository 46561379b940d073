import type { Register } from '../../src/port/register.js';
import { BAUD, CALLERS, DEVICE, LISTEN, OWN_PORT } from '../../src/settings/fields.js';
import { defaulted, derived, required, type Siblings, switched } from '../../src/settings/schema.js';
import { device } from '../kit/device.js';
import { choices, find, type Listed } from '../kit/protocol.js';
import { FIXED_FRAME } from './fixed-frame/protocol.js';
import { JSON_LINES } from './json/protocol.js';
import { REGISTER_BAUD, REGISTER_SETTINGS } from './settings.js';
import { ZVT } from './zvt/protocol.js';

/** What cash registers speak. From this list come the choices in terminal.toml, the opening, sniff and every page. */
export const REGISTER_PROTOCOLS = [FIXED_FRAME, ZVT, JSON_LINES] as const;

const WITH_TWO_STOP_BITS = REGISTER_PROTOCOLS.filter(({ stopBits }) => stopBits === 2).map(({ id }) => id);

const TABLE = switched(
  'off',
  'A cash register that sends us amounts.',
  REGISTER_SETTINGS,
  {
    key: 'protocol',
    about: 'What it speaks.',
    default: FIXED_FRAME.id,
    choices: choices(REGISTER_PROTOCOLS),
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
          baud: defaulted(
            BAUD,
            REGISTER_BAUD,
            `Speed, 8 data bits, no parity, 1 stop bit (2 with ${WITH_TWO_STOP_BITS.join(', ')}).`,
          ),
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
            REGISTER_PROTOCOLS.map(({ tcpPort }) => tcpPort.words).join(', '),
            'Port to listen on. Registers often expect 80, for which the service needs CAP_NET_BIND_SERVICE. 0 lets the system choose.',
          ),
        },
      },
    },
  },
);

/** What it speaks where the file does not say is what an example shows, too. */
function usualPort(siblings: Siblings): number {
  const protocol = REGISTER_PROTOCOLS.find(({ id }) => id === siblings['protocol']) ?? FIXED_FRAME;
  return protocol.tcpPort.usual(siblings);
}

export const REGISTER = device(TABLE, [], async (settings, tools) => {
  const protocol: Listed<Register> = find(REGISTER_PROTOCOLS, settings.protocol);
  const register = await protocol.open(settings, { ...tools, log: tools.log.child('register') });
  // A person's command, a cable or this machine's own programs may give money back; an address that can be taken may not.
  const fromAfar = settings.transport === 'tcp' && settings.callers.length > 0;
  return fromAfar ? Object.assign(register, { fromAfar }) : register;
});
