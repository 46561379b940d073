import { deviceNames } from '../../devices/catalogue.js';
import { toAscii } from '../../devices/kit/ascii.js';
import { findProfile } from '../../devices/printer/profiles.js';
import { openingHours, parseOpeningEntry } from '../core/opening/hours.js';
import { hostOf, isLoopback } from '../settings/places.js';
import { type Contradiction, defineSchema, type Rule } from '../settings/schema.js';
import { MIDTRANS_EXPIRY_SECONDS, PAYMENT_TYPE_MAX } from './common.js';
import { doubles, namedTwice, noTls, otherEnvironment, portIn, refusedPorts } from './common-rules.js';
import { soundProducts } from './product-rules.js';
import { type TerminalConfig, terminalTables } from './terminal-tables.js';

type Check = Rule<TerminalConfig>;

/** Characters of the relay's address in a link: with a longer one too little room is left for what was sold. */
const RECEIPT_URL_MOST = 80;

const somethingToSell: Check = ({ keypad, register, api, vending, page }) => {
  const asks = vending.enabled && vending.protocol !== 'pulse';
  const sources = [keypad.enabled, register.enabled, api.enabled, asks, page.enabled && page.keypad];
  const tables = ['register', 'api', 'vending', 'page'].map((table) => `${table}.enabled`);
  return (
    !sources.includes(true) && {
      keys: ['keypad.enabled', ...tables, 'page.keypad'],
      found: 'no source of sales',
      allowed:
        'at least one of keypad, register, api, vending (pulse needs a keypad), and page with keypad = true',
    }
  );
};

/** A pole has no room for a QR, and a console that only technicians see shows it to no customer (law 9). */
const somewhereToShow: Check = ({ printer, page, framebuffer, console, api }) =>
  !page.enabled &&
  !framebuffer.enabled &&
  !(console.enabled && console.customer) &&
  !(api.enabled && api.showsQr) &&
  !(printer.enabled && printer.printQr) && {
    keys: ['page.enabled', 'framebuffer.enabled', 'printer.enabled', 'printer.print_qr'],
    found: 'no way to show a QR',
    allowed:
      'at least one of page, framebuffer, printer with print_qr = true, console with customer = true, and api with shows_qr = true',
  };

const order: Check = ({ sale }) =>
  sale.min > sale.max && {
    keys: ['sale.min', 'sale.max'],
    found: `min = ${sale.min} above max = ${sale.max}`,
    allowed: 'min at most max',
  };

const most: Check = ({ sale, gateway }) =>
  sale.max > PAYMENT_TYPE_MAX[gateway.paymentType] && {
    keys: ['sale.max', 'gateway.payment_type'],
    found: `${sale.max} with payment_type = "${gateway.paymentType}"`,
    allowed: `at most ${PAYMENT_TYPE_MAX[gateway.paymentType]}, the limit of Midtrans for it`,
  };

const expiry: Check = ({ gateway, sale }) => {
  const seconds = gateway.customExpirySeconds;
  if (seconds === undefined || seconds >= Math.max(sale.qrLifeSeconds, MIDTRANS_EXPIRY_SECONDS)) return false;
  if (seconds < sale.qrLifeSeconds)
    return {
      keys: ['gateway.custom_expiry_seconds', 'sale.qr_life_seconds'],
      found: `${seconds}, before the QR's own ${sale.qrLifeSeconds} seconds are over`,
      allowed: `at least ${sale.qrLifeSeconds} seconds, as sale.qr_life_seconds says`,
    };
  return {
    keys: ['gateway.custom_expiry_seconds'],
    found: `${seconds} seconds, with which Midtrans' scheduler is often late`,
    allowed: `better ${MIDTRANS_EXPIRY_SECONDS} or more; the QR is closed after sale.qr_life_seconds in any case`,
    note: true,
  };
};

const patience: Check = ({ gateway, sale }) =>
  sale.unknownAfterSeconds <= gateway.timeoutSeconds && {
    keys: ['sale.unknown_after_seconds', 'gateway.timeout_seconds'],
    found: `${sale.unknownAfterSeconds} seconds, no longer than one answer of the gateway may take`,
    allowed: `more than gateway.timeout_seconds, ${gateway.timeoutSeconds}`,
  };

