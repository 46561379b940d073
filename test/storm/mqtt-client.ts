import type { IClientOptions, IConnackPacket, IPublishPacket, Packet } from 'mqtt';
import type { ClientStream, MakeClient, MqttConnection } from '../../src/mqtt/client.js';
import type { Broker } from './broker.js';
import type { Chance } from './chance.js';
import { unheard } from './devices.js';
import type { Story } from './story.js';
import type { VirtualTime } from './time.js';

export interface NetParts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly story: Story;
  readonly broker: Broker;
  /** Whether the process that dials still lives. A dead one sends nothing and hears nothing. */
  readonly alive: () => boolean;
  /** The client is about to send the PUBACK of this. */
  readonly acknowledges?: (topic: string, payload: string) => void;
}

/** One packet on its way, in either direction. */
const WAY_MS = 10;

/** The network under the MQTT clients of one process, and the connections on it. */
export class Net {
  readonly #parts: NetParts;
  #client: StormClient | undefined;

  constructor(parts: NetParts) {
    this.#parts = parts;
    this.#every('linkDrops', (client) => client.severed());
    this.#every('linkHalfOpen', (client) => client.freeze());
  }

  readonly makeClient: MakeClient = (options) => {
    this.#client = new StormClient(this.#parts, options);
    return this.#client;
  };

  #every(name: 'linkDrops' | 'linkHalfOpen', happen: (client: StormClient) => void): void {
    const { chance, time, alive } = this.#parts;
    const waitMs = chance.waitMs(name);
    if (waitMs === undefined) return;
    time.after(waitMs, () => {
      if (!alive() || chance.off) return;
      if (this.#client?.isUp === true && chance.due(name)) happen(this.#client);
      this.#every(name, happen);
    });
  }
}

/**
 * Stands where MQTT.js stands: the packets of one connection, each of them on its way for a while and in order, as TCP
 * has it. What MQTT.js does between packet and caller is here as far as a connection relies on it (see client.ts there);
 * dialling, patience, sessions, keepalive bound and redialling above it are the product's own.
 */
export class StormClient implements MqttConnection {
  readonly clientId: string;
  readonly #parts: NetParts;
  readonly #options: IClientOptions;
  handleMessage: (packet: IPublishPacket, done: (error?: Error) => void) => void = nothing;
  stream: ClientStream = { once: nothing, destroy: () => this.severed() };
  readonly #on = new Map<string, ((...args: never[]) => void)[]>();
  readonly #closing: (() => void)[] = [];
  /** PUBACKs that are due, by packet id. */
  readonly #unacknowledged = new Map<number, (error?: Error) => void>();
  #reached: () => void = nothing;
  #state: 'new' | 'dialling' | 'up' | 'over' = 'new';
  /** Half open: nothing arrives any more, on either side, and nobody is told. */
  #frozen = false;
  #ids = 0;
  /** A packet is never overtaken by a later one. */
  #toBrokerMs = 0;
  #toClientMs = 0;

