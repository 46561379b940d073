import type { IClientOptions } from 'mqtt';
import type { Backoff } from '../base/backoff.js';
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
} from './redial.js';

/** What the broker keeps of us while we are away. */
export type SessionChoice =
  | { readonly keep: false }
  /** `on311`: MQTT 3.1.1 has no expiry; keep sessions only where stale ones are cheap (Mosquitto, embedded). */
  | { readonly keep: true; readonly expiryS: number; readonly on311: boolean };

/** What every client of a broker is given. */
export interface BrokerClientOptions extends Runtime {
  readonly broker: BrokerAddress;
  /** Never logged. */
  readonly password?: string;
  /** In place of MQTT.js, for a simulation. */
  readonly makeClient?: MakeClient;
  readonly random: Random;
}

export interface DiallerOptions extends BrokerClientOptions {
  /** Also the user name: brokers bind the two, so that no client can take another's session. */
  readonly clientId: string;
  readonly session: SessionChoice;
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
  arrived(topic: string, payload: Buffer): void;
  /** `arrived` threw: nothing was acknowledged, and nothing is dialled any more. Or MQTT.js is not there to dial with. */
  fatal(error: unknown): void;
  /** After each end, before the pause. */
  down(trouble: MqttTrouble): void;
}

/** Keeps one connection going until it is stopped. What to do after which end is decided by {@link redial}. */
export class Dialler {
  readonly #options: DiallerOptions;
  readonly #handlers: DiallerHandlers;
  #state: RedialState = firstDial();
  #askedFor5AtMs = 0;
  #connection: Connection | undefined;
  #makeClient: MakeClient | undefined;
  #cancelPause: () => void = () => {};
  #stopped = false;
  /** The last trouble that the log has; the same again, once a minute for a week, is for the debug level. */
  #told = '';

  constructor(options: DiallerOptions, handlers: DiallerHandlers) {
    checkAddress(options.broker);
    this.#options = options;
    this.#handlers = handlers;
    this.#makeClient = options.makeClient;
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

  #dial(clean: boolean): void {
    const makeClient = this.#makeClient;
    if (this.#stopped || makeClient === undefined) return;
    const { broker, log, clock } = this.#options;
    const nowMs = clock.monoMs();
    if (nowMs - this.#askedFor5AtMs >= ASK_AGAIN_MS) this.#state = askingAgain(this.#state);
    if (this.#state.version === 5) this.#askedFor5AtMs = nowMs;
    const address = addressOptions(broker);
    if (!address.ok) {
      this.#ended({ at: 'unreached' }, { code: FAULT.brokerTls, detail: address.error });
      return;
    }
    log.debug(() => `-> CONNECT ${broker.url} MQTT ${this.#state.version === 5 ? '5' : '3.1.1'}`);
    const mqtt = { ...address.value, ...this.#identity(clean) };
    const connection: Connection = new Connection(
      { ...this.#options, mqtt, makeClient },
      {
        connected: (sessionPresent) => {
          this.#told = '';
          log.debug(() => `<- CONNACK ${sessionPresent ? 'with' : 'without'} a stored session`);
          this.#handlers.connected(connection);
        },
        arrived: (topic, payload) => this.#handlers.arrived(topic, payload),
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

  #identity(clean: boolean): IClientOptions {
    const { clientId, password, session } = this.#options;
    const will = this.#handlers.will();
    const version = this.#state.version;
    const kept = session.keep && (version === 5 || session.on311);
    return {
      clientId,
      username: clientId,
      ...(password === undefined ? {} : { password }),
      protocolVersion: version,
      clean: clean || !kept,
      ...(will === undefined
        ? {}
        : { will: { ...will, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
      ...(version === 5
        ? {
            properties: {
              receiveMaximum: 10,
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
    const before = this.#state;
    const next = redial(before, ending, random.fraction(), backoff);
    this.#state = next.state;
    if (next.trying) {
      log.info(`the broker does not speak MQTT 5 (${trouble.detail}); going on with 3.1.1`);
    } else {
      const told: MqttTrouble = next.rival
        ? {
            code: FAULT.idTakenOver,
            detail: `another device uses the id ${this.#options.clientId} (${trouble.detail})`,
          }
        : trouble;
      const text = troubleText(told);
      const line = (): string => `${text}; next connect in ${next.delayMs} ms`;
      if (text === this.#told) log.debug(line);
      else log.warn(line);
      this.#told = text;
      this.#handlers.down(told);
    }
    if (next.clean) log.warn('connects without an answer: leaving the stored session behind once');
    if (next.delayMs === 0) this.#dial(next.clean);
    else this.#cancelPause = timers.after(next.delayMs, () => this.#dial(next.clean));
  }
}
