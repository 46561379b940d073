import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../../devices/kit/certificate.js';
import { assert } from '../base/assert.js';
import { Failure, messageOf, refused } from '../base/fault.js';
import { BoundedLog } from '../bounds/bounded-log.js';
import type { RelayConfig } from '../config/relay-tables.js';
import { FAULT } from '../core/fault/table.js';
import { useConnectTime } from '../host/connect.js';
import { instanceName } from '../host/instance.js';
import { openFilesMost } from '../host/open-files.js';
import type { BrokerAddress } from '../mqtt/address.js';
import { CONNECTIONS_MOST, EmbeddedBroker } from '../mqtt/broker.js';
import { Fleet } from '../mqtt/fleet.js';
import { MqttPublisher } from '../mqtt/publisher.js';
import { parseTopic } from '../mqtt/topics.js';
import type { Log } from '../port/log.js';
import type { Publisher } from '../port/publisher.js';
import type { FleetDoor, FleetDoorOptions } from '../relay/fleet-door.js';
import { Relay } from '../relay/relay.js';
import type { Environment } from './environment.js';
import type { RelayDoor } from './relay-door.js';
import type { RelayEvents } from './relay-events.js';
import { firstMerchant, otherMerchants, preparedMerchants, serverKeys } from './relay-merchants.js';
import { RelayPeople } from './relay-people.js';
import type { ServedProgram } from './service.js';

export interface RelayProgram extends ServedProgram {
  readonly url: string;
  /** Address of the embedded broker, where there is one. */
  readonly brokerUrl: string | undefined;
}

export interface RelayStart {
  readonly config: RelayConfig;
  readonly environment: Environment;
  /** Where it is from, for what is read again while it runs. */
  readonly file?: string;
  /** The address it listens at stands for `public_url`: for the demo, whose port the system chose. */
  readonly ownAddress?: boolean;
}

/** @throws Failure for what keeps it from starting at all */
export async function startRelay(start: RelayStart): Promise<RelayProgram> {
  const { config, environment, file } = start;
  const { clock, timers, log } = environment;
  const { receipt, metrics, fleetPage } = config;
  const fleet = new Fleet();
  const now = () => ({ monoMs: clock.monoMs(), wallMs: clock.wallMs() });
  const keys = serverKeys(config, environment);
  const people = new RelayPeople(config, environment);
  const heard = metrics.enabled || fleetPage.enabled ? takenBy(fleet, people, clock) : undefined;
  const opened = await openBroker(config, environment, people, heard);
  const { publisher, brokerUrl, stopBroker, review, embedded, relaysHeard, doorTrouble } = opened;
  const boxes = () => fleet.boxes(now());
  const timeoutMs = config.midtrans.timeoutSeconds * 1000;
  useConnectTime(timeoutMs);
  const first = firstMerchant(config, keys, people);
  const relay = new Relay({
    ...first,
    others: otherMerchants(config, keys, people),
    ...(start.ownAddress === true ? {} : { publicUrl: config.relay.publicUrl }),
    instance: instanceName(config.relay.port),
    ...(people.enrolment === undefined ? {} : { enrolment: people.enrolment }),
    ...(receipt.enabled ? { receipt } : {}),
    ...(metrics.enabled ? { fleet: { boxes, tokenSha256: metrics.tokenSha256 } } : {}),
    ...(fleetPage.enabled
      ? { fleetPage: await fleetDoorOf({ ...fleetPage, boxes, serverKey: first.serverKey, clock }) }
      : {}),
    trustedProxies: config.relay.trustedProxies,
    publisher,
    ...(relaysHeard === undefined ? {} : { relaysHeard }),
    ...(embedded === undefined ? {} : { brokerLoad: () => embedded.load() }),
    timeouts: { chargeMs: 1.5 * timeoutMs, statusMs: timeoutMs, closeMs: timeoutMs, pictureMs: timeoutMs },
    clock,
    timers,
    network: environment.network,
    log: log.child('relay'),
  });
  const prepare = (now: RelayConfig) => preparedMerchants(now, relay, people, environment);
  const stopWatch = people.watch(timers, review);
  const stop = async (): Promise<void> => {
    stopWatch();
    await publisher.stop();
    await stopBroker();
  };
  const { host, port } = config.relay;
  const { url } = await relay.listen(port, host).catch(async (error: unknown) => {
    await stop();
    const detail = `the relay cannot listen at ${host} port ${port}: ${messageOf(error)}`;
    throw new Failure({ kind: 'temporary', code: FAULT.portTaken, detail });
  });
  const events = await eventsOf(config, environment, relay, people, embedded);
  return {
    url,
    brokerUrl,
    status: () => [relay.status(), doorTrouble?.()].filter((words) => words !== undefined).join('; '),
    ...(file === undefined ? {} : { reload: () => people.reload(file, review, prepare) }),
    stop: async () => {
      await relay.close();
      await events?.stop();
      await stop();
    },
  };
}

