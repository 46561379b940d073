import type { IClientOptions } from 'mqtt';
import { assert } from '../base/assert.js';
import type { Backoff } from '../base/backoff.js';
import type { Network } from '../bounds/network.js';
import { FAULT } from '../core/fault/table.js';
import type { Random } from '../port/clock.js';
import type { Runtime } from '../port/runtime.js';
import { addressOptions, type BrokerAddress, checkAddress } from './address.js';
import type { MakeClient } from './client.js';
import { Connection } from './connection.js';
import { type MqttTrouble, troubleText } from './faults.js';
import {
  ASK_AGAIN_MS,
  askingAgain,
  type ConnectionEnd,
  firstDial,
  type RedialState,
  redial,
  TAKEN_OVER,
} from './redial.js';

/** What the broker keeps of us while we are away. */
export type SessionChoice =
  | { readonly keep: false }
  /** `on311`: MQTT 3.1.1 has no expiry; keep sessions only where stale ones are cheap (Mosquitto, embedded). */
  | { readonly keep: true; readonly expiryS: number; readonly on311: boolean };

/** What every client of a broker is given. */
export interface BrokerClientOptions extends Runtime {
  /** Undefined: every connection is made straight. */
  readonly network?: Network | undefined;
  readonly broker: BrokerAddress;
  /** Never logged. */
  readonly password?: string | (() => string);
  /** In place of MQTT.js, for a simulation. */
  readonly makeClient?: MakeClient;
  readonly random: Random;
}

export interface DiallerOptions extends BrokerClientOptions {
  readonly userName: string;
  /** The user name by default: brokers bind the two, so that no client can take another's session. */
  readonly clientId?: string;
  /**
   * For who may have several ids and keeps no session: one to go on with when a connection was ended as soon as it had begun.
   * `clientId` comes first again at the next occasion, so that what a broker forgot to throw away goes (NATS, after a crash).
   * @param ended how many in a row were
   */
  readonly anotherId?: (ended: number) => string;
  readonly session: SessionChoice;
  /** So many messages at a time may be without our acknowledgement, 10 by default; told to brokers with MQTT 5. */
  readonly receiveMaximum?: number;
  readonly keepaliveS: number;
  readonly connectTimeoutMs: number;
  readonly backoff: Backoff;
}

export interface Will {
  readonly topic: string;
  readonly payload: string;
}

export interface DiallerHandlers {
  /** Asked before each connect; retained, QoS 1. */
  will(): Will | undefined;
  connected(connection: Connection): void;
  /** See ConnectionHandlers.arrived. */
  arrived(topic: string, payload: Buffer, messageId?: number): void | Promise<void>;
  /** `arrived` threw: nothing was acknowledged, and nothing is dialled any more. Or MQTT.js is not there to dial with. */
  fatal(error: unknown): void;
  /** After each end, before the pause. */
  down(trouble: MqttTrouble): void;
}

/** One address of the broker, and what is remembered of it. */
interface BrokerNode {
  readonly url: string;
  state: RedialState;
  askedFor5AtMs: number;
  /** The last trouble that the log has; the same again, once a minute for a week, is for the debug level. */
  told: string;
}

/** "Identifier rejected" of 3.1.1 and "Client Identifier not valid" of 5. */
const ID_REFUSED = [2, 133];

/**
 * Keeps one connection going until it is stopped. What to do after which end is decided by {@link redial}, for each node of a
 * cluster by itself: one that is away must not hide that another does not answer. After each end it is the next one's turn,
 * and chance says who is the first, so that a fleet spreads over them.
 */
export class Dialler {
  readonly #options: DiallerOptions;
  readonly #handlers: DiallerHandlers;
  readonly #nodes: readonly BrokerNode[];
  #turn: number;
  #clientId: string;
  /** The broker has said that somebody else uses our first id. */
  #isTaken = false;
  /** The broker lets in no id but the user name, as our own does. */
  #isIdRefused = false;
  /** Connections in a row that were ended as soon as they had begun. */
  #endedSoon = 0;
  #connection: Connection | undefined;
  #makeClient: MakeClient | undefined;
  #cancelPause: () => void = () => {};
  #stopped = false;

