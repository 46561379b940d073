import { shareOf } from '../base/share.js';
import { isLoopback } from '../settings/places.js';
import { type Contradiction, defineSchema, type Rule } from '../settings/schema.js';
import { doubles, namedTwice, noTls, otherEnvironment, portIn, refusedPorts } from './common-rules.js';
import { EVENTS_USERNAME, type RelayConfig, relayTables } from './relay-tables.js';

type Check = Rule<RelayConfig>;

/** A minute's questions of one sale that is open, with slack. */
const REQUESTS_LEAST = 30;

/** Where the relay answers something else. */
const RELAY_PATHS = [/^\/v2\//, /^\/r\//, /^\/enrol\b/, /^\/healthz$/, /^\/metrics\b/, /^\/fleet\b/];

/** SHA-256 of nothing: what a shell computes when the variable with the token is empty. */
const NO_TOKEN = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const environment: Check = ({ midtrans, merchant }) => [
  otherEnvironment('midtrans', midtrans),
  ...merchant.map((one, i) => otherEnvironment(`merchant[${i + 1}]`, one)),
];

type Use = readonly [value: string, key: string];

/** What each merchant has for itself: with one key, or at one path, a notification of one would ring at another's terminals. */
const merchants: Check = ({ relay, midtrans, refund, merchant }) => {
  const each = (read: (one: RelayConfig['merchant'][number]) => string, key: string): Use[] =>
    merchant.map((one, i) => [read(one), `merchant[${i + 1}].${key}`]);
  const file: readonly Use[] = refund.enabled ? [[refund.auditFile, 'refund.audit_file']] : [];
  const uses: readonly (readonly [what: string, uses: readonly Use[]])[] = [
    ['name', [[relay.merchant, 'relay.merchant'], ...each(({ name }) => name, 'name')]],
    [
      'key',
      [
        [JSON.stringify(midtrans.secret), 'midtrans.secret'],
        ...each(({ secret }) => JSON.stringify(secret), 'secret'),
      ],
    ],
    ['path', [[relay.notifyPath, 'relay.notify_path'], ...each((one) => one.notifyPath, 'notify_path')]],
    ['file', [...file, ...each(({ refundFile }) => refundFile, 'refund_file')]],
  ];
  return [
    ...uses.flatMap(([what, of]) =>
      doubles(of).map(
        ([first, second, value]): Contradiction => ({
          keys: [second, first],
          found: `${value}, which is ${first} already`,
          allowed: `a ${what} of its own for each merchant`,
        }),
      ),
    ),
    ...merchant.map(
      (one, i): Contradiction | false =>
        (one.refundADayOfTerminal ?? 0) > (one.refundADay ?? 0) && {
          keys: [`merchant[${i + 1}].refund_a_day_of_terminal`, `merchant[${i + 1}].refund_a_day`],
          found: `${one.refundADayOfTerminal} of one terminal with ${one.refundADay ?? 'nothing'} of all`,
          allowed: 'at most refund_a_day',
        },
    ),
    ...merchant.map(({ notifyPath }, i): Contradiction | false => {
      const own = RELAY_PATHS.find((path) => path.test(notifyPath));
      return (
        own !== undefined && {
          keys: [`merchant[${i + 1}].notify_path`],
          found: `${notifyPath}, where the relay has another door`,
          allowed: 'a path below /notify',
        }
      );
    }),
  ];
};

/** Whose a row is that says so: nobody else may have it by a slip of the pen. */
const unknownMerchants: Check = ({ relay, merchant, terminal, operator, webhook, enroller }) => {
  const names = new Set([relay.merchant, ...merchant.map(({ name }) => name)]);
  return Object.entries({ terminal, operator, webhook, enroller }).flatMap(([table, rows]) =>
    rows.map(
      (row, i): Contradiction | false =>
        row.merchant !== undefined &&
        !names.has(row.merchant) && {
          keys: [`${table}[${i + 1}].merchant`, 'relay.merchant'],
          found: `${JSON.stringify(row.merchant)}, which no merchant is called`,
          allowed: [...names].join(', '),
        },
    ),
  );
};

const ports: Check = ({ relay, broker }) =>
  (broker.kind === 'embedded' ? broker.port : broker.authPort) === relay.port &&
  relay.port !== 0 && {
    keys: [broker.kind === 'embedded' ? 'broker.port' : 'broker.auth_port', 'relay.port'],
    found: `${relay.port}, which is relay.port already`,
    allowed: 'another port',
  };

/** Each of them comes to the broker under its user name, and one who comes under another's throws him out. */
const accounts: Check = ({ broker, enrol }) => {
  if (broker.kind === 'embedded') return false;
  const { tokensUsername, username, eventsUsername, natsPort } = broker;
  if (tokensUsername === undefined)
    return (
      natsPort !== undefined && {
        keys: ['broker.nats_port', 'broker.tokens_username'],
        found: 'a NATS that asks, and no account to hear it',
        allowed: 'both',
      }
    );
  const others = { 'broker.username': username, 'broker.events_username': eventsUsername };
  return [
    ...Object.entries(others).map(
      ([key, other]): Contradiction | false =>
        other === tokensUsername && {
          keys: ['broker.tokens_username', key],
          found: `${JSON.stringify(other)} twice`,
          allowed: 'an account of its own',
        },
    ),
    !enrol.enabled && {
      keys: ['broker.tokens_username', 'enrol'],
      found: 'nobody who could have a token',
      allowed: '[enrol], or no tokens_username',
    },
  ];
};

/** Two terminals with one name would take each other's notices; with one token, each other's place. */
const terminals: Check = ({ terminal, relay, broker }) => {
  const found: Contradiction[] = [];
  const ids = new Map<string, number>();
  const tokens = new Map<string, number>();
  for (const [i, { id, tokenSha256, merchant = relay.merchant }] of terminal.entries()) {
    const me = `terminal[${i + 1}]`;
    // Our own broker knows a terminal by its merchant as well; another one by its name alone.
    const name = broker.kind === 'embedded' ? `${merchant}/${id}` : id;
    const sameId = ids.get(name);
    const sameToken = tokens.get(tokenSha256);
    if (sameId !== undefined)
      found.push({
        keys: [`${me}.id`, `terminal[${sameId}].id`],
        found: `${JSON.stringify(id)} a second time`,
        allowed: broker.kind === 'embedded' ? 'each terminal once' : 'each terminal once at one broker',
      });
    if (tokenSha256 === NO_TOKEN)
      found.push({
        keys: [`${me}.token_sha256`],
        found: 'the SHA-256 of nothing',
        allowed: 'that of its token',
      });
    else if (sameToken !== undefined)
      found.push({
        keys: [`${me}.token_sha256`, `terminal[${sameToken}].token_sha256`],
        found: `the token of terminal[${sameToken}]`,
        allowed: 'a token of its own for each terminal',
      });
    if (sameId === undefined) ids.set(name, i + 1);
    if (sameToken === undefined) tokens.set(tokenSha256, i + 1);
  }
  return found;
};

/** Two of one name throw each other out. */
const operators: Check = ({ operator }) => [
  ...namedTwice('operator', operator),
  ...operator.map(
    ({ tokenSha256 }, i): Contradiction | false =>
      tokenSha256 === NO_TOKEN && {
        keys: [`operator[${i + 1}].token_sha256`],
        found: 'the SHA-256 of nothing',
        allowed: 'that of its password',
      },
  ),
  // Home Assistant subscribes to what all terminals tell it, with a wildcard for the merchant.
  ...operator.map(
    ({ homeAssistant, merchant }, i): Contradiction | false =>
      homeAssistant &&
      merchant !== undefined && {
        keys: [`operator[${i + 1}].home_assistant`, `operator[${i + 1}].merchant`],
        found: 'a Home Assistant that sees the terminals of one merchant alone',
        allowed: 'one of the two',
      },
  ),
];

/** A box's own token must not make codes for other boxes. */
const enrollers: Check = ({ enroller, enrol, terminal, operator }) => [
  ...namedTwice('enroller', enroller),
  enroller.length > 0 &&
    !enrol.enabled && {
      keys: ['enroller', 'enrol'],
      found: 'programs that make codes, and no [enrol]',
      allowed: '[enrol], or no [[enroller]]',
    },
  ...enroller.map(
    ({ tokenSha256 }, i): Contradiction | false =>
      (tokenSha256 === NO_TOKEN ||
        [...terminal, ...operator].some((other) => other.tokenSha256 === tokenSha256)) && {
        keys: [`enroller[${i + 1}].token_sha256`],
        found: 'the SHA-256 of nothing, or of the token of a terminal or operator',
        allowed: 'that of a token of its own',
      },
  ),
];

const webhookNames: Check = ({ webhook }) => namedTwice('webhook', webhook);

const noTerminals: Check = ({ terminal, enrol }) =>
  terminal.length === 0 &&
  !enrol.enabled && {
    keys: ['terminal'],
    found: 'no terminal: nobody can use this relay yet',
    allowed: 'better one [[terminal]] for each',
    note: true,
  };

const forgetful: Check = ({ broker }) => {
  if (broker.kind === 'external') return noTls('broker.url', broker.url, broker.clearText);
  return (
    broker.directory === '' && {
      keys: ['broker.directory'],
      found: 'notices in memory only: a restart loses those of terminals that are away',
      allowed: 'better a directory; such terminals learn of their payments by polling',
      note: true,
    }
  );
};

const uncallable: Check = ({ midtrans, relay, merchant }) =>
  refusedPorts([
    ...merchant.flatMap(({ url, forwardUrl = '' }, i): [string, number][] => [
      [`merchant[${i + 1}].url`, portIn(url)],
      [`merchant[${i + 1}].forward_url`, forwardUrl === '' ? 0 : portIn(forwardUrl)],
    ]),
    ['midtrans.url', portIn(midtrans.url)],
    ['relay.port', relay.port],
    ['relay.public_url', portIn(relay.publicUrl)],
    ['relay.forward_url', relay.forwardUrl === undefined ? 0 : portIn(relay.forwardUrl)],
  ]);

const openBroker: Check = ({ broker }) =>
  broker.kind === 'embedded' &&
  broker.tlsCert === undefined &&
  !isLoopback(broker.host) && {
    keys: ['broker.host', 'broker.tls_cert', 'broker.clear_text'],
    found: `${JSON.stringify(broker.host)} without TLS: tokens of terminals can be read on the way`,
    allowed: broker.clearText
      ? 'better tls_cert and tls_key'
      : 'tls_cert and tls_key, 127.0.0.1 behind a proxy that ends TLS, or clear_text = true',
    note: broker.clearText,
  };

const halfPair: Check = ({ broker }) =>
  broker.kind === 'embedded' &&
  (broker.tlsCert === undefined) !== (broker.tlsKey === undefined) && {
    keys: ['broker.tls_cert', 'broker.tls_key'],
    found: 'one without the other',
    allowed: 'both or neither',
  };

/** What leads back here would go round and round; the relay refuses the second time, but the notification reaches no terminal. */
const loop: Check = ({ relay, merchant }) => {
  const own = [relay.notifyPath, ...merchant.map(({ notifyPath }) => notifyPath)].map(
    (path) => new URL(relay.publicUrl + path),
  );
  const urls: readonly (readonly [key: string, url: string | undefined])[] = [
    ['relay.forward_url', relay.forwardUrl],
    ...merchant.map(({ forwardUrl }, i) => [`merchant[${i + 1}].forward_url`, forwardUrl] as const),
  ];
  return urls.map(([key, url]): Contradiction | false => {
    if (url === undefined) return false;
    const to = new URL(url);
    const isLocal =
      isLoopback(to.hostname) && Number(to.port || 80) === relay.port && to.protocol === 'http:';
    return (
      (isLocal || own.some(({ host, pathname }) => to.host === host && to.pathname === pathname)) && {
        keys: [key],
        found: `${url}, which is this relay`,
        allowed: 'the address of the other receiver',
      }
    );
  });
};

const refunds: Check = ({ refund }) =>
  refund.enabled &&
  refund.maxADayOfTerminal > refund.maxADay && {
    keys: ['refund.max_a_day_of_terminal', 'refund.max_a_day'],
    found: `${refund.maxADayOfTerminal} of one terminal with ${refund.maxADay} of all`,
    allowed: 'at most max_a_day',
  };

/** A share that is nothing is refused, and what each of several relays lets pass is told. */
const shares: Check = ({ limits, refund, broker, webhook, merchant }) => {
  const { relays, chargesPerMinute, requestsPerMinute } = limits;
  if (relays === 1) return false;
  const of = (limit: number): number => shareOf(limit, relays);
  const tooFew = (key: string, limit: number, least: number): Contradiction | false =>
    of(limit) < least && {
      keys: [key, 'limits.relays'],
      found: `${limit} for ${relays} relays, which leaves ${of(limit)} for each`,
      allowed: `at least ${least * relays}`,
    };
  const told = [
    `each of ${relays} relays lets pass ${of(chargesPerMinute)} charges and ${of(requestsPerMinute)} requests of a terminal a minute`,
  ];
  if (refund.enabled)
    told.push(
      `refunds of ${of(refund.maxADayOfTerminal)} rupiah of a terminal and ${of(refund.maxADay)} of all a day`,
    );
  return [
    broker.kind === 'embedded' && {
      keys: ['limits.relays', 'broker.kind'],
      found: `${relays} relays with a broker of its own each: what one is notified of reaches no terminal of another`,
      allowed: 'broker.kind = "external", or relays = 1',
    },
    broker.kind === 'external' &&
      webhook.length > 0 &&
      broker.eventsUsername === EVENTS_USERNAME && {
        keys: ['broker.events_username', 'limits.relays'],
        found: `"${EVENTS_USERNAME}" with ${relays} relays, which would throw each other out`,
        allowed: 'one of its own for each relay that has a [[webhook]]',
      },
    tooFew('limits.charges_per_minute', chargesPerMinute, 1),
    tooFew('limits.requests_per_minute', requestsPerMinute, REQUESTS_LEAST),
    refund.enabled && tooFew('refund.max_a_day_of_terminal', refund.maxADayOfTerminal, 1),
    refund.enabled && tooFew('refund.max_a_day', refund.maxADay, 1),
    ...merchant.flatMap((one, i) => [
      tooFew(`merchant[${i + 1}].charges_per_minute`, one.chargesPerMinute ?? chargesPerMinute, 1),
      tooFew(
        `merchant[${i + 1}].requests_per_minute`,
        one.requestsPerMinute ?? requestsPerMinute,
        REQUESTS_LEAST,
      ),
      tooFew(`merchant[${i + 1}].refund_a_day`, one.refundADay ?? relays, 1),
      tooFew(`merchant[${i + 1}].refund_a_day_of_terminal`, one.refundADayOfTerminal ?? relays, 1),
    ]),
    {
      keys: ['limits.relays'],
      found: told.join(', '),
      allowed: 'a balancer that gives each of them its turn, and refunds of one sale that fit into a share',
      note: true,
    },
  ];
};

const receipts: Check = ({ receipt, relay }) =>
  receipt.enabled &&
  isLoopback(new URL(relay.publicUrl).hostname) && {
    keys: ['relay.public_url', 'receipt.enabled'],
    found: `${relay.publicUrl}: no phone opens a receipt there`,
    allowed: 'better a public https address',
    note: true,
  };

/** A page that believes whoever is on the network is refused. */
const fleetDoor: Check = ({ fleetPage, relay }) => {
  if (!fleetPage.enabled) return false;
  if (fleetPage.login === 'token')
    return (
      fleetPage.tokenSha256 === NO_TOKEN && {
        keys: ['fleet_page.token_sha256'],
        found: 'the SHA-256 of nothing',
        allowed: 'that of its token',
      }
    );
  const { trustedProxies } = relay;
  const network = trustedProxies.find((proxy) => proxy.includes('/'));
  return (
    (trustedProxies.length === 0 || network !== undefined) && {
      keys: ['relay.trusted_proxies', 'fleet_page.login'],
      found:
        network === undefined
          ? 'no proxy that is believed'
          : `${network}, where anybody could write that header`,
      allowed: 'the address of each proxy, as "127.0.0.1"',
    }
  );
};

/** relay.toml: the operator's server. */
export const relaySchema = defineSchema(
  '/etc/gopay-pos/relay.toml',
  'Settings of a gopay-pos relay.',
  relayTables,
  [
    environment,
    ports,
    accounts,
    uncallable,
    openBroker,
    halfPair,
    loop,
    refunds,
    shares,
    receipts,
    fleetDoor,
    merchants,
    unknownMerchants,
    terminals,
    operators,
    enrollers,
    webhookNames,
    noTerminals,
    forgetful,
  ],
);