/** What comes at the word of a merchant who does not have that terminal is nobody's. */
function takenBy(fleet: Fleet, people: RelayPeople, clock: Environment['clock']) {
  return (topic: string, payload: string): void => {
    const box = parseTopic(topic);
    if (box === undefined || people.nameTaken(box) !== undefined) return;
    fleet.take(topic, payload, { monoMs: clock.monoMs(), wallMs: clock.wallMs() });
  };
}

async function eventsOf(
  config: RelayConfig,
  environment: Environment,
  relay: Relay,
  people: RelayPeople,
  embedded: EmbeddedBroker | undefined,
): Promise<RelayEvents | undefined> {
  if (config.webhook.length === 0) return undefined;
  const { startEvents } = await import('./relay-events.js');
  return startEvents(config, environment, relay.counters, people, embedded);
}

async function fleetDoorOf(options: FleetDoorOptions): Promise<FleetDoor> {
  const { FleetDoor } = await import('../relay/fleet-door.js');
  return new FleetDoor(options);
}

interface OpenBroker {
  readonly publisher: Publisher;
  readonly brokerUrl: string | undefined;
  /** Absent where nobody else can be there. */
  readonly relaysHeard?: () => number;
  /** Throws out who may not be there any more; a broker of its own asks us, or ends the connections itself. */
  readonly review: (revoked?: readonly string[]) => void;
  readonly embedded?: EmbeddedBroker;
  /** Why the broker does not learn who may come in. */
  readonly doorTrouble?: () => string | undefined;
  readonly stopBroker: () => Promise<void>;
}

async function openBroker(
  config: RelayConfig,
  environment: Environment,
  people: RelayPeople,
  heard: ((topic: string, payload: string) => void) | undefined,
): Promise<OpenBroker> {
  const { broker, relay, terminal, limits } = config;
  const { clock, timers, random, log } = environment;
  if (broker.kind === 'embedded') {
    const brokerLog = log.child('broker');
    const strangers = new BoundedLog(brokerLog, timers, 'lines about who was not let in');
    const certificate = await certificateOf(broker, environment);
    const embedded = new EmbeddedBroker({
      authenticate: (clientId, password) => people.identify(clientId, password),
      sessionOf: (merchant, terminal) => people.sessionOf(merchant, terminal),
      ...(heard === undefined ? {} : { heard }),
      persistence: broker.directory === '' ? 'memory' : { directory: broker.directory },
      ...(certificate === undefined ? {} : { tls: certificate.pair }),
      clock,
      timers,
      log: brokerLog,
      strangers,
      connectionsMost: connectionsMost(terminal.length, openFilesMost(), brokerLog),
    });
    const brokerUrl = await embedded.listen(broker.port, broker.host);
    if (config.webhook.length === 0) await embedded.forgetEvents();
    certificate?.start((pair) => embedded.renew(pair));
    const publisher = embedded.publisher();
    await publisher.start();
    const stopBroker = (): Promise<void> => {
      certificate?.stop();
      return embedded.close().finally(() => strangers.stop());
    };
    const review = (): void => embedded.review();
    return { publisher, brokerUrl, embedded, review, stopBroker };
  }
  const address = {
    urls: broker.url,
    ...(broker.caFile === undefined ? {} : { tls: { caFile: broker.caFile } }),
  };
  const doors = await doorsOf(config, people, address, environment);
  const publisher = new MqttPublisher({
    broker: address,
    userName: broker.username,
    instance: instanceName(relay.port),
    relays: limits.relays,
    merchant: relay.merchant,
    ...(heard === undefined ? {} : { heard }),
    ...(broker.secret === undefined ? {} : { password: environment.secret('mqtt', broker.secret) }),
    clock,
    timers,
    random,
    network: environment.network,
    log: log.child('mqtt'),
  });
  await publisher.start();
  const relaysHeard = (): number => publisher.relays();
  const stopBroker = async (): Promise<void> => {
    for (const door of doors) await door.close();
  };
  const review = (revoked?: readonly string[]): void => {
    for (const door of doors) door.review(revoked);
  };
  const doorTrouble = (): string | undefined => doors.find((door) => door.trouble?.())?.trouble?.();
  return { publisher, relaysHeard, brokerUrl: undefined, review, doorTrouble, stopBroker };
}

