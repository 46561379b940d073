import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type Server as TlsServer,
} from 'node:tls';
import { Aedes, type AedesPublishPacket, type Client } from 'aedes';
import type { LevelPersistence, SentPacket } from 'aedes-persistence-level';
import { Level } from 'level';
import { assert } from '../base/assert.js';
import { Failure, messageOf, refused } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { Log } from '../port/log.js';
import type { Publisher, PublishOutcome } from '../port/publisher.js';
import type { Runtime } from '../port/runtime.js';
import { type Authenticate, Doorkeeper, type SessionOf } from './doorkeeper.js';
import { Gate, LOGIN_MS } from './gate.js';
import { levelStore, type QueueStore } from './level-store.js';
import { fleetTopics, parseTopic } from './topics.js';

export interface BrokerPair {
  readonly cert: string;
  readonly key: string;
}

export interface EmbeddedBrokerOptions extends Runtime {
  readonly authenticate: Authenticate;
  readonly sessionOf?: SessionOf;
  /** `memory` for demo and tests; a directory for a one-box shop, where queued notices outlive the process. */
  readonly persistence: 'memory' | { readonly directory: string };
  /** Listen with TLS; certificate with its chain, and key, in PEM. */
  readonly tls?: BrokerPair;
  /** How long a publish of our own process may take, default 4 s. */
  readonly ackTimeoutMs?: number;
  /** Told of what terminals say of themselves; what is kept from before this start first. */
  readonly heard?: (topic: string, payload: string) => void;
  /** For what those cause who are not let in, or may not do what they try; `log` by default. */
  readonly strangers?: Log;
  /** At the same time, {@link CONNECTIONS_MOST} by default. */
  readonly connectionsMost?: number;
}

/** At the same time. An idle terminal costs some 25 KiB, 50 with TLS (test/bench), and the service has memory for these. */
export const CONNECTIONS_MOST = 6_000;

/** Client id of who listens to events in this process. */
export const EVENT_LISTENER = '_relay-events';

/** After so long without a connection nothing more is queued for a client. 3.1.1 has no expiry. */
const SESSION_LIFE_MS = 24 * 3_600_000;

/**
 * MQTT 3.1.1 broker in this process (aedes), for demo, tests and one-box shops. Client id and user name are one, and
 * each client sees its own topics only.
 *
 * With a directory, what {@link EmbeddedBroker.publisher} acknowledged survives SIGKILL. Two limits: LevelDB does not
 * sync each write, so a power cut may cost the last notices; and to a publisher with a socket aedes sends PUBACK just
 * before it stores the message. Terminals ask the gateway anyway.
 *
 * Each start takes a new broker id, on purpose: aedes numbers the queued messages by broker id and a counter from zero,
 * so a constant id would overwrite what an earlier run left. The order between messages of two runs is lost by that,
 * which notices do not need.
 */
