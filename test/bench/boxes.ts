import { connect as dialTcp, type Socket } from 'node:net';
import { connect as dialTls } from 'node:tls';
import { LINK_BACKOFF } from '../../src/mqtt/link.js';
import { type ConnectionEnd, firstDial, type RedialState, redial } from '../../src/mqtt/redial.js';
import { noticeTopic, presenceTopic, stateTopic } from '../../src/mqtt/topics.js';
import { boxIds, passwordOf } from './box-names.js';
import { connect, type Packet, PacketReader, PINGREQ, publish, subscribe, TYPE } from './box-packets.js';
import { serveParent } from './child.js';
import { nowMs } from './clock.js';
import { MERCHANT } from './shop-files.js';

/** As the product's link: to CONNACK. */
const CONNECT_MS = 10_000;
const KEEPALIVE_S = 30;
/** As long as the state of a terminal with a printer and a register. */
const STATE = JSON.stringify({ schema: 1, filler: 'x'.repeat(900) });
/** How many dial at the same time for the first time. */
const AT_ONCE = 50;

export interface BrokerAt {
  readonly port: number;
  readonly version: 4 | 5;
  readonly tls: boolean;
}

/** What became of the boxes since {@link Boxes.watch}. Times by CLOCK_MONOTONIC, in milliseconds. */
export interface Comings {
  /** Sockets that the broker's host opened, ready to be written to. */
  readonly openedAtMs: readonly number[];
  /** Those of them that ended without a login. */
  readonly turnedAway: number;
  readonly upAtMs: readonly number[];
}

/** Many terminals that say nothing, in one process: the bare packets of MQTT, and the product's own arithmetic of when to dial again. */
export class Boxes {
  readonly #boxes: Box[] = [];
  readonly #tally = new Tally();

  /** Resolves when all are connected and subscribed. */
  async open(broker: BrokerAt, many: number): Promise<void> {
    for (const id of boxIds(many)) this.#boxes.push(new Box(id, passwordOf(id), broker, this.#tally));
    const waiting = [...this.#boxes];
    const some = async (): Promise<void> => {
      for (let box = waiting.shift(); box !== undefined; box = waiting.shift()) await box.start();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, some));
  }

  watch(): void {
    this.#tally.clear();
  }

  /** How many are up now. */
  up(): number {
    return this.#boxes.filter((box) => box.isUp).length;
  }

  comings(): Comings {
    const { openedAtMs, turnedAway, upAtMs } = this.#tally;
    return { openedAtMs, turnedAway, upAtMs: [...upAtMs.values()] };
  }

  pid(): number {
    return process.pid;
  }
}

class Tally {
  openedAtMs: number[] = [];
  turnedAway = 0;
  /** The newest of each box. */
  upAtMs = new Map<string, number>();

  clear(): void {
    this.openedAtMs = [];
    this.turnedAway = 0;
    this.upAtMs = new Map();
  }
}

class Box {
  readonly #id: string;
  readonly #password: string;
  readonly #broker: BrokerAt;
  readonly #tally: Tally;
  #redial: RedialState;
  #reached = false;
  #refused: number | undefined;
  #upSinceMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #firstUp: () => void = () => undefined;

  constructor(id: string, password: string, broker: BrokerAt, tally: Tally) {
    this.#id = id;
    this.#password = password;
    this.#broker = broker;
    this.#tally = tally;
    // It has found out long ago.
    this.#redial = { ...firstDial(), version: broker.version, proved: broker.version };
  }

  get isUp(): boolean {
    return this.#upSinceMs !== undefined;
  }

  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#firstUp = resolve;
      this.#dial();
    });
  }

  #dial(): void {
    const { port, tls } = this.#broker;
    const at = { port, host: '127.0.0.1' };
    // Whose certificate it is is the product's business; what it costs the broker is the same.
    const socket = tls ? dialTls({ ...at, rejectUnauthorized: false }) : dialTcp(at);
    this.#reached = false;
    this.#refused = undefined;
    const reader = new PacketReader();
    socket.setNoDelay(true);
    socket.once(tls ? 'secureConnect' : 'connect', () => this.#opened(socket));
    socket.on('data', (chunk: Buffer) => {
      for (const packet of reader.feed(chunk)) this.#take(packet, socket);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => this.#ended());
    this.#within(CONNECT_MS, () => socket.destroy());
  }

  #opened(socket: Socket): void {
    this.#reached = true;
    this.#tally.openedAtMs.push(nowMs());
    const will = JSON.stringify({ presence: 'offline', link: '0123456789ab' });
    socket.write(
      connect({
        ...{ version: this.#broker.version, id: this.#id, password: this.#password, will },
        ...{ keepaliveS: KEEPALIVE_S, willTopic: presenceTopic(MERCHANT, this.#id) },
      }),
    );
  }

  #take({ type, body }: Packet, socket: Socket): void {
    const { version } = this.#broker;
    const id = this.#id;
    if (type === TYPE.connack) {
      if (body[1] !== 0) this.#refused = body[1];
      else socket.write(subscribe(version, noticeTopic(MERCHANT, id)));
    }
    if (type !== TYPE.suback) return;
    if (body.at(-1) !== 1) throw new Error(`${id} may not subscribe`);
    const presence = JSON.stringify({ presence: 'online', link: '0123456789ab' });
    socket.cork();
    socket.write(publish(version, presenceTopic(MERCHANT, id), presence, 2));
    socket.write(publish(version, stateTopic(MERCHANT, id), STATE, 3));
    socket.uncork();
    this.#upSinceMs = nowMs();
    this.#tally.upAtMs.set(id, this.#upSinceMs);
    this.#pings(socket);
    this.#firstUp();
  }

  #pings(socket: Socket): void {
    this.#within(KEEPALIVE_S * 1000, () => {
      socket.write(PINGREQ);
      this.#pings(socket);
    });
  }

  #ended(): void {
    const ending = this.#ending();
    if (this.#upSinceMs === undefined && this.#reached) this.#tally.turnedAway += 1;
    this.#upSinceMs = undefined;
    const next = redial(this.#redial, ending, Math.random(), LINK_BACKOFF);
    this.#redial = next.state;
    this.#within(next.delayMs, () => this.#dial());
  }

  #ending(): ConnectionEnd {
    if (this.#refused !== undefined) return { at: 'refused', code: this.#refused };
    if (this.#upSinceMs === undefined) return { at: this.#reached ? 'unanswered' : 'unreached' };
    return { at: 'connected', upMs: nowMs() - this.#upSinceMs, byPeer: true };
  }

  #within(ms: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, ms);
  }
}

serveParent(new Boxes());