const enrolment: Check = ({ gateway }) =>
  gateway.mode === 'direct' &&
  'enrolled' in gateway.secret && {
    keys: ['gateway.secret', 'gateway.mode'],
    found: '"enrolled" with gateway.mode = "direct", where Midtrans wants its server key',
    allowed: 'gateway.mode = "relay", or where the server key is to be had',
  };

const environment: Check = ({ gateway }) => gateway.mode === 'direct' && otherEnvironment('gateway', gateway);

/** One line, one device: two programs that read from one line each get half of the bytes. */
const devices: Check = (config) => {
  const uses: [device: string, key: string][] = [];
  for (const name of deviceNames()) {
    const settings = config[name];
    if (settings.enabled && 'device' in settings)
      for (const device of [settings.device].flat()) uses.push([device, `${name}.device`]);
  }
  return doubles(uses).map(([first, second, device]) => ({
    keys: [second, first],
    found: `${JSON.stringify(device)}, which is ${first} already`,
    allowed: 'each device once',
  }));
};

const ports: Check = ({ register, api, vending, page }) => {
  const uses: [port: string, key: string][] = [];
  if (page.enabled) uses.push([String(page.port), 'page.port']);
  if (register.enabled && register.transport === 'tcp') uses.push([String(register.port), 'register.port']);
  if (api.enabled) uses.push([String(api.port), 'api.port']);
  if (vending.enabled && 'port' in vending) uses.push([String(vending.port), 'vending.port']);
  return doubles(uses.filter(([port]) => port !== '0')).map(([first, second, port]) => ({
    keys: [second, first],
    found: `${port}, which is ${first} already`,
    allowed: 'another port',
  }));
};

/** Where a type is a binary byte, the file has its two hex digits; other characters would never be met. */
const registerTypes: Check = ({ register }) => {
  if (!register.enabled || register.protocol !== 'fixed-frame') return false;
  if (register.profile !== 'bri' && register.profile !== 'cimb') return false;
  return register.types
    .filter((type) => !/^[0-9A-Fa-f]{2}=/.test(type))
    .map((type) => ({
      keys: ['register.types', 'register.profile'],
      found: `${JSON.stringify(type)} with profile = "${register.profile}"`,
      allowed: 'two hex digits before the equals sign',
    }));
};

/** A ZVT register confirms the result itself (PA00P015, 2.2.6), and hears 06 1E where it does not: that sale is not delivered. */
const assumedAcknowledgement: Check = ({ register }) =>
  register.enabled &&
  register.protocol === 'zvt' &&
  register.acknowledge === 'assumed' && {
    keys: ['register.acknowledge', 'register.protocol'],
    found:
      '"assumed" with protocol = "zvt", where the register confirms the result of a payment or is told to undo it',
    allowed: '"required"',
  };

const uncallable: Check = ({ gateway, api, page }) =>
  refusedPorts([
    ['gateway.url', portIn(gateway.url)],
    ['page.port', page.enabled ? page.port : 0],
    ['api.port', api.enabled ? api.port : 0],
  ]);

/** What comes from another machine must not be read on the way, and must say who it is (law 15). */
const apiDoor: Check = ({ api, program }) => {
  if (!api.enabled) return [];
  const { host, tlsCert, tlsKey } = api;
  const found = `${JSON.stringify(host)}, which others can reach`;
  const whole = tlsCert !== undefined && tlsKey !== undefined;
  return [
    !isLoopback(host) &&
      !whole && {
        keys: ['api.host', 'api.tls_cert', 'api.tls_key'],
        found: `${found}, without TLS`,
        allowed: 'tls_cert and tls_key, or a loopback address, such as 127.0.0.1',
      },
    !isLoopback(host) &&
      program.length === 0 && {
        keys: ['api.host', 'program'],
        found: `${found}, and no program that a token names`,
        allowed: 'a [[program]] with its secret, or a loopback address, such as 127.0.0.1',
      },
    (tlsCert === undefined) !== (tlsKey === undefined) && {
      keys: ['api.tls_cert', 'api.tls_key'],
      found: 'one without the other',
      allowed: 'both, or neither',
    },
  ];
};

const programs: Check = ({ api, program, webhook }) => [
  ...namedTwice('webhook', webhook),
  !api.enabled &&
    program.length > 0 && {
      keys: ['program', 'api.enabled'],
      found: 'programs that have no door to come in by',
      allowed: 'a table [api]',
      note: true,
    },
  ...namedTwice('program', program),
];

