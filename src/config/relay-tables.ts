import type { TerminalId } from '../base/ids.js';
import { rupiah } from '../base/rupiah.js';
import { FAULT } from '../core/fault/table.js';
import { SHIFT_CLOSED, SLOT_FAILED } from '../core/sale/webhook-kind.js';
import { OWN_PORT } from '../settings/fields.js';
import { amount, choice, flag, integer, list, parsed, seconds, text } from '../settings/kinds.js';
import {
  brokerUrl,
  host,
  network,
  notifiedUrl,
  path,
  pathOrNone,
  secret,
  serviceUrl,
} from '../settings/places.js';
import {
  type ConfigOf,
  defaulted,
  derived,
  many,
  optional,
  required,
  switched,
  table,
} from '../settings/schema.js';
import {
  BROKER_URL,
  CA_FILE,
  CLEAR_TEXT,
  CORE_API,
  MERCHANT,
  machineTables,
  TERMINAL_ID,
  webhookTable,
} from './common.js';

/** In lower case after reading. The token itself may be pasted here, so what was found is not shown. */
const SHA256 = parsed(
  '64 hex digits',
  (digits) => (/^[0-9a-fA-F]{64}$/.test(digits) ? digits.toLowerCase() : undefined),
  true,
);

/** Of a relay that is alone. */
export const EVENTS_USERNAME = 'events';