/** Where a broker asks, or is told, who may come in. */
async function doorsOf(
  { broker, enrol, relay: { port } }: RelayConfig,
  people: RelayPeople,
  address: BrokerAddress,
  environment: Environment,
): Promise<readonly RelayDoor[]> {
  assert(broker.kind === 'external', 'an embedded broker asks by itself');
  const { authPort, natsPort, tokensUsername: user, tokensSecret: secret } = broker;
  const doors: RelayDoor[] = [];
  const bookFile = enrol.enabled ? join(enrol.directory, `at-broker-${instanceName(port)}`) : undefined;
  if (authPort !== undefined) {
    const { openDoor } = await import('./relay-door.js');
    doors.push(await openDoor(authPort, people, address, environment, bookFile));
  }
  if (user === undefined || bookFile === undefined) return doors;
  const password = secret === undefined ? '' : environment.secret('mqtt-tokens', secret);
  if (natsPort === undefined) {
    const { startTokens } = await import('./relay-tokens.js');
    doors.push(startTokens({ broker: address, user, password, port }, people, environment));
  } else {
    const { startCallout } = await import('./relay-callout.js');
    const account = { port: natsPort, user, password, broker: address, bookFile };
    doors.push(startCallout(account, people, environment));
  }
  return doors;
}

/** @throws Failure FAULT.brokerCertificate */
async function certificateOf(
  { tlsCert, tlsKey }: Extract<RelayConfig['broker'], { readonly kind: 'embedded' }>,
  environment: Environment,
): Promise<Certificate | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const { Certificate } = await import('../../devices/kit/certificate.js');
  const cert = (): string => {
    try {
      return readFileSync(tlsCert, 'utf8');
    } catch (thrown) {
      throw new Failure(refused(FAULT.brokerCertificate, messageOf(thrown)));
    }
  };
  const key = (): string => environment.secret('broker-key', tlsKey);
  const { clock, timers, log } = environment;
  return new Certificate(
    { cert, key },
    { clock, timers, log: log.child('broker') },
    { unusable: FAULT.brokerCertificate, kept: FAULT.brokerCertificateKept },
  );
}

/** Half of the files that may be open, since callers over HTTP need as many. Exported for its test. */
export function connectionsMost(terminals: number, files: number | undefined, log: Log): number {
  if (files === undefined) return CONNECTIONS_MOST;
  const most = Math.min(CONNECTIONS_MOST, Math.floor(files / 2));
  // A terminal that comes back before its old connection is missed has two.
  if (most < 2 * terminals && most < CONNECTIONS_MOST)
    log.warn(
      `E${FAULT.fewOpenFiles} ${files} files may be open: at most ${most} connections to the broker, for ${terminals} terminals`,
    );
  return most;
}