const operators: Check = ({ operator, mqtt }) => [
  ...namedTwice('operator', operator),
  operator.length > 0 &&
    !mqtt.enabled && {
      keys: ['operator', 'mqtt.enabled'],
      found: 'operators who have no way to send a command',
      allowed: 'a table [mqtt]',
      note: true,
    },
];

/** Frames of registers and machines carry no password. */
const callers: Check = ({ register, vending }) => [
  register.enabled && register.transport === 'tcp' && callersOf('register', register),
  vending.enabled && vending.protocol === 'vendotek' && callersOf('vending', vending),
];

function callersOf(
  table: string,
  { host, callers: named }: { readonly host: string; readonly callers: readonly string[] },
): Contradiction | false {
  const keys: Contradiction['keys'] = [`${table}.host`, `${table}.callers`];
  const found = JSON.stringify(host);
  if (isLoopback(host))
    return (
      named.length > 0 && {
        keys,
        found: `callers with host = ${found}, where only this machine can call`,
        allowed: 'better no callers, or as host the address of this machine that they dial',
        note: true,
      }
    );
  if (named.length === 0)
    return {
      keys,
      found: `${found}, which others can reach, and nobody who may call`,
      allowed: 'callers = ["192.168.1.20"] with the address of each, or a loopback address as host',
    };
  return {
    keys,
    found: `${found}: whoever takes the address of a caller can ask for sales, cancel them and close the shift`,
    allowed: 'better a cable, or a TLS tunnel to 127.0.0.1; refunds are refused on this line',
    note: true,
  };
}

const openDoors: Check = ({ page, mqtt }) => [
  page.enabled &&
    !isLoopback(page.host) && {
      keys: ['page.host'],
      found: `${JSON.stringify(page.host)}: the page can be opened from the network`,
      allowed: 'better 127.0.0.1; whoever opens the page can start and cancel sales',
      note: true,
    },
  mqtt.enabled && noTls('mqtt.url', mqtt.url, mqtt.clearText),
];

const eventsGoBy: Check = ({ fleet, mqtt }) =>
  fleet.events.length > 0 &&
  !mqtt.enabled && {
    keys: ['fleet.events', 'mqtt.enabled'],
    found: 'events without a broker that takes them',
    allowed: 'a table [mqtt], or no events',
  };

const foundBy: Check = ({ fleet, mqtt }) =>
  fleet.homeAssistant &&
  !mqtt.enabled && {
    keys: ['fleet.home_assistant', 'mqtt.enabled'],
    found: 'a Home Assistant without a broker that tells it',
    allowed: 'a table [mqtt], or home_assistant = false',
  };

const mailFrom: Check = ({ report }) =>
  report.mailTo.length > 0 &&
  report.mailFrom === undefined && {
    keys: ['report.mail_from', 'report.mail_to'],
    found: 'e-mails that are from nobody',
    allowed: 'mail_from, an address of the shop',
  };

const idlePrinter: Check = ({ printer }) =>
  printer.enabled &&
  !printer.printQr &&
  !printer.printReceipt && {
    keys: ['printer.print_qr', 'printer.print_receipt'],
    found: 'a printer that prints neither QR nor receipt',
    allowed: 'enabled = false, or one of the two',
    note: true,
  };

/** Of the shop's own lines on slips: a sign that no printer has would be a question mark on each of them. */
const slipLines: Check = ({ slip, printer }) => {
  if (!printer.enabled) return [];
  const profile = findProfile(printer.profile === 'auto' ? 'generic-58' : printer.profile);
  const columns = printer.columns ?? profile?.columns ?? 32;
  return (['header', 'footer'] as const).flatMap((part) =>
    slip[part].map((line, i) => {
      const keys: Contradiction['keys'] = [`slip.${part}`];
      const found = `${JSON.stringify(line)} as line ${i + 1}`;
      const printed = toAscii(line);
      if (printed.split('?').length > line.split('?').length)
        return {
          keys,
          found,
          allowed: `letters, digits and signs of ASCII: it would be ${JSON.stringify(printed)}`,
        };
      const { length } = printed;
      if (length <= columns) return false;
      return {
        keys,
        found: `${found}, ${length} characters`,
        allowed: `better at most ${columns}, a line of this paper`,
        note: true,
      };
    }),
  );
};