const broker = table(
  'Where the notices to the terminals go.',
  { clear_text: CLEAR_TEXT },
  {
    key: 'kind',
    about: 'Whose broker it is.',
    default: 'embedded',
    choices: {
      embedded: {
        about: 'One of our own, inside the relay: for one server and some dozens of terminals.',
        keys: {
          host: defaulted(host(), '127.0.0.1', 'Address to listen on.'),
          port: defaulted(OWN_PORT, 1883, 'Port to listen on; 0 lets the system choose.'),
          directory: defaulted(
            pathOrNone(),
            '/var/lib/gopay-pos-relay/broker',
            'Where notices wait for terminals that are away. Empty: in memory, lost at a restart.',
          ),
          tls_cert: optional(
            path(),
            'without TLS',
            '/etc/gopay-pos/broker.pem',
            'Certificate with its chain, in PEM. Looked at each minute: a renewed one holds without a restart.',
          ),
          tls_key: optional(
            secret(),
            'without TLS',
            { credential: 'broker-key' },
            'Where the key of tls_cert is to be had, in PEM. One that is renewed as well has to be "file:...".',
          ),
        },
      },
      external: {
        about: 'Mosquitto, RabbitMQ or another.',
        keys: {
          url: BROKER_URL,
          username: defaulted(
            text('1 to 48 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,48}$/),
            'relay',
            "The relay's user name; several relays may have one. Its client id is this and eight letters or digits of this machine and port.",
          ),
          secret: optional(
            secret(),
            'no password',
            { credential: 'mqtt' },
            'Where the password is to be had.',
          ),
          events_username: defaulted(
            text('1 to 57 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,57}$/),
            EVENTS_USERNAME,
            'User name and client id by which events of terminals are heard, where there is a [[webhook]]; it stays the same over restarts, since what waits at the broker waits under it. Another one for each of several relays: then each posts every event, under one id.',
          ),
          events_secret: optional(
            secret(),
            'no password',
            { credential: 'mqtt-events' },
            'Where the password of events_username is to be had.',
          ),
          tokens_username: optional(
            text('1 to 48 of a-z A-Z 0-9 _ -', /^[A-Za-z0-9_-]{1,48}$/),
            'nothing is told',
            'tokens',
            'User name by which the relay tells Mosquitto who has a token ([enrol]), through its dynamic security plugin (systemd/broker/mosquitto-token.conf), or answers NATS about it where nats_port is set. No list of terminals is needed there.',
          ),
          tokens_secret: optional(
            secret(),
            'no password',
            { credential: 'mqtt-tokens' },
            'Where the password of tokens_username is to be had.',
          ),
          nats_port: optional(
            OWN_PORT,
            'the broker is no NATS that asks',
            4222,
            'Port on 127.0.0.1 of a NATS of this machine, 2.10 or newer, that asks who may come in (systemd/broker/nats.conf); tokens_username is its account that hears that.',
          ),
          ca_file: CA_FILE,
          auth_port: optional(
            OWN_PORT,
            'closed',
            8431,
            'Port on 127.0.0.1 at which a RabbitMQ of this machine asks who may come in and what he may do: terminals with the tokens that open this relay, and operators. systemd/broker/rabbitmq-token.conf says where it has to ask.',
          ),
        },
      },
    },
  },
);

const NOTIFY_PATH = text(
  'a path of letters, digits and - _ . ~ /, without a slash at its end',
  /^(\/[A-Za-z0-9._~-]+)+$/,
);

/** Of a row, where there is more than one merchant. @param absent who it is without the key */
const ofMerchant = (absent: string, about: string) => optional(MERCHANT, absent, 'kopi', about);

/** The tables of relay.toml, in the order in which they are explained. */
export const relayTables = {
  relay: table('The relay itself.', {
    merchant: defaulted(
      MERCHANT,
      'shop',
      'The merchant in MQTT topics: the same word as in each terminal.toml.',
    ),
    host: defaulted(
      host(),
      '127.0.0.1',
      'Address to listen on: of the reverse proxy that speaks TLS for us.',
    ),
    port: defaulted(OWN_PORT, 8430, 'Port to listen on; 0 lets the system choose.'),
    public_url: required(
      notifiedUrl(),
      'https://relay.example.com',
      'Base address at which Midtrans reaches this relay.',
    ),
    notify_path: defaulted(
      NOTIFY_PATH,
      '/notify',
      "Where notifications arrive, below public_url. The relay gives Midtrans this address with each charge (X-Override-Notification), and nothing else is needed: the address in Midtrans' dashboard stays that of the web shop, if there is one.",
    ),
    forward_url: optional(
      serviceUrl(),
      `nowhere: such notifications are refused, so that Midtrans sends them again, and the log says E${FAULT.foreignNotification}`,
      'https://shop.example.com/midtrans/notification',
      "Where notifications go on to that are not of these terminals, where Midtrans' dashboard points at this relay all the same: with the same body, and its answer goes back.",
    ),
    trusted_proxies: defaulted(
      list(network(), 16),
      [],
      'Addresses or networks of reverse proxies whose X-Forwarded-For says who called, for the log. Everybody else could write it.',
    ),
  }),
  midtrans: table('The account whose terminals these are.', {
    ...CORE_API,
    secret: required(secret(), { credential: 'midtrans-server-key' }, 'Where the server key is to be had.'),
    timeout_seconds: defaulted(seconds(2, 60), 10, 'How long to wait for one answer of Midtrans.'),
  }),
  merchant: many(
    32,
    'One more merchant with terminals at this relay, beside that of [relay] and [midtrans]: an account at Midtrans of its own, and limits of its own. Whose a terminal is, its token says. What stands here holds after systemctl reload; what changes in a merchant that is there already, except its key, after a restart.',
    {
      name: required(
        MERCHANT,
        'kopi',
        'The merchant in MQTT topics: terminal.merchant of its terminals. It stays the same; by it boxes are enrolled and revoked.',
      ),
      ...CORE_API,
      secret: required(
        secret(),
        { credential: 'midtrans-server-key-kopi' },
        'Where its server key is to be had. After systemctl reload a new one holds, if it is "file:...".',
      ),
      notify_path: derived(
        NOTIFY_PATH,
        ({ name }) => `/notify/${name}`,
        '/notify/ and its name',
        'Where its notifications arrive, below relay.public_url; what its own key has not signed is refused there.',
      ),
      forward_url: optional(
        serviceUrl(),
        'nowhere',
        'https://kopi.example.com/midtrans/notification',
        'Where its notifications go on to that are not of its terminals, as relay.forward_url.',
      ),
      max_amount: optional(
        amount(1, 20_000_000),
        'limits.max_amount',
        rupiah(2_000_000),
        'Largest amount of one charge of its terminals.',
      ),
      charges_per_minute: optional(
        integer(1, 600),
        'limits.charges_per_minute',
        30,
        'Charges of one of its terminals within a minute.',
      ),
      requests_per_minute: optional(
        integer(60, 6_000),
        'limits.requests_per_minute',
        300,
        'Requests of one of its terminals within a minute.',
      ),
      refund_a_day: optional(
        amount(1, 1_000_000_000),
        'its terminals refund nothing',
        rupiah(1_000_000),
        'What its terminals may refund within 24 hours, all together; [refund] is of the first merchant alone.',
      ),
      refund_a_day_of_terminal: optional(
        amount(1, 1_000_000_000),
        'refund_a_day',
        rupiah(500_000),
        'Of one of its terminals.',
      ),
      refund_file: derived(
        path(),
        ({ name }) => `/var/lib/gopay-pos-relay/refunds-${name}.log`,
        '/var/lib/gopay-pos-relay/refunds-NAME.log',
        'As refund.audit_file, for its refunds.',
      ),
    },
  ),
  broker,
  limits: table('What a terminal may do at most.', {
    relays: defaulted(
      integer(1, 16),
      1,
      'How many relays serve these terminals. Each counts for itself and lets its share pass (charges, requests, refunds, rounded down), so that all together stay within the limits. While more are heard at the broker, refunds wait.',
    ),
    max_amount: defaulted(amount(1, 20_000_000), rupiah(10_000_000), 'Largest amount of one charge.'),
    charges_per_minute: defaulted(integer(1, 600), 30, 'Charges of one terminal within a minute.'),
    requests_per_minute: defaulted(
      integer(60, 6_000),
      300,
      'Requests of one terminal within a minute, of any kind: a sale asks for its status every 10 s, a reconciliation twice a second.',
    ),
  }),
  refund: switched(
    'off',
    'Lets terminals refund, within a limit. Without it a token gives no money out: what is to be refunded stands on the owed list of its terminal.',
    {
      max_a_day: defaulted(
        amount(1, 1_000_000_000),
        rupiah(1_000_000),
        'Of all terminals together within 24 hours.',
      ),
      max_a_day_of_terminal: defaulted(
        amount(1, 1_000_000_000),
        rupiah(500_000),
        'Of one terminal within 24 hours.',
      ),
      audit_file: defaulted(
        path(),
        '/var/lib/gopay-pos-relay/refunds.log',
        'Each refund, with terminal, order and amount, is written there before Midtrans is asked, and counted from there after a restart.',
      ),
    },
  ),
  receipt: switched(
    'off',
    'Shows receipts to customers\' phones at /r/ below public_url, where a terminal says receipt.link = "relay". What they say is in the link, which the terminal has signed; Midtrans is asked whether it still holds.',
    {
      requests_per_minute: defaulted(
        integer(5, 6_000),
        60,
        'Requests from one address within a minute. Behind a proxy that relay.trusted_proxies does not name, all phones are one address.',
      ),
    },
  ),
  terminal: many(10_000, 'A terminal that may use this relay; one such table for each.', {
    id: required(TERMINAL_ID, 'KASIR1' as TerminalId, 'Its terminal.id.'),
    merchant: ofMerchant('relay.merchant', 'Whose it is: the name of a [[merchant]].'),
    token_sha256: required(
      SHA256,
      '8b1371d770fee5c325a2740bd8913f2f5330e1e6ad00c9cd37796a8cc1e66986',
      'SHA-256 of its token: printf %s "$TOKEN" | sha256sum. The token itself stays on the terminal.',
    ),
    max_amount: optional(
      amount(1, 20_000_000),
      'limits.max_amount',
      rupiah(2_000_000),
      'Largest amount of one charge of this terminal, in place of limits.max_amount.',
    ),
  }),
  enrol: switched(
    'off',
    'Lets boxes enrol with a code (gopay-pos relay enrol): each makes a key of its own and gets a token that opens relay and broker, renews itself and can be revoked. Beside [[terminal]], whose tokens are typed by hand.',
    {
      directory: defaulted(
        path(),
        '/var/lib/gopay-pos-relay/enrol',
        'Codes, the list of who is revoked, and the signing key where secret is not set. Relays that run side by side share it, or each box is enrolled at the relay that made its code.',
      ),
      secret: optional(
        secret(),
        'tokens.pem in the directory, made at the first start',
        { credential: 'token-key' },
        'Where the Ed25519 key in PEM is to be had that signs tokens; the same at each relay. Of several, one below the other, the first signs and all are accepted.',
      ),
      token_days: defaulted(
        integer(1, 365),
        30,
        'Life of a token. A box renews it in the last third by itself, and can do so as long again after its end.',
      ),
      broker_url: optional(
        brokerUrl(),
        'none: enrolled boxes learn of payments by polling',
        'mqtts://relay.example.com',
        'The broker as boxes reach it; they are told of it when they enrol.',
      ),
    },
  ),
  metrics: switched(
    'off',
    'Tells Prometheus at /metrics/fleet how every terminal is, by what it says at the broker: ready, owed, sales of the day, paper, disk. /metrics, with what the relay itself counts, needs no token.',
    {
      token_sha256: required(
        SHA256,
        'a3f5d2c1b0e9f8a7d6c5b4a392817061524334251607f8e9d0c1b2a3f4e5d6c7',
        'SHA-256 of the token that Prometheus sends (authorization: credentials_file), as that of a terminal.',
      ),
    },
  ),
  fleet_page: switched(
    'off',
    'Shows a page at /fleet below public_url, for people: every terminal, what it owes, what is the matter. It changes nothing.',
    {},
    {
      key: 'login',
      about: 'Who lets people in to it.',
      default: 'token',
      choices: {
        token: {
          about: 'The page itself: a token is typed into it, or sent as "Authorization: Bearer".',
          keys: {
            token_sha256: required(
              SHA256,
              '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
              'SHA-256 of that token, as that of a terminal.',
            ),
          },
        },
        proxy: {
          about:
            'The reverse proxy (systemd/proxy). Believed only on a connection that comes from an address in relay.trusted_proxies itself.',
          keys: {
            header: defaulted(
              choice('Remote-User', 'X-Forwarded-User', 'X-Auth-Request-User'),
              'Remote-User',
              'The header in which it names whom it has let in, and which it takes out of what callers send.',
            ),
          },
        },
      },
    },
  ),
  webhook: webhookTable(
    'Another program that is told what happens at all terminals whose fleet.events say so: a signed POST each, in the order of each terminal, again until it answers 2xx, for three days. Until then the broker keeps it.',
    'webhook-fleet-books',
    ['paid', 'owed', SLOT_FAILED, SHIFT_CLOSED],
    { merchant: ofMerchant('those of all merchants', 'Whose terminals it is told of alone.') },
  ),
  enroller: many(
    16,
    "A program of the operator's own that makes codes and revokes terminals over HTTPS, as relay enrol and relay revoke do here: POST /enrol/codes and /enrol/revocations (systemd/README.md). Where there is none nobody can.",
    {
      name: required(
        text('1 to 32 of A-Z a-z 0-9 . _ -', /^[A-Za-z0-9._-]{1,32}$/),
        'backoffice',
        'Who it is, in the log and in the file enrollers.log of enrol.directory.',
      ),
      token_sha256: required(
        SHA256,
        '103b0549cf402b10e04ab33e08b447d64079791cf8eedbc67cdca0c849420e74',
        'SHA-256 of its token, at least 20 characters: openssl rand -hex 24. It sends Authorization: Bearer TOKEN.',
      ),
      merchant: ofMerchant('all merchants', 'Whose terminals it enrols and revokes alone.'),
    },
  ),
  operator: many(
    100,
    'Who may see how every terminal is, at the embedded broker: gopay-pos fleet, an exporter. He reads the topics state and presence of all.',
    {
      name: required(
        text('1 to 57 of a-z A-Z 0-9 _ -, with a small letter', /^(?=.*[a-z])[A-Za-z0-9_-]{1,57}$/),
        'operator',
        'User name and client id; another one for each that is connected at the same time.',
      ),
      token_sha256: required(
        SHA256,
        'f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2',
        'SHA-256 of his password, as that of a terminal.',
      ),
      merchant: ofMerchant('all merchants', 'Whose terminals he sees alone.'),
      commands: defaulted(
        flag(),
        false,
        'Whether he may pass on commands to terminals (gopay-pos fleet do), and read their answers. Each is signed with a key that the terminal knows by its own [[operator]]: the broker decides nothing.',
      ),
      events: defaulted(
        flag(),
        false,
        'Whether he may read the topic event of all terminals as well: amounts and order ids of sales.',
      ),
      home_assistant: defaulted(
        flag(),
        false,
        'Whether this is a Home Assistant: it reads below homeassistant/ what terminals with fleet.home_assistant tell it to show, and may say at homeassistant/status that it is there.',
      ),
    },
  ),
  ...machineTables(),
};

export type RelayConfig = ConfigOf<typeof relayTables>;
