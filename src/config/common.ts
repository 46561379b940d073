import { parseTerminalId } from '../base/ids.js';
import { TOLD_KINDS } from '../core/sale/webhook-kind.js';
import { choice, flag, list, oneOrMore, parsed, text } from '../settings/kinds.js';
import { brokerUrl, path, secret, serviceUrl } from '../settings/places.js';
import { defaulted, derived, type Keys, many, optional, required, table } from '../settings/schema.js';

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

/** Receivers of what happens to sales. @param events what a receiver is told of that does not say */
export const webhookTable = <const K extends Keys>(
  about: string,
  credential: string,
  events: readonly (typeof TOLD_KINDS)[number][],
  more: K,
) =>
  many(4, about, {
    name: required(
      text('1 to 32 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,32}$/),
      'books',
      'Its name, in lists and log. What waits for a receiver waits under this name.',
    ),
    url: required(
      serviceUrl(),
      'https://books.example.com/gopay-pos',
      'Where it listens; the address stands in no body.',
    ),
    secret: required(
      secret(),
      { credential },
      'Where the secret is to be had by which it knows that a request is ours: openssl rand -hex 24.',
    ),
    events: defaulted(list(choice(...TOLD_KINDS), TOLD_KINDS.length), [...events], 'What it is told of.'),
    ...more,
  });