/** What a customer scans and cannot open is worse than no code. */
const receiptLink: Check = ({ receipt, gateway, page, framebuffer }) => {
  if (receipt.link === 'off') return [];
  const shown = page.enabled || framebuffer.enabled;
  const nowhere = !shown && {
    keys: ['receipt.link', 'page.enabled', 'framebuffer.enabled'] as const,
    found: `${JSON.stringify(receipt.link)} without a screen that shows it`,
    allowed: 'page or framebuffer, or link = "off"',
    note: true,
  };
  if (receipt.link === 'whatsapp') return [nowhere];
  const at = receipt.url ?? gateway.url;
  const key = receipt.url === undefined ? 'gateway.url' : 'receipt.url';
  return [
    nowhere,
    gateway.mode === 'direct' && {
      keys: ['receipt.link', 'gateway.mode'],
      found: '"relay" with gateway.mode = "direct", where there is no relay that knows this terminal',
      allowed: 'gateway.mode = "relay", or link = "whatsapp"',
    },
    at.length > RECEIPT_URL_MOST && {
      keys: [key, 'receipt.link'],
      found: `${at.length} characters, which make a code that phones cannot read`,
      allowed: `at most ${RECEIPT_URL_MOST} characters; receipt.url may be another address of the same relay`,
    },
    gateway.mode === 'relay' &&
      isLoopback(hostOf(at)) && {
        keys: [key, 'receipt.link'],
        found: `${at}, which opens on this machine alone`,
        allowed: "better receipt.url with the relay's public address",
        note: true,
      },
  ];
};

const onePicture: Check = ({ idle, page, framebuffer }) => [
  idle.enabled &&
    (idle.picture === undefined) === (idle.folder === undefined) && {
      keys: ['idle.picture', 'idle.folder'],
      found: idle.picture === undefined ? 'neither a picture nor a folder' : 'a picture and a folder',
      allowed: 'one of the two',
    },
  idle.enabled &&
    !page.enabled &&
    !framebuffer.enabled && {
      keys: ['idle.enabled', 'page.enabled', 'framebuffer.enabled'],
      found: 'pictures without a screen that shows them',
      allowed: 'page or framebuffer',
      note: true,
    },
];

const soundHours: Check = ({ hours, keypad, page, vending, api }) => {
  if (!hours.enabled) return [];
  const entries = hours.open.flatMap((entry) => parseOpeningEntry(entry) ?? []);
  const { weekdays, dates } = openingHours(entries, 'WIB');
  const isNever = [...weekdays, ...dates.values()].every((spans) => spans.length === 0);
  const isBoth = [...dates.entries()].find(
    ([date, spans]) =>
      spans.length > 0 && entries.some((entry) => entry.spans.length === 0 && entry.dates.includes(date)),
  );
  const unattended = keypad.enabled || (page.enabled && page.keypad) || vending.enabled || api.enabled;
  return [
    isNever && { keys: ['hours.open'], found: 'no day with times', allowed: 'a day on which it is open' },
    isBoth !== undefined && {
      keys: ['hours.open'],
      found: `${isBoth[0]}, closed and with times`,
      allowed: 'one of the two',
    },
    !unattended &&
      hours.binds === 'unattended' && {
        keys: ['hours.binds'],
        found: '"unattended" where only a cash register asks, which it does not bind',
        allowed: 'better "all"',
        note: true,
      },
  ];
};

/** Whoever paid at a machine that gives nothing has nobody to ask there. */
const reachable: Check = ({ vending, terminalContact: { phone, whatsapp } }) => [
  vending.enabled &&
    phone === undefined &&
    whatsapp === undefined && {
      keys: ['terminal.contact', 'vending'],
      found: 'a machine, and nobody whom a customer can call when nothing comes out',
      allowed: 'better phone or whatsapp in [terminal.contact]',
      note: true,
    },
];

/** terminal.toml: the box on the counter or in the machine. */
export const terminalSchema = defineSchema(
  '/etc/gopay-pos/terminal.toml',
  'Settings of a gopay-pos terminal.',
  terminalTables,
  [
    somethingToSell,
    somewhereToShow,
    order,
    most,
    expiry,
    patience,
    enrolment,
    environment,
    devices,
    ports,
    registerTypes,
    assumedAcknowledgement,
    uncallable,
    apiDoor,
    programs,
    operators,
    callers,
    openDoors,
    eventsGoBy,
    foundBy,
    mailFrom,
    idlePrinter,
    soundProducts,
    soundHours,
    reachable,
    onePicture,
    slipLines,
    receiptLink,
  ],
);
