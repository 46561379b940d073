import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../kit/certificate.js';
import { freePort } from '../../kit/net/free-port.js';
import { type BrokerCommand, BrokerProcess } from './broker-process.js';
import type { BrokerKind, RunningBroker } from './brokers.js';
import { HOMES, LISTENERS, MERCHANT, OPERATORS, RELAYS, STRANGERS, TELLERS, TERMINALS } from './people.js';

/** `BROKER_ROOT=/path/to/another/debian npm test -- broker/rabbitmq`: its brokers, in the place of this machine's. */
const ROOT = process.env['BROKER_ROOT'] || undefined;
/** Of RabbitMQ: another Debian than this one is a newer one. */
export const IS_FROM_3_13 = ROOT !== undefined;

export const BROKER_NAME = 'broker.example';

/** Who stands in the place of whom in those files. */
const PEOPLE = {
  ...{ relay: RELAYS, operator: OPERATORS, events: LISTENERS, homeassistant: HOMES, KASIR1: TERMINALS },
  tokens: { tokens: TELLERS.tokens },
} as const;

/** With the files of systemd/broker as they are: other paths, ports and users, nothing else. */
export interface ShippedBroker extends RunningBroker {
  /** Where it speaks TLS. */
  readonly tlsUrl: string;
  /** Where several relays may have one user name; elsewhere they may at `tlsUrl`. */
  readonly relaysUrl: string;
  readonly caFile: string;
  /** Of its process of now. */
  pid(): number;
  kill(): Promise<void>;
}

/** What a file of systemd/broker becomes: each text must be there. */
export function shipped(name: string, others: readonly (readonly [string, string])[]): string {
  let text = readFileSync(new URL(`../../../systemd/broker/${name}`, import.meta.url), 'utf8');
  for (const [old, other] of others) {
    if (!text.includes(old)) throw new Error(`systemd/broker/${name} says nowhere: ${old}`);
    text = text.replaceAll(old, other);
  }
  return text;
}

/** Folder, certificate and ports of one broker. */
export class Place {
  readonly directory = mkdtempSync(join(tmpdir(), 'gopay-pos-broker-'));
  plainPort = 0;
  tlsPort = 0;
  relaysPort = 0;

  async prepare(): Promise<void> {
    this.plainPort = await freePort();
    do {
      this.tlsPort = await freePort();
      this.relaysPort = await freePort();
    } while (new Set([this.plainPort, this.tlsPort, this.relaysPort]).size < 3);
    const pair = makeCertificate(BROKER_NAME, 2);
    this.write('broker.pem', pair.cert);
    this.write('broker.key', pair.key);
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text, { mode: 0o600 });
  }

  broker(process: BrokerProcess, stop: NodeJS.Signals, beside?: BrokerProcess): ShippedBroker {
    const { plainPort: port, tlsPort, relaysPort, directory } = this;
    return {
      url: `mqtt://127.0.0.1:${port}`,
      tlsUrl: `mqtts://127.0.0.1:${tlsPort}`,
      relaysUrl: `mqtts://127.0.0.1:${relaysPort}`,
      caFile: this.file('broker.pem'),
      port,
      pid: () => process.pid,
      stop: () => process.end(stop),
      kill: () => process.end('SIGKILL'),
      startAgain: () => process.run(port),
      dispose: async () => {
        await process.end('SIGKILL');
        await beside?.end('SIGKILL');
        rmSync(directory, { recursive: true, force: true });
      },
    };
  }
}

