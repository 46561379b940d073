import type { IClientOptions, IConnackPacket, IPublishPacket, Packet } from 'mqtt';
import { messageOf } from '../base/fault.js';
import { FAULT } from '../core/fault/table.js';
import type { PublishOutcome } from '../port/publisher.js';
import type { Runtime } from '../port/runtime.js';
import type { MakeClient, MqttConnection } from './client.js';
import type { MqttTrouble } from './faults.js';
import { InFlight, type Outgoing } from './inflight.js';
import type { ConnectionEnd } from './redial.js';
import { RoundTrips } from './round-trips.js';

export interface ConnectionOptions extends Runtime {
  /** Address, identity, session and will for MQTT.js; never logged, since it holds the password. */
  readonly mqtt: IClientOptions;
  readonly keepaliveS: number;
  /** From the first byte to CONNACK, and again from SUBSCRIBE to SUBACK. */
  readonly connectTimeoutMs: number;
  readonly makeClient: MakeClient;
}

export interface ConnectionHandlers {
  connected(sessionPresent: boolean): void;
  /**
   * A message. The broker gets its PUBACK when this has returned, and what it returned has settled; if it throws it gets none,
   * and `fatal` follows. The next message waits for it.
   */
  arrived(topic: string, payload: Buffer, messageId?: number): void | Promise<void>;
  /** The end, when `arrived` threw. */
  fatal(error: unknown): void;
  /** The end, in every other case but {@link Connection.end}. Once. */
  closed(ending: ConnectionEnd, trouble: MqttTrouble): void;
}

export type SubscribeOutcome =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused'; readonly why: string };

/** A queue of messages may hold the loop so long at a time. */
const TURN_MS = 20;
/** The detail of an end without any error: the other side closed it in good order, as it does to the older of two. */
export const CLOSED_QUIETLY = 'connection closed';

/** Errors of the network below TLS, of the proxy, and of whoever answers a WebSocket with something else. */
const AWAY = /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET|^the proxy |^Unexpected server response|^$/;

