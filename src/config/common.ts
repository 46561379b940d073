import { parseTerminalId } from '../base/ids.js';
import { TOLD_KINDS } from '../core/sale/webhook-kind.js';
import { choice, flag, line, list, oneOrMore, parsed, text } from '../settings/kinds.js';
import { brokerUrl, path, proxyUrl, secret, serviceUrl } from '../settings/places.js';
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
  'The broker. Ports when none is given: 1883, 8883 for mqtts, and 443 for wss: MQTT by WebSocket, where only 443 is open or a proxy is in between. Nodes of one cluster as a list: they are tried in turn.',
);
export const CA_FILE = optional(
  path(),
  "the system's authorities",
  '/etc/gopay-pos/ca.pem',
  'Certificates (PEM) to trust for mqtts and wss, in place of all others.',
);

export const CLEAR_TEXT = defaulted(
  flag(),
  false,
  'Lets password and notices go without TLS to another machine: only inside a network that nobody else reads.',
);

/** A level of an MQTT topic: no slash, no wildcard, and no dot, which RabbitMQ reads as a separator. */
export const MERCHANT = text('1 to 64 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,64}$/);
export const TERMINAL_ID = parsed('1 to 16 of A-Z and 0-9', parseTerminalId);

const NETWORK_TABLE = table(
  'How connections leave this machine: to the gateway, the relay, pictures, webhooks, and a broker at wss://. Read at the start.',
  {
    proxy: optional(
      proxyUrl(),
      'HTTPS_PROXY of the environment, where there is one',
      'http://proxy.example.com:3128',
      'An HTTP proxy that lets TLS through (CONNECT). mqtt:// and mqtts:// do not go through it, nor does what stays on this machine.',
    ),
    proxy_user: optional(line(100), 'none', 'kasir', 'Its user name, with proxy_secret.'),
    proxy_secret: optional(
      secret(),
      'none, or what HTTPS_PROXY says',
      { credential: 'proxy' },
      'Where the password for the proxy is to be had.',
    ),
    no_proxy: defaulted(
      list(
        text(
          'a host name, .domain, address or network (10.0.0.0/8), with :PORT or without, or *',
          /^[^\s,]{1,253}$/,
        ),
        32,
      ),
      [],
      'What is reached without the proxy: names and all below them, addresses, networks. NO_PROXY where HTTPS_PROXY is used.',
    ),
    ca_file: optional(
      path(),
      "the system's authorities alone",
      '/etc/gopay-pos/company-ca.pem',
      "Certificates (PEM) of authorities to trust as well as the system's: of a proxy that looks into TLS, or of a relay with a private certificate.",
    ),
  },
);

/** What both programs say of their machine. @param more what else is to be known of the levels */
export const machineTables = (more = '') => ({
  network: NETWORK_TABLE,
  log: table('What is written to the log.', {
    level: defaulted(
      choice('error', 'warn', 'info', 'debug'),
      'info',
      `Lines of this weight and above${more}.`,
    ),
  }),
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
