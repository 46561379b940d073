import { parseTerminalId } from '../base/ids.js';
import { choice, flag, oneOrMore, parsed, text } from '../settings/kinds.js';
import { brokerUrl, path, serviceUrl } from '../settings/places.js';
import { defaulted, derived, optional, required, table } from '../settings/schema.js';

/** Most that one transaction may be, by Midtrans' page on minimum and maximum amounts. */
export const PAYMENT_TYPE_MAX = { gopay: 20_000_000, qris: 10_000_000 } as const;

/** Midtrans' own expiry when none is asked for; below it, its batch scheduler does not close transactions reliably. */
export const MIDTRANS_EXPIRY_SECONDS = 900;

/** Midtrans' Core API, by environment. */
export const MIDTRANS_URL = {
  production: 'https://api.midtrans.com',
  sandbox: 'https://api.sandbox.midtrans.com',
} as const;

/** Of a table that asks Midtrans itself. */
export const CORE_API = {
  environment: defaulted(choice('production', 'sandbox'), 'production', 'Whose key it is.'),
  url: derived(
    serviceUrl(),
    ({ environment }) => (environment === 'sandbox' ? MIDTRANS_URL.sandbox : MIDTRANS_URL.production),
    `${MIDTRANS_URL.production}, or ${MIDTRANS_URL.sandbox} with environment = "sandbox"`,
    'Base address of the Core API.',
  ),
};

export const BROKER_URL = required(
  oneOrMore(brokerUrl(), 9),
  ['mqtts://broker.example.com'],
  'The broker. Ports when none is given: 1883, and 8883 for mqtts. Nodes of one cluster as a list: they are tried in turn.',
);
export const CA_FILE = optional(
  path(),
  "the system's authorities",
  '/etc/gopay-pos/ca.pem',
  'Certificates (PEM) to trust for mqtts.',
);

export const CLEAR_TEXT = defaulted(
  flag(),
  false,
  'Lets password and notices go without TLS to another machine: only inside a network that nobody else reads.',
);

/** A level of an MQTT topic: no slash, no wildcard, and no dot, which RabbitMQ reads as a separator. */
export const MERCHANT = text('1 to 64 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,64}$/);
export const TERMINAL_ID = parsed('1 to 16 of A-Z and 0-9', parseTerminalId);

/** @param more what else is to be known of the levels */
export const log = (more = '') =>
  table('What is written to the log.', {
    level: defaulted(
      choice('error', 'warn', 'info', 'debug'),
      'info',
      `Lines of this weight and above${more}.`,
    ),
  });