/**
 * One connection to a broker, from dialling to its one end. For another one another is made: MQTT.js' own reconnect
 * has no backoff, stops for good after some CONNACK errors, and sends again what its callers have long given up, so it
 * is switched off here (`reconnectPeriod: 0`), and a dead client is thrown away whole.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #handlers: ConnectionHandlers;
  readonly #client: MqttConnection;
  readonly #inFlight = new InFlight((outgoing) => this.#send(outgoing));
  readonly #roundTrips = new RoundTrips(() => this.#client.sendPing());
  /** Handed to the library and not yet numbered by it. */
  #leaving: Outgoing | undefined;
  #cancelTimer: () => void = () => {};
  #opened = false;
  #reached = false;
  #connectedAtMs: number | undefined;
  #lastPacketAtMs: number;
  #refusedWith: number | undefined;
  #disconnectReason: number | undefined;
  #lastError = '';
  #closed = false;
  /** Time that messages took since others of this process had their turn. */
  #handlingMs = 0;

  constructor(options: ConnectionOptions, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#lastPacketAtMs = options.clock.monoMs();
    this.#client = options.makeClient({
      ...options.mqtt,
      keepalive: options.keepaliveS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      manualConnect: true,
      // Ours below comes first and says why; the library's own is the net under it.
      connectTimeout: options.connectTimeoutMs + 5000,
      // The library would print the CONNECT packet, password included, when DEBUG is set in the environment.
      log: () => {},
    });
    this.#listen();
  }

  /** Dials. Every end of it comes through `closed`. */
  open(): void {
    const { connectTimeoutMs, mqtt } = this.#options;
    this.#within(connectTimeoutMs, () =>
      this.drop({ code: FAULT.brokerUnreachable, detail: 'no CONNACK in time' }),
    );
    try {
      this.#client.connect();
      this.#opened = true;
    } catch (thrown) {
      // A certificate or key that is no PEM throws before the first byte leaves.
      this.drop({ code: FAULT.brokerTls, detail: messageOf(thrown) });
      return;
    }
    this.#client.stream.once(mqtt.protocol === 'mqtts' ? 'secureConnect' : 'connect', () => {
      this.#reached = true;
    });
  }

  /** Asks for one topic with QoS 1 and reports the SUBACK; a SUBACK that does not come ends the connection. */
  subscribe(topic: string, done: (outcome: SubscribeOutcome) => void): void {
    const { connectTimeoutMs, log } = this.#options;
    log.debug(() => `-> SUBSCRIBE ${topic}`);
    this.#within(connectTimeoutMs, () =>
      this.drop({ code: FAULT.subscriptionRefused, detail: 'no SUBACK in time' }),
    );
    const answered = (error: Error | null, qos: number | undefined): void => {
      if (this.#closed) return;
      this.#watch();
      log.debug(() => `<- SUBACK ${error?.message ?? qos}`);
      if (!error && qos !== 1) log.warn(() => `the broker granted QoS ${qos} instead of 1 for ${topic}`);
      done(error ? { kind: 'refused', why: error.message } : { kind: 'granted' });
    };
    // In its own turn: the library calls back a second time when its callback throws, and a bug of ours must surface.
    this.#client.subscribe(topic, { qos: 1 }, (error, granted) =>
      queueMicrotask(() => answered(error, granted?.[0]?.qos)),
    );
  }

  /**
   * QoS 1. `settle` is called once, with `unanswered` when the connection ends first.
   * @returns a function that takes it back if it has not left yet; then `settle` is not called.
   */
  publish(
    topic: string,
    payload: string,
    retain: boolean,
    settle: (outcome: PublishOutcome) => void,
  ): () => void {
    if (this.#closed || this.#connectedAtMs === undefined) {
      settle({ kind: 'unanswered', why: 'not connected' });
      return () => {};
    }
    return this.#inFlight.offer({ topic, payload, retain, settle });
  }

  /**
   * As {@link publish}, not retained; acknowledged is what the broker has answered twice: with the PUBACK, and with a round trip
   * after it, since Mosquitto and the embedded broker write down in between.
   */
  deliver(topic: string, payload: string, settle: (outcome: PublishOutcome) => void): () => void {
    return this.publish(topic, payload, false, (outcome) => {
      // What no session holds is on no disk.
      if (outcome.kind !== 'acknowledged' || outcome.reached === false) return settle(outcome);
      this.roundTrip((whole) =>
        settle(whole ? outcome : { kind: 'unanswered', why: 'the connection ended right after the PUBACK' }),
      );
    });
  }

  /** The PUBACK of a message that was left open, where the client is one that leaves them open. */
  acknowledge(messageId: number): void {
    if (!this.#closed) this.#client.acknowledge?.(messageId);
  }

  /** `done(true)` once the broker has answered what is sent now, after all that it has acknowledged; false where the connection ends. */
  roundTrip(done: (whole: boolean) => void): void {
    if (this.#closed) done(false);
    else this.#roundTrips.ask(done);
  }

  /** Ends it now and without DISCONNECT, so the broker publishes the will. `closed` follows. */
  drop(trouble: MqttTrouble): void {
    if (this.#closed) return;
    this.#finish(trouble.detail);
    this.#handlers.closed(this.#ending(trouble), trouble);
  }

  /** Ends it with a DISCONNECT, within `boundMs`; the broker forgets the will. `closed` is not called. */
  async end(boundMs: number): Promise<void> {
    if (this.#closed) return;
    if (this.#connectedAtMs === undefined) return this.#finish('stopped');
    this.#closed = true;
    this.#cancelTimer();
    this.#abandon('stopped');
    await new Promise<void>((resolve) => {
      const stream = this.#client.stream;
      const cancel = this.#options.timers.after(boundMs, () => {
        stream.destroy();
        resolve();
      });
      stream.once('close', () => {
        cancel();
        resolve();
      });
      // Waits for the answers to what is still under way before it says DISCONNECT, hence the bound.
      this.#client.end(false);
    });
  }

  #listen(): void {
    const client = this.#client;
    client.handleMessage = (packet, done) => this.#arrived(packet, done);
    client.on('connect', (connack) => this.#connected(connack));
    client.on('packetsend', (packet) => this.#sent(packet));
    client.on('packetreceive', (packet) => this.#received(packet));
    client.on('error', (error) => {
      this.#lastError = error.message === '' ? String((error as { code?: unknown }).code) : error.message;
      // The library does not close after each kind of error, and none of them is one to go on after.
      this.drop(this.#trouble());
    });
    client.on('close', () => this.drop(this.#trouble()));
  }

  #connected(connack: IConnackPacket): void {
    if (this.#closed) return;
    this.#connectedAtMs = this.#options.clock.monoMs();
    // MQTT 5: absent means 65,535. 3.1.1 has no such property; twenty is what Mosquitto allows by default.
    if (this.#options.mqtt.protocolVersion === 5)
      this.#inFlight.setWindow(connack.properties?.receiveMaximum ?? 65_535);
    this.#watch();
    this.#handlers.connected(connack.sessionPresent);
  }

  #arrived(packet: IPublishPacket, done: (error?: Error) => void): void {
    // What the parser still holds of a connection that is over gets no PUBACK and comes again.
    if (this.#closed) return;
    const { clock, timers } = this.#options;
    const beganMs = clock.monoMs();
    const unkept = (thrown: unknown): void => {
      if (this.#closed) return;
      this.#finish('a message could not be kept');
      this.#handlers.fatal(thrown);
    };
    try {
      const taking = this.#handlers.arrived(packet.topic, Buffer.from(packet.payload), packet.messageId);
      if (taking !== undefined)
        return void taking.then(() => {
          if (!this.#closed) done();
        }, unkept);
    } catch (thrown) {
      return unkept(thrown);
    }
    this.#handlingMs += clock.monoMs() - beganMs;
    if (this.#handlingMs < TURN_MS) return done();
    // The library takes the next one in the same turn of the loop; timers, watchdog and customer come in between.
    this.#handlingMs = 0;
    timers.after(0, () => {
      if (!this.#closed) done();
    });
  }

  #send(outgoing: Outgoing): void {
    const { topic, payload, retain } = outgoing;
    this.#options.log.debug(() => `-> ${topic} ${payload}`);
    this.#leaving = outgoing;
    let why = 'the client did not send it';
    try {
      // The outcome is read from the PUBACK itself: this callback hides reason 16.
      this.#client.publish(topic, payload, { qos: 1, retain }, (error) => {
        if (error) why = error.message;
      });
    } catch (thrown) {
      why = messageOf(thrown);
    }
    if (this.#leaving !== outgoing) return;
    this.#leaving = undefined;
    outgoing.settle({ kind: 'unanswered', why });
  }

  #sent(packet: Packet): void {
    if (packet.cmd === 'puback') this.#options.log.debug(() => `-> PUBACK ${packet.messageId}`);
    if (packet.cmd === 'pingreq') this.#roundTrips.sent();
    if (packet.cmd !== 'publish' || this.#leaving === undefined || packet.messageId === undefined) return;
    this.#inFlight.sent(packet.messageId, this.#leaving);
    this.#leaving = undefined;
  }

  #received(packet: Packet): void {
    this.#lastPacketAtMs = this.#options.clock.monoMs();
    if (packet.cmd === 'connack') {
      const code = packet.reasonCode ?? packet.returnCode ?? 0;
      if (code !== 0) this.#refusedWith = code;
    }
    if (packet.cmd === 'pingresp') this.#roundTrips.answered();
    if (packet.cmd === 'disconnect') this.#disconnectReason = packet.reasonCode ?? 0;
    if (packet.cmd === 'puback' && packet.messageId !== undefined) {
      const { messageId, reasonCode } = packet;
      this.#options.log.debug(() => `<- PUBACK ${messageId} ${reasonCode ?? 0}`);
      this.#inFlight.acknowledged(messageId, reasonCode);
    }
  }

  /** A link whose other end is frozen looks whole: TCP says nothing, so something must come within two keepalives. */
  #watch(): void {
    if (this.#closed) return;
    const keepaliveMs = this.#options.keepaliveS * 1000;
    this.#within(keepaliveMs, () => {
      const silentMs = this.#options.clock.monoMs() - this.#lastPacketAtMs;
      if (silentMs >= 2 * keepaliveMs)
        this.drop({ code: FAULT.brokerSilent, detail: `silent for ${Math.round(silentMs / 1000)} s` });
      else this.#watch();
    });
  }

  #within(ms: number, late: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timers.after(ms, late);
  }

  #trouble(): MqttTrouble {
    if (this.#refusedWith !== undefined)
      return { code: FAULT.brokerRefuses, detail: this.#lastError || 'refused' };
    if (this.#disconnectReason !== undefined)
      return {
        code: this.#disconnectReason === 142 ? FAULT.idTakenOver : FAULT.brokerUnreachable,
        detail: `the broker sent DISCONNECT ${this.#disconnectReason}`,
      };
    if (this.#lastError === 'Keepalive timeout') return { code: FAULT.brokerSilent, detail: this.#lastError };
    const handshake = this.#options.mqtt.protocol !== 'mqtt' && !this.#reached;
    return {
      code: handshake && !AWAY.test(this.#lastError) ? FAULT.brokerTls : FAULT.brokerUnreachable,
      detail: this.#lastError || CLOSED_QUIETLY,
    };
  }

  #finish(why: string): void {
    this.#closed = true;
    this.#cancelTimer();
    if (this.#opened) this.#client.end(true);
    this.#abandon(why);
  }

  #abandon(why: string): void {
    this.#inFlight.abandon(why);
    this.#roundTrips.abandon();
  }

  #ending(trouble: MqttTrouble): ConnectionEnd {
    if (this.#refusedWith !== undefined) return { at: 'refused', code: this.#refusedWith };
    if (this.#connectedAtMs === undefined) return { at: this.#reached ? 'unanswered' : 'unreached' };
    const upMs = this.#options.clock.monoMs() - this.#connectedAtMs;
    const byPeer = trouble.code === FAULT.brokerUnreachable || trouble.code === FAULT.idTakenOver;
    const reason = this.#disconnectReason;
    return { at: 'connected', upMs, byPeer, ...(reason === undefined ? {} : { reason }) };
  }
}