  constructor(parts: NetParts, options: IClientOptions) {
    this.#parts = parts;
    this.#options = options;
    this.clientId = options.clientId ?? '';
    this.stream = {
      once: (event, listener) => {
        if (event === 'close') this.#closing.push(listener);
        else this.#reached = listener;
      },
      destroy: () => this.severed(),
    };
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Up at both ends. */
  get isWhole(): boolean {
    return this.#state === 'up' && !this.#frozen && this.#parts.alive();
  }

  on(event: string, listener: (...args: never[]) => void): void {
    this.#on.set(event, [...(this.#on.get(event) ?? []), listener]);
  }

  connect(): void {
    const { chance, time } = this.#parts;
    this.#state = 'dialling';
    if (chance.now('brokerAway')) {
      time.after(40, () => this.#fail('connect ECONNREFUSED'));
      return;
    }
    time.after(2 * WAY_MS, () => {
      if (this.#isOver()) return;
      unheard(this.#reached);
      // A broker in trouble takes the connection and says nothing.
      if (!chance.now('connackLost')) this.#toBroker(() => this.#connected());
    });
  }

  #connected(): void {
    const { broker, story } = this.#parts;
    const { clean = true, protocolVersion, properties } = this.#options;
    // 3.1.1 knows no expiry: what is kept is kept.
    const expiryMs =
      protocolVersion === 4 && !clean
        ? Number.POSITIVE_INFINITY
        : (properties?.sessionExpiryInterval ?? 0) * 1_000;
    const { reason, sessionPresent } = broker.connect(this, clean, expiryMs);
    story.say(() => `broker: CONNECT of ${this.clientId}${reason === 0 ? '' : `, refused ${reason}`}`);
    const connack: IConnackPacket = { cmd: 'connack', reasonCode: reason, sessionPresent };
    this.#toClient(() => {
      this.#emit('packetreceive', connack);
      if (reason !== 0) return this.#fail('Connection refused: Server unavailable');
      this.#state = 'up';
      this.#emit('connect', connack);
      this.#keepAlive();
    });
    if (reason === 0) broker.resume(this);
  }

  /**
   * MQTT.js asks for a sign of life; whoever waits for its answer is the connection. Where the connection is whole, the
   * answer is here at once: on a quiet line nothing else hangs on its way.
   */
  #keepAlive(): void {
    const { time } = this.#parts;
    time.after((this.#options.keepalive ?? 60) * 1_000, () => {
      if (this.#isOver()) return;
      this.#emit('packetsend', { cmd: 'pingreq' });
      if (!this.#frozen) this.#emit('packetreceive', { cmd: 'pingresp' });
      this.#keepAlive();
    });
  }

  sendPing(): void {
    this.#emit('packetsend', { cmd: 'pingreq' });
    this.#toBroker(() => this.#toClient(() => this.#emit('packetreceive', { cmd: 'pingresp' })));
  }

  subscribe(
    topic: string,
    _options: unknown,
    done: (error: Error | null, granted?: readonly { readonly qos: number }[]) => void,
  ): void {
    const { broker, chance } = this.#parts;
    this.#toBroker(() => {
      const qos = broker.subscribe(this, topic);
      if (chance.now('subackLost')) return;
      this.#toClient(() => {
        this.#emit('packetreceive', { cmd: 'suback', granted: [qos] });
        if (qos === 128) done(new Error('Unspecified error'));
        else done(null, [{ qos }]);
      });
    });
  }

  publish(topic: string, payload: string, _options: unknown, done: (error?: Error) => void): void {
    const { broker } = this.#parts;
    this.#ids += 1;
    const messageId = this.#ids;
    this.#unacknowledged.set(messageId, done);
    this.#emit('packetsend', {
      cmd: 'publish',
      topic,
      payload,
      messageId,
      qos: 1,
      dup: false,
      retain: false,
    });
    this.#toBroker(() => {
      const reasonCode = broker.publish(topic, payload);
      if (reasonCode === undefined) return;
      this.#toClient(() => {
        this.#unacknowledged.delete(messageId);
        this.#emit('packetreceive', { cmd: 'puback', messageId, reasonCode });
        done();
      });
    });
  }

  /** A PUBLISH of the broker. `acknowledged` is called when the PUBACK has come to it. */
  deliver(message: { readonly topic: string; readonly payload: string }, acknowledged: () => void): void {
    const { topic, payload } = message;
    this.#ids += 1;
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload, 'utf8'),
      messageId: this.#ids,
      qos: 1,
      dup: false,
      retain: false,
    };
    this.#toClient(() => {
      this.#emit('packetreceive', packet);
      this.handleMessage(packet, () => {
        this.#parts.acknowledges?.(topic, payload);
        this.#emit('packetsend', { cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0 });
        this.#toBroker(acknowledged);
      });
    });
  }

  end(force: boolean): void {
    if (force) return this.severed();
    // Says DISCONNECT; the broker keeps the session, and closes.
    this.#toBroker(() => {
      this.#parts.broker.left(this);
      this.#toClient(() => this.severed());
    });
  }

  /** The connection is cut, and both ends hear of it. */
  severed(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#parts.broker.left(this);
    const wake = (): void => {
      this.#emit('close');
      for (const listener of this.#closing) unheard(listener);
    };
    // As a socket does, in a turn of its own.
    this.#parts.time.after(0, () => this.#parts.alive() && wake());
  }

  /** Both ends think that all is well. */
  freeze(): void {
    this.#frozen = true;
  }

  #fail(words: string): void {
    if (this.#isOver()) return;
    this.#emit('error', new Error(words));
    this.severed();
  }

  #isOver(): boolean {
    return this.#state === 'over' || !this.#parts.alive();
  }

  #toBroker(arrive: () => void): void {
    const { time, alive } = this.#parts;
    if (!alive()) return;
    this.#toBrokerMs = Math.max(this.#toBrokerMs, time.nowMs + this.#wayMs());
    time.after(this.#toBrokerMs - time.nowMs, () => {
      // What a process has sent arrives, whether it still lives or not.
      if (this.#state !== 'over' && !this.#frozen) arrive();
    });
  }

  #toClient(arrive: () => void): void {
    const { time } = this.#parts;
    this.#toClientMs = Math.max(this.#toClientMs, time.nowMs + this.#wayMs());
    time.after(this.#toClientMs - time.nowMs, () => {
      if (!this.#isOver() && !this.#frozen) unheard(arrive);
    });
  }

  #wayMs(): number {
    const { chance } = this.#parts;
    return chance.now('packetSlow') ? chance.detail('packetSlow', 50, 5_000) : WAY_MS;
  }

  #emit(event: 'connect' | 'packetsend' | 'packetreceive' | 'error' | 'close', what?: Packet | Error): void {
    for (const listener of this.#on.get(event) ?? []) (listener as (what?: Packet | Error) => void)(what);
  }
}

function nothing(): void {}