export class EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #doorkeeper: Doorkeeper;
  readonly #gate: Gate;
  readonly #strangers: Log;
  readonly #sockets = new Set<Socket>();
  readonly #lastSeenMs = new Map<string, number>();
  /** Of {@link EVENT_LISTENER}: known in this process alone, and anew in each. */
  readonly ownPassword = randomBytes(24).toString('hex');
  #startedAtMs = 0;
  #turnedAway = 0;
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  /** Speaks TLS on what the former has taken. */
  #secured: TlsServer | undefined;
  #db: Level | undefined;
  #store: QueueStore | undefined;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#strangers = options.strangers ?? options.log;
    this.#doorkeeper = new Doorkeeper(
      (clientId, password) =>
        clientId !== EVENT_LISTENER
          ? options.authenticate(clientId, password)
          : password === this.ownPassword
            ? { role: 'listener' }
            : undefined,
      this.#strangers,
      options.sessionOf,
    );
    this.#gate = new Gate(options, this.#strangers);
  }

  /**
   * @param port 0 for any free one.
   * @returns the URL to connect to, `mqtt://host:port` or `mqtts://host:port`.
   * @throws Failure FAULT.brokerStore when the directory cannot be opened, FAULT.brokerPort when the port cannot be
   *   had.
   */
  async listen(port: number, host: string): Promise<string> {
    assert(this.#aedes === undefined, 'the broker listens already');
    const { clock, log, tls, persistence } = this.#options;
    const db = persistence === 'memory' ? undefined : await openDirectory(persistence.directory);
    this.#db = db;
    this.#store = db && levelStore(db, (error) => this.#missed(db, error));
    this.#startedAtMs = clock.monoMs();
    const aedes = await Aedes.createBroker({
      ...(this.#store === undefined ? {} : { persistence: this.#store }),
      ...this.#doorkeeper.hooks(),
      // Ours ends it before.
      connectTimeout: LOGIN_MS + 5_000,
      drainTimeout: 10_000,
      keepaliveLimit: 120,
    });
    this.#aedes = aedes;
    this.#watch(aedes);
    await this.#listenToFleet(aedes);
    try {
      const server = this.#makeServer(aedes, tls).listen(port, host);
      await once(server, 'listening');
      this.#server = server;
    } catch (thrown) {
      await this.close();
      throw new Failure(refused(FAULT.brokerPort, messageOf(thrown)));
    }
    const address = this.#server.address();
    assert(address !== null && typeof address === 'object', 'a TCP server has an address');
    const name = host.includes(':') ? `[${host}]` : host;
    const url = `${tls === undefined ? 'mqtt' : 'mqtts'}://${name}:${address.port}`;
    log.info(`embedded broker listens on ${url}`);
    return url;
  }

  /** Closes every connection, then the store. Never throws. */
  async close(): Promise<void> {
    const aedes = this.#aedes;
    const server = this.#server;
    const db = this.#db;
    this.#aedes = undefined;
    this.#server = undefined;
    this.#db = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await db?.close();
  }

  /** Who connects from now on is shown another certificate; who is connected stays. */
  renew(pair: BrokerPair): void {
    this.#secured?.setSecureContext(context(pair));
  }

  /** Connections now, and those that were refused since the start because there were too many. */
  load(): { connections: number; turnedAway: number } {
    return { connections: this.#sockets.size, turnedAway: this.#turnedAway };
  }

  /** Throws out whose credential opens the door no more. */
  review(): void {
    for (const client of this.#doorkeeper.inside()) this.#judge(client);
  }

  #judge(client: Client): void {
    if (!this.#doorkeeper.isOutdated(client)) return;
    this.#options.log.warn(
      `E${FAULT.brokerRefuses} ${client.id} was thrown out: what let it in does not count any more`,
    );
    client.close();
  }

  /** A connection of this process, for {@link EVENT_LISTENER}; there is nothing to dial. */
  attach(): Duplex {
    const [here, there] = duplexPair();
    // One end knows nothing of the other's end by itself.
    here.once('close', () => there.destroy());
    there.once('close', () => here.destroy());
    const aedes = this.#aedes;
    if (aedes === undefined) there.destroy();
    else aedes.handle(there);
    return here;
  }

  /** Nothing more is kept for {@link EVENT_LISTENER}: nobody listens. */
  async forgetEvents(): Promise<void> {
    if (this.#store === undefined) return;
    const { persistence } = this.#aedes as unknown as { persistence: LevelPersistence };
    await persistence.cleanSubscriptions({ id: EVENT_LISTENER });
    for await (const packet of persistence.outgoingStream({
      id: EVENT_LISTENER,
    }) as AsyncIterable<SentPacket>)
      await this.#store.drop({ id: EVENT_LISTENER }, packet);
  }

  /** A publisher of this process, which needs no socket. There is nothing to dial; the broker's owner opens and closes it. */
  publisher(): Publisher {
    return {
      start: () => Promise.resolve(),
      publish: (topic, payload) => this.#publish(topic, payload),
      trouble: () => this.#trouble(),
      stop: () => Promise.resolve(),
    };
  }

  #trouble(): string | undefined {
    return this.#server === undefined
      ? `E${FAULT.brokerPort} the embedded broker does not listen`
      : undefined;
  }

  /** That the broker has taken the message in is its PUBACK. */
  async #publish(topic: string, payload: string): Promise<PublishOutcome> {
    const trouble = this.#trouble();
    if (trouble !== undefined) return { kind: 'unanswered', why: trouble };
    const { timers, ackTimeoutMs = 4000 } = this.#options;
    return new Promise((resolve) => {
      const unanswered = (why: string): void => resolve({ kind: 'unanswered', why });
      const cancel = timers.after(ackTimeoutMs, () =>
        unanswered(`E${FAULT.brokerNoAck} not taken in within ${ackTimeoutMs} ms`),
      );
      this.#deliver(topic, payload)
        .then(() => resolve({ kind: 'acknowledged' }))
        .catch((thrown: unknown) => unanswered(messageOf(thrown)))
        .finally(cancel);
    });
  }

  /** Settles when the message is in every queue that it belongs to, on disk where the broker keeps one. */
  async #deliver(topic: string, payload: string): Promise<void> {
    const aedes = this.#aedes;
    assert(aedes !== undefined, 'the broker does not listen');
    await this.#retireSession(aedes, topic);
    const publish = (): Promise<void> =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    await (this.#store === undefined ? publish() : this.#store.queued(publish));
  }

  /** A terminal that was carried away would otherwise be queued for until the disk is full. */
  async #retireSession(aedes: Aedes, topic: string): Promise<void> {
    const { merchant, terminal } = parseTopic(topic) ?? {};
    if (merchant === undefined || terminal === undefined) return;
    const id = this.#options.sessionOf?.(merchant, terminal) ?? terminal;
    if (this.#doorkeeper.client(id) !== undefined) return;
    const seenMs = this.#lastSeenMs.get(id) ?? this.#startedAtMs;
    if (this.#options.clock.monoMs() - seenMs < SESSION_LIFE_MS) return;
    // A field of aedes that its types leave out.
    const { persistence } = aedes as unknown as { persistence: LevelPersistence };
    await persistence.cleanSubscriptions({ id });
  }

  /** A broker that closes its store sends nothing any more. */
  #missed(db: Level, error: unknown): void {
    if (this.#db === db) this.#storeFailed(error);
  }

  #storeFailed(error: unknown): void {
    this.#options.log.error(`E${FAULT.brokerStore} embedded broker: ${messageOf(error)}`);
  }

  #makeServer(aedes: Aedes, tls: EmbeddedBrokerOptions['tls']): Server {
    const { log } = this.#options;
    const serve = (socket: Socket): void => {
      aedes.handle(socket);
      this.#gate.watch(socket);
    };
    const secured =
      tls && createTlsServer({ ...context(tls), handshakeTimeout: LOGIN_MS, noDelay: true }, serve);
    this.#secured = secured;
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // Nobody else listens yet, and unheard it would end the process; `close` follows.
      socket.on('error', ({ message }) => log.debug(() => `a connection: ${message}`));
      this.#gate.arrive(socket, () => {
        if (secured === undefined) serve(socket);
        else secured.emit('connection', socket);
        socket.resume();
      });
    });
    const most = this.#options.connectionsMost ?? CONNECTIONS_MOST;
    server.maxConnections = most;
    server.on('drop', (dropped) => {
      this.#turnedAway += 1;
      const from = dropped?.remoteAddress ?? 'nowhere';
      this.#strangers.warn(`E${FAULT.brokerFull} a connection from ${from} was refused: there are ${most}`);
    });
    return server;
  }

  async #listenToFleet(aedes: Aedes): Promise<void> {
    const { heard } = this.#options;
    if (heard === undefined) return;
    const topics = fleetTopics('+');
    const { persistence } = aedes as unknown as { persistence: LevelPersistence };
    for await (const { topic, payload } of persistence.createRetainedStreamCombi(
      topics,
    ) as AsyncIterable<AedesPublishPacket>)
      heard(topic, payload.toString());
    for (const filter of topics)
      aedes.subscribe(
        filter,
        ({ topic, payload }, done) => {
          heard(topic, payload.toString());
          done();
        },
        () => {},
      );
  }

  #watch(aedes: Aedes): void {
    const { log, clock } = this.#options;
    const seen = (client: Client): void => {
      this.#lastSeenMs.set(client.id, clock.monoMs());
    };
    aedes.on('clientReady', (client) => {
      seen(client);
      this.#gate.letIn(client.conn as Socket);
      this.#doorkeeper.entered(client);
      log.info(() => `${client.id} connected`);
      // Between the look at its credential and this moment that may have been revoked.
      this.#judge(client);
    });
    aedes.on('clientDisconnect', (client) => {
      seen(client);
      this.#doorkeeper.left(client);
      log.info(() => `${client.id} disconnected`);
    });
    const failed = (client: Client, error: Error): void => {
      // Before it is let in a client has no id, whatever the types say. Those that try MQTT 5 first are no trouble, nor is
      // what a closing broker tells nobody any more: it is in every queue that it belongs to by then.
      const told = (): string => `${client.id ?? 'a new connection'}: ${error.message}`;
      if (this.#aedes !== aedes || error.message === 'unacceptable protocol version') log.debug(told);
      else this.#strangers.warn(told);
    };
    aedes.on('clientError', failed);
    aedes.on('connectionError', failed);
    aedes.on('publish', (packet, client) => {
      if (!packet.topic.startsWith('$'))
        log.debug(() => `${client?.id ?? 'relay here'} -> ${packet.topic} ${packet.payload.length} bytes`);
    });
    // The store failed: aedes gives up the message and says so here only. Unheard, it would end the process.
    const emitter: NodeJS.EventEmitter = aedes;
    emitter.on('error', (error: unknown) => this.#storeFailed(error));
  }
}

function context({ cert, key }: BrokerPair): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' };
}

async function openDirectory(directory: string): Promise<Level> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const db = new Level(directory);
    await db.open();
    return db;
  } catch (thrown) {
    // LevelDB says only "database failed to open"; the reason (locked by another process, no room) is the cause.
    const cause = thrown instanceof Error && thrown.cause !== undefined ? `: ${messageOf(thrown.cause)}` : '';
    throw new Failure(refused(FAULT.brokerStore, `${messageOf(thrown)}${cause}`));
  }
}
