import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../base/fault.js';
import { parseTerminalId } from '../base/ids.js';
import { FAULT } from '../core/fault/table.js';
import { boundedLine } from '../midtrans/faults.js';
import { type BrokerIdentity, mayPublish, maySubscribe } from '../mqtt/permissions.js';
import type { PlaceTaker } from '../mqtt/take-place.js';
import type { Log } from '../port/log.js';
import { readVisit, send } from './http-visit.js';

export interface BrokerDoorOptions {
  readonly identify: (
    name: string,
    password: string,
  ) => BrokerIdentity | undefined | Promise<BrokerIdentity | undefined>;
  /** Who a terminal is that the broker let in before this relay began, and nobody wrote down. */
  readonly known: (name: string) => BrokerIdentity;
  /** Who was written down then. */
  readonly guests: Iterable<readonly [string, BrokerIdentity]>;
  readonly entered: (name: string, guest: BrokerIdentity) => void;
  readonly left: (name: string) => void;
  /** Takes the place of whoever is at the broker under this name, and leaves. Rejects where it could not. */
  readonly takePlace: (taker: PlaceTaker) => Promise<void>;
  readonly log: Log;
  /** For what anybody may cause who reaches the broker. */
  readonly strangers: Log;
}

/** Of who comes to throw somebody out; no token begins like that. */
const ONCE = 'once-';

/** Of this relay or another one, which alone knows it. */
export function isOncePassword(password: string): boolean {
  return password.startsWith(ONCE);
}

/** RabbitMQ keeps what waits for a client in a queue of this name. */
const QUEUE = /^mqtt-subscription-(.+)qos[01]$/;

/** How a topic of MQTT is written in AMQP, read backwards. */
const MQTT_SIGNS: Readonly<Record<string, string>> = { '.': '/', '/': '.', '*': '+' };

/**
 * What RabbitMQ's `rabbitmq_auth_backend_http` asks: who may come in, and what each may do. The same tokens and the same rights as at the
 * embedded broker. RabbitMQ asks once a connection and remembers; it ends none that it has, so whoever may not be there any more is thrown
 * out by one who comes under his name, whom this door lets in once.
 */
export class BrokerDoor {
  readonly #options: BrokerDoorOptions;
  /** Who has proved who he is. */
  readonly #guests: Map<string, BrokerIdentity>;
  /** Who is to be thrown out, until it is done. */
  readonly #leaving = new Set<string>();
  /** Passwords that are good once. */
  readonly #once = new Map<string, string>();
  readonly #server: Server;
  /** Of those who leave, whose turn has not come. */
  readonly #queued = new Set<string>();
  #underWay = Promise.resolve();
  #closing = false;