  constructor(options: DiallerOptions, handlers: DiallerHandlers) {
    checkAddress(options.broker);
    this.#options = options;
    this.#handlers = handlers;
    const { urls } = options.broker;
    this.#nodes = urls.map((url) => ({ url, state: firstDial(), askedFor5AtMs: 0, told: '' }));
    this.#turn = urls.length === 1 ? 0 : Math.floor(options.random.fraction() * urls.length);
    this.#clientId = this.#firstId;
    this.#makeClient = options.makeClient;
  }

  /** As it is at present. */
  get clientId(): string {
    return this.#clientId;
  }

  /** Of the present or next connection. */
  get url(): string {
    return this.#node.url;
  }

  get #firstId(): string {
    const { clientId, userName } = this.#options;
    return this.#isIdRefused ? userName : (clientId ?? userName);
  }

  get #node(): BrokerNode {
    const node = this.#nodes[this.#turn % this.#nodes.length];
    assert(node !== undefined, 'a dialler has an address');
    return node;
  }

  start(): void {
    if (this.#makeClient !== undefined) return this.#dial(false);
    // MQTT.js takes a sixth of a start. It comes in a turn of its own, after READY=1; no sale waits for it.
    setImmediate(() => {
      import('./client.js')
        .then(({ makeClient }) => {
          this.#makeClient = makeClient;
          this.#dial(false);
        })
        .catch((error: unknown) => this.#handlers.fatal(error));
    });
  }

  /** Says DISCONNECT where there is a connection, within `boundMs`, and dials no more. */
  async stop(boundMs: number): Promise<void> {
    this.#stopped = true;
    this.#cancelPause();
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end(boundMs);
  }

  /** Says DISCONNECT within `boundMs`, and connects at once: a session that is kept gives all that was not acknowledged again. */
  again(boundMs: number): void {
    const connection = this.#connection;
    this.#connection = undefined;
    void connection?.end(boundMs).then(() => this.#dial(false));
  }

  #dial(clean: boolean): void {
    const makeClient = this.#makeClient;
    if (this.#stopped || makeClient === undefined) return;
    const { broker, log, clock, network } = this.#options;
    const node = this.#node;
    const nowMs = clock.monoMs();
    if (nowMs - node.askedFor5AtMs >= ASK_AGAIN_MS) node.state = askingAgain(node.state);
    if (node.state.version === 5) node.askedFor5AtMs = nowMs;
    const address = addressOptions(node.url, broker.tls, network);
    if (!address.ok) {
      this.#ended({ at: 'unreached' }, { code: FAULT.brokerTls, detail: address.error });
      return;
    }
    log.debug(() => `-> CONNECT ${node.url} MQTT ${node.state.version === 5 ? '5' : '3.1.1'}`);
    const mqtt = { ...address.value, ...this.#identity(node.state.version, clean) };
    const connection: Connection = new Connection(
      { ...this.#options, mqtt, makeClient },
      {
        connected: (sessionPresent) => {
          if (node.state.short === 0) node.told = '';
          log.debug(() => `<- CONNACK ${sessionPresent ? 'with' : 'without'} a stored session`);
          this.#handlers.connected(connection);
        },
        arrived: (topic, payload, messageId) => this.#handlers.arrived(topic, payload, messageId),
        fatal: (error) => {
          this.#stopped = true;
          this.#handlers.fatal(error);
        },
        closed: (ending, trouble) => this.#ended(ending, trouble),
      },
    );
    this.#connection = connection;
    connection.open();
  }

  #identity(version: 4 | 5, clean: boolean): IClientOptions {
    const { userName, password, session, receiveMaximum = 10 } = this.#options;
    const will = this.#handlers.will();
    const kept = session.keep && (version === 5 || session.on311);
    return {
      clientId: this.#clientId,
      username: userName,
      ...(password === undefined ? {} : { password: typeof password === 'string' ? password : password() }),
      protocolVersion: version,
      clean: clean || !kept,
      ...(will === undefined
        ? {}
        : { will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
      ...(version === 5
        ? {
            properties: {
              receiveMaximum,
              ...(session.keep ? { sessionExpiryInterval: session.expiryS } : {}),
            },
          }
        : {}),
    };
  }

  #ended(ending: ConnectionEnd, trouble: MqttTrouble): void {
    if (this.#stopped) return;
    const { log, random, backoff, timers } = this.#options;
    this.#connection = undefined;
    if (ending.at === 'refused' && ID_REFUSED.includes(ending.code)) {
      this.#isIdRefused = true;
      this.#clientId = this.#firstId;
    }
    const node = this.#node;
    const { short } = node.state;
    const next = redial(node.state, ending, random.fraction(), backoff);
    node.state = next.state;
    const other =
      ending.at === 'connected' ? this.#otherId(next.state.short > short, ending.reason) : undefined;
    const isFirst = other !== undefined && other.before === this.#firstId;
    if (isFirst) node.state = { ...node.state, short: 0 };
    const delayMs = isFirst && next.rival ? backoff.firstMs : next.delayMs;
    if (next.trying) {
      log.info(`the broker does not speak MQTT 5 (${trouble.detail}); going on with 3.1.1`);
    } else {
      // Who is refused, or hears nothing, was not pushed out by anybody.
      const told = this.#toldOf(trouble, next.rival && ending.at === 'connected', other);
      const text = troubleText(told);
      if (!next.clean) this.#moveOn(node);
      const line = (): string => `${text}; next connect in ${delayMs} ms${this.#where()}`;
      if (text === node.told) log.debug(line);
      else log.warn(line);
      node.told = text;
      this.#handlers.down(told);
    }
    if (next.clean) log.warn('connects without an answer: leaving the stored session behind once');
    if (delayMs === 0) this.#dial(next.clean);
    else this.#cancelPause = timers.after(delayMs, () => this.#dial(next.clean));
  }

  /** After a connection: who may have another id takes one when it was ended `soon`, and the first again when it was a good one. */
  #otherId(soon: boolean, reason: number | undefined): { readonly before: string } | undefined {
    const { anotherId } = this.#options;
    if (anotherId === undefined) return undefined;
    const before = this.#clientId;
    if (reason === TAKEN_OVER) this.#isTaken = true;
    this.#endedSoon = soon ? this.#endedSoon + 1 : 0;
    this.#clientId = soon || this.#isTaken ? anotherId(this.#endedSoon) : this.#firstId;
    return soon ? { before } : undefined;
  }

  #toldOf(trouble: MqttTrouble, rival: boolean, other: { readonly before: string } | undefined): MqttTrouble {
    const { detail } = trouble;
    if (other?.before === this.#firstId)
      return {
        code: FAULT.relayIdTaken,
        detail: `the connection as ${other.before} was ended at once: another one uses that id, or the node that knew it is down (${detail}); going on as ${this.#clientId}`,
      };
    if (!rival) return trouble;
    if (this.#options.anotherId === undefined)
      return { code: FAULT.idTakenOver, detail: `another device uses the id ${this.#clientId} (${detail})` };
    return {
      code: FAULT.relayIdTaken,
      detail: `connections are ended at once under other ids too: look at the rights of ${this.#options.userName} and at the broker's log (${detail})`,
    };
  }

  /** Who pushes us out does so at each node. */
  #moveOn({ state }: BrokerNode): void {
    this.#turn += 1;
    this.#node.state = { ...this.#node.state, short: state.short };
  }

  #where(): string {
    return this.#nodes.length === 1 ? '' : ` at ${this.url}`;
  }
}