/** @param users with their passwords, all at once: thousands one by one take minutes */
export async function startMosquittoAsShipped(
  users: Readonly<Record<string, string>> = {
    ...TERMINALS,
    ...RELAYS,
    ...OPERATORS,
    ...LISTENERS,
    ...HOMES,
    ...STRANGERS,
    ...TELLERS,
  },
  merchant = MERCHANT,
): Promise<ShippedBroker> {
  const place = new Place();
  await place.prepare();
  const lines = Object.entries(users).map(([user, password]) => `${user}:${password}\n`);
  place.write('passwords', lines.join(''));
  execFileSync('mosquitto_passwd', ['-U', place.file('passwords')], { stdio: 'pipe' });
  const acl = shipped('mosquitto.acl', [
    ['/shop/', `/${merchant}/`],
    ['gopay-pos-shop/', `gopay-pos-${merchant}/`],
  ]);
  const blocks = [
    ['user relay\ntopic readwrite gopay-pos/v1/#\n', 'relay', RELAYS],
    [
      'user tokens\ntopic write $CONTROL/dynamic-security/v1\ntopic read $CONTROL/dynamic-security/v1/response\n',
      'tokens',
      TELLERS,
    ],
  ] as const;
  const ofOurs = blocks.map(([block, model, people]) => {
    if (!acl.includes(block)) throw new Error(`mosquitto.acl grants something else to ${model}`);
    return Object.keys(people).map((user) => block.replace(model, user));
  });
  place.write('acl', [acl, ...ofOurs.flat()].join('\n'));
  const conf = shipped('mosquitto.conf', [
    ['listener 8883', `listener ${place.tlsPort} 127.0.0.1`],
    ['listener 8884 127.0.0.1', `listener ${place.relaysPort} 127.0.0.1`],
    ['/etc/mosquitto/certs/', `${place.directory}/`],
    ['/etc/mosquitto/gopay-pos.passwords', place.file('passwords')],
    ['/etc/mosquitto/gopay-pos.acl', place.file('acl')],
  ]);
  const debian = ['persistence true', `persistence_location ${place.directory}/`, 'log_dest stderr'];
  // Started as root it would give its rights away, and could not read its own folder.
  if (process.getuid?.() === 0) debian.push('user root');
  place.write('token.json', shipped('mosquitto-token.json', []));
  const tokens = shipped('mosquitto-token.conf', [
    ['/var/lib/mosquitto/gopay-pos-token.json', place.file('token.json')],
  ]);
  place.write(
    'broker.conf',
    [
      ...debian,
      conf,
      tokens,
      `listener ${place.plainPort} 127.0.0.1`,
      'use_username_as_clientid true',
      '',
    ].join('\n'),
  );
  return started(
    place,
    within({
      program: 'mosquitto',
      args: ['-c', place.file('broker.conf')],
      package: 'mosquitto',
    }),
  );
}

export type People = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * @param tls as it is shipped; without it at the plain port, since NATS opens one only
 * @param asks the relay, who says this issuer, about whoever it does not know; at this port it is heard
 */
export async function startNatsAsShipped(
  tls = false,
  asks?: { readonly issuer: string; readonly port: number },
): Promise<ShippedBroker> {
  const place = new Place();
  await place.prepare();
  place.relaysPort = place.tlsPort;
  if (tls) place.plainPort = place.tlsPort;
  if (asks === undefined) return started(place, await natsNode(place, tls));
  const command = await natsNode(place, tls, PEOPLE, '', asks.port);
  const names = Object.values(PEOPLE).flatMap((people) => Object.keys(people));
  const callout = `auth_callout { issuer: "${asks.issuer}", auth_users: ${JSON.stringify(names)} }`;
  const shippedLine =
    '# auth_callout { issuer: "ISSUER-OF-THE-RELAY", auth_users: ["relay", "operator", "events", "homeassistant", "tokens"] }';
  const conf = readFileSync(place.file('nats.conf'), 'utf8');
  if (!conf.includes(shippedLine)) throw new Error('nats.conf says another line for tokens');
  place.write('nats.conf', conf.replace(shippedLine, callout));
  return started(place, command);
}