  constructor(options: BrokerDoorOptions) {
    this.#options = options;
    this.#guests = new Map(options.guests);
    this.#server = createServer((request, response) => {
      readVisit(request, (visit) => {
        const asked = new URLSearchParams(
          visit === undefined ? '' : Buffer.from(visit.body).toString('utf8'),
        );
        const answered = (body: string): void =>
          send(response, { status: 200, contentType: 'text/plain', body, note: body }, visit === undefined);
        this.#answer(visit?.path ?? '', asked).then(answered, (thrown: unknown) => {
          this.#options.log.error(
            `a question of the broker failed by our own fault: ${boundedLine(messageOf(thrown))}`,
          );
          answered('deny');
        });
      });
    });
  }

  /** On the loopback only: whoever asks is believed to be the broker. @throws Error (of the system) */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#underWay;
  }

  /**
   * Throws out who may not be there any more. What could not be done is tried again the next time.
   * @param revoked who has just been: the broker may have let him in before this relay began
   */
  review(revoked: readonly string[] = []): void {
    for (const [name, guest] of this.#guests) if (holdsNoMore(guest)) this.#leaving.add(name);
    for (const name of revoked) if (!this.#guests.has(name)) this.#leaving.add(name);
    for (const name of this.#leaving) {
      if (this.#queued.has(name)) continue;
      this.#queued.add(name);
      this.#underWay = this.#underWay.then(() => this.#throwOut(name));
    }
  }

  async #throwOut(name: string): Promise<void> {
    this.#queued.delete(name);
    if (this.#closing || !this.#leaving.has(name)) return;
    const { log, takePlace, left } = this.#options;
    const password = ONCE + randomBytes(32).toString('base64url');
    this.#once.set(name, password);
    try {
      await takePlace({ name, password, keeps: mayReturn(this.#guests.get(name)) });
      this.#leaving.delete(name);
      const guest = this.#guests.get(name);
      if (guest !== undefined && holdsNoMore(guest)) {
        this.#guests.delete(name);
        left(name);
      }
      log.info(`${name} may not be at the broker any more and was thrown out of it`);
    } catch (thrown) {
      log.warn(
        `E${FAULT.notThrownOut} ${name} may not be at the broker any more, and may still be there: ${boundedLine(messageOf(thrown))}`,
      );
    } finally {
      this.#once.delete(name);
    }
  }

  async #answer(path: string, asked: URLSearchParams): Promise<string> {
    const name = asked.get('username') ?? '';
    if (path === '/user') {
      const guest = await this.enter(name, asked.get('password') ?? '', asked.get('client_id'));
      return guest === undefined ? 'deny' : 'allow';
    }
    // Who comes to throw somebody out has to get that far.
    if (this.#leaving.has(name)) return path === '/vhost' || isOwnQueue(name, asked) ? 'allow' : 'deny';
    const guest = this.#guest(name);
    return guest !== undefined && isAllowed(guest, path, name, asked) ? 'allow' : 'deny';
  }

  /**
   * Lets somebody in. The client id is the name, so that nobody takes another's place, and what waits for him.
   * @returns who he is; `thrower` for who comes in our own name to throw somebody out; undefined for nobody
   */
  async enter(
    name: string,
    password: string,
    clientId: string | null,
  ): Promise<BrokerIdentity | 'thrower' | undefined> {
    if (this.#once.get(name) === password) {
      this.#once.delete(name);
      return 'thrower';
    }
    const guest =
      clientId === null || clientId === name ? await this.#options.identify(name, password) : undefined;
    // Revoked while his signature was looked at.
    if (guest === undefined || holdsNoMore(guest)) {
      if (!isOncePassword(password))
        this.#options.strangers.warn(`not let in to the broker: ${boundedLine(name).slice(0, 64)}`);
      return undefined;
    }
    this.#options.entered(name, guest);
    this.#guests.set(name, guest);
    // Enrolled again: this connection takes the place of the old one by itself.
    this.#leaving.delete(name);
    return guest;
  }

  #guest(name: string): BrokerIdentity | undefined {
    const guest =
      this.#guests.get(name) ?? (parseTerminalId(name) === undefined ? undefined : this.#options.known(name));
    return guest === undefined || holdsNoMore(guest) ? undefined : guest;
  }
}

function holdsNoMore(guest: BrokerIdentity): boolean {
  return 'holds' in guest && guest.holds?.() === false;
}

function mayReturn(guest: BrokerIdentity | undefined): boolean {
  return guest !== undefined && 'mayReturn' in guest && guest.mayReturn?.() === true;
}

function isAllowed(guest: BrokerIdentity, path: string, name: string, asked: URLSearchParams): boolean {
  if (path === '/vhost') return true;
  const [resource, of, permission] = ['resource', 'name', 'permission'].map((key) => asked.get(key) ?? '');
  if (path === '/topic') {
    const topic = (asked.get('routing_key') ?? '').replaceAll(/[./*]/g, (sign) => MQTT_SIGNS[sign] ?? sign);
    return permission === 'write' ? mayPublish(guest, name, topic) : maySubscribe(guest, name, topic);
  }
  if (path !== '/resource') return false;
  if (isOwnQueue(name, asked)) return true;
  return resource === 'exchange' && of === 'amq.topic' && permission !== 'configure';
}

/** What waits for it. */
function isOwnQueue(name: string, asked: URLSearchParams): boolean {
  return asked.get('resource') === 'queue' && QUEUE.exec(asked.get('name') ?? '')?.[1] === name;
}