/** One node of NATS in `place`. @param more lines behind those of nats.conf */
export async function natsNode(
  place: Place,
  tls: boolean,
  people: People = PEOPLE,
  more = '',
  port?: number,
): Promise<BrokerCommand> {
  const ownPort = port ?? (await freePort());
  let conf = shipped('nats.conf', [
    ['port: 8883', `host: "127.0.0.1", port: ${place.plainPort}`],
    ['127.0.0.1:4222', `127.0.0.1:${ownPort}`],
    ['/var/lib/nats', place.file('store')],
    ['/etc/nats/tls/', `${place.directory}/`],
    ['.shop.', `.${MERCHANT}.`],
    ['gopay-pos-shop.', `gopay-pos-${MERCHANT}.`],
  ]);
  if (!tls) conf = conf.replace(/ {2}tls \{[^}]*\}\n/, '');
  conf = conf.replace(
    / {4}\{\n(?: {6}#.*\n)? {6}user: "(relay|operator|events|homeassistant|tokens|KASIR1)"[\s\S]*?\n {4}\}\n/g,
    (block, name: string) =>
      Object.entries(people[name] ?? {})
        .map(([user, password]) =>
          block.replaceAll(name, user).replace(/password: "[^"]*"/, `password: "${password}"`),
        )
        .join(''),
  );
  place.write('nats.conf', conf + more);
  return within({
    program: 'nats-server',
    args: ['-c', place.file('nats.conf')],
    cwd: place.directory,
    package: 'nats-server',
  });
}

/** As RabbitMQ keeps a password: four bytes of salt, and the SHA-256 of them and it. */
function rabbitHash(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString(
    'base64',
  );
}

type Definitions = Record<string, readonly Readonly<Record<string, unknown>>[]>;

/** What is said there of `relay` and `KASIR1`, of all of ours. */
export function rabbitDefinitions(ours: People = PEOPLE): string {
  const all = JSON.parse(
    shipped('rabbitmq.json', [
      ['.shop\\\\.', `.${MERCHANT}\\\\.`],
      ['gopay-pos-shop\\\\.', `gopay-pos-${MERCHANT}\\\\.`],
    ]),
  ) as Definitions;
  const people = Object.entries(ours).flatMap(([model, users]) =>
    Object.entries(users).map(([user, password]) => [model, user, password] as const),
  );
  const sections = Object.entries(all).map(([section, entries]) => {
    const other = entries.filter(({ name, user }) => !Object.hasOwn(PEOPLE, String(user ?? name)));
    const of = people.flatMap(([model, user, password]) =>
      entries
        .filter((entry) => (entry['user'] ?? entry['name']) === model)
        .map((entry) => JSON.parse(JSON.stringify(entry).replaceAll(model, user)) as object)
        .map((entry) =>
          'password_hash' in entry ? { ...entry, password_hash: rabbitHash(password) } : entry,
        ),
    );
    return [section, [...other, ...of]];
  });
  return JSON.stringify(Object.fromEntries(sections));
}

/** As rabbitmq-token.conf says. */
const WITH_TOKENS = 'rabbitmq_mqtt,rabbitmq_auth_backend_http';

/** As its comment says. */
const FROM_3_13 = [
  ['\nmqtt.subscription_ttl = ', '\n# mqtt.subscription_ttl = '],
  ['# mqtt.max_session_expiry', 'mqtt.max_session_expiry'],
] as const;

/** One node of RabbitMQ in `place`, with the shipped configuration and what comes to it. */
export function rabbitNode(place: Place, node: RabbitNode): BrokerCommand {
  place.write('definitions.json', node.definitions);
  const plugins: [string, string][] = node.more.includes('auth_http') ? [['rabbitmq_mqtt', WITH_TOKENS]] : [];
  place.write('enabled_plugins', shipped('enabled_plugins', plugins));
  const conf = shipped('rabbitmq.conf', [
    ['mqtt.listeners.ssl.default = 8883', `mqtt.listeners.ssl.default = 127.0.0.1:${place.tlsPort}`],
    ['mqtt.listeners.tcp = none', `mqtt.listeners.tcp.default = 127.0.0.1:${place.plainPort}`],
    ...(IS_FROM_3_13 ? FROM_3_13 : []),
    ['/etc/rabbitmq/tls/', `${place.directory}/`],
    ['/etc/rabbitmq/gopay-pos.json', place.file('definitions.json')],
  ]);
  place.write('rabbitmq.conf', conf + node.more);
  const env = {
    HOME: node.home,
    // The start script becomes the broker, as under systemd, and not its parent.
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_PORT: node.epmdPort,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: node.name,
    RABBITMQ_DIST_PORT: node.distPort,
    RABBITMQ_MNESIA_BASE: place.file('mnesia'),
    RABBITMQ_LOG_BASE: place.file('log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: place.file('rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: place.file('advanced'),
    RABBITMQ_ENABLED_PLUGINS_FILE: place.file('enabled_plugins'),
    RABBITMQ_PID_FILE: place.file('pid'),
    // One scheduler that does not spin: a broker of a test, on a machine that others use.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
  };
  // Debian's wrapper asks for the user rabbitmq; below it lies the same program, which runs as anybody.
  const program = execFileSync('sh', [
    '-c',
    `cd ${ROOT ?? '/'}; ls usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server`,
  ])
    .toString()
    .trim();
  chmodSync(place.directory, 0o700);
  return within({ program: `/${program}`, args: [], env, cwd: place.directory, package: 'rabbitmq-server' });
}

export interface RabbitNode {
  readonly name: string;
  /** Where Erlang's cookie lies: nodes of one cluster have one. */
  readonly home: string;
  readonly epmdPort: string;
  readonly distPort: string;
  readonly definitions: string;
  /** Lines behind those of rabbitmq.conf. */
  readonly more: string;
}

/** Erlang's own name server would be left behind as a daemon. */
export async function startEpmd(port: string, home: string): Promise<BrokerProcess> {
  const env = { HOME: home, ERL_EPMD_PORT: port, ERL_EPMD_ADDRESS: '127.0.0.1' };
  const epmd = new BrokerProcess(() =>
    within({ program: 'epmd', args: ['-port', port], env, package: 'erlang-base' }),
  );
  await epmd.run(Number(port));
  return epmd;
}

/** @param doorPort where it asks for whoever is not in its own list */
export async function startRabbitAsShipped(doorPort?: number): Promise<ShippedBroker> {
  const place = new Place();
  await place.prepare();
  place.relaysPort = place.tlsPort;
  const [epmdPort, distPort] = [String(await freePort()), String(await freePort())];
  const home = place.directory;
  const command = rabbitNode(place, {
    name: `gopay-pos-${place.plainPort}@localhost`,
    ...{ home, epmdPort, distPort, definitions: rabbitDefinitions() },
    more: doorPort === undefined ? '' : shipped('rabbitmq-token.conf', [[':8431/', `:${doorPort}/`]]),
  });
  return started(place, command, await startEpmd(epmdPort, home));
}

/** As it is started in that other Debian, whose /tmp is ours: the process stays the same one, so that it can be killed. */
function within(command: BrokerCommand): BrokerCommand {
  if (ROOT === undefined) return command;
  const binds = ['tmp', 'proc', 'dev'].map((name) => `mount --rbind /${name} "$0/${name}"`).join(' && ');
  const enter = ['--mount', 'sh', '-c', `${binds} && exec chroot "$0" "$@"`, ROOT];
  return { ...command, program: 'unshare', args: [...enter, command.program, ...command.args] };
}

async function started(place: Place, command: BrokerCommand, beside?: BrokerProcess): Promise<ShippedBroker> {
  const process = new BrokerProcess(() => ({ ...command, cwd: place.directory }));
  await process.run(place.plainPort);
  return place.broker(process, 'SIGTERM', beside);
}

export const RABBITMQ = {
  name: 'RabbitMQ',
  // From 3.13 on; Debian 13 has 4.0.
  speaks5: ROOT !== undefined,
  durable: true,
  start: () => startRabbitAsShipped(),
} satisfies BrokerKind;

export const NATS = {
  name: 'NATS',
  speaks5: false,
  durable: true,
  takesAnyId: 'forgets',
  start: () => startNatsAsShipped(),
} satisfies BrokerKind;
