import type { Socket } from 'node:net';
import { FAULT } from '../core/fault/table.js';
import type { Clock, Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';
import type { Runtime } from '../port/runtime.js';
import { PAYLOAD_MAX_BYTES } from './permissions.js';

/** Bytes of everything that may come before a client is let in: CONNECT with its will, and what is sent right behind it. */
export const BEFORE_LOGIN_MAX_BYTES = 16_384;
/** The largest packet of one that is in: a payload, its topic, its head. */
export const PACKET_MAX_BYTES = PAYLOAD_MAX_BYTES + 1_024;
/** From the connection to CONNACK. */
export const LOGIN_MS = 10_000;
/** Connections that log in at the same time; for one more the oldest of them goes, once it has had its time. */
export const STRANGERS_MOST = 100;
/** What a login may take while others wait for theirs. */
export const LOGIN_WHILE_OTHERS_WAIT_MS = 3_000;
/**
 * How long one more waits before it is told to come later: a terminal gives up after ten seconds, and what is begun with who has
 * waited for most of them is begun in vain.
 */
export const WAIT_MS = 5_000;

const CONNECT = 1;
/** MQTT 2.2.3: the remaining length has at most four bytes. */
const LENGTH_BYTES_MOST = 4;

/** Follows the packets of one connection by their heads alone. */
export class PacketMeter {
  #type: number | undefined;
  #lengthBytes = 0;
  #length = 0;
  #left = 0;
  #packets = 0;

  /** @returns what is wrong with it; undefined while nothing is. It reads a head, and skips what the head announces. */
  feed(chunk: Uint8Array): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      const wrong = this.#head(chunk[at] ?? 0);
      if (wrong !== undefined) return wrong;
      at += 1;
    }
    return undefined;
  }

  #head(byte: number): string | undefined {
    if (this.#type === undefined) {
      this.#type = byte >> 4;
      const isFirst = this.#packets === 0;
      return isFirst && this.#type !== CONNECT ? 'its first packet is no CONNECT' : undefined;
    }
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (this.#length > (this.#packets === 0 ? BEFORE_LOGIN_MAX_BYTES : PACKET_MAX_BYTES))
      return `a packet of ${this.#length} bytes or more`;
    if ((byte & 0x80) !== 0) return this.#lengthBytes < LENGTH_BYTES_MOST ? undefined : 'no MQTT';
    this.#left = this.#length;
    this.#packets += 1;
    this.#type = undefined;
    this.#lengthBytes = 0;
    this.#length = 0;
    return undefined;
  }
}

/** Where a connection is from; whether TLS is spoken on it or not. */
type Place = string;

interface Waiting {
  readonly socket: Socket;
  readonly begin: () => void;
  readonly disarm: () => void;
}

interface Stranger {
  readonly socket: Socket;
  readonly sinceMs: number;
  bytes: number;
  readonly disarm: () => void;
}

/**
 * What a connection may send before and after it is let in (law 16). The broker's own parser collects a packet until it is
 * whole, up to 256 MB, of any client; so each chunk is measured as the broker takes it, and the connection ends first.
 *
 * Thousands that come back in the same second are begun with one after the other, in the order in which they came, a turn of the
 * loop for each: all at once none is served in time, each gives up, and all come again (5,000 with TLS: half of them were back
 * after 66 s, and a notification waited 6 s for its answer).
 */
export class Gate {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #log: Log;
  /** Oldest first, as in the next. */
  readonly #waiting = new Map<Place, Waiting>();
  readonly #strangers = new Map<Place, Stranger>();
  #calls = false;
  #cancelCall: () => void = () => {};

  constructor({ clock, timers }: Pick<Runtime, 'clock' | 'timers'>, log: Log) {
    this.#clock = clock;
    this.#timers = timers;
    this.#log = log;
  }

  /**
   * @param socket is not read yet
   * @param begin is called when it is its turn: TLS, and the broker's reading
   */
  arrive(socket: Socket, begin: () => void): void {
    // Its other end has gone already.
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const place = placeOf(socket);
    const disarm = this.#timers.after(WAIT_MS, () =>
      this.#refuse(place, socket, `its turn did not come in ${WAIT_MS / 1000} s`, FAULT.brokerBusy),
    );
    this.#waiting.set(place, { socket, begin, disarm });
    socket.once('close', () => this.#forget(place));
    this.#callSoon();
  }

  /** Call when the broker has begun to read `socket`: its reading decides when there is data, not ours. */
  watch(socket: Socket): void {
    const place = placeOf(socket);
    const meter = new PacketMeter();
    socket.on('data', (chunk: Uint8Array) => {
      const stranger = this.#strangers.get(place);
      if (stranger !== undefined) stranger.bytes += chunk.length;
      const wrong =
        stranger !== undefined && stranger.bytes > BEFORE_LOGIN_MAX_BYTES
          ? `more than ${BEFORE_LOGIN_MAX_BYTES} bytes before its login`
          : meter.feed(chunk);
      if (wrong !== undefined) this.#refuse(place, socket, wrong);
    });
  }

  /** It has proved who it is. */
  letIn(socket: Socket): void {
    this.#forget(placeOf(socket));
  }

  #callSoon(): void {
    if (this.#calls) return;
    this.#calls = true;
    setImmediate(() => {
      this.#calls = false;
      this.#callNext();
    });
  }

  #callNext(): void {
    const [next] = this.#waiting;
    if (next === undefined || !this.#isRoom()) return;
    const [place, { socket, begin, disarm }] = next;
    disarm();
    this.#waiting.delete(place);
    this.#strangers.set(place, {
      ...{ socket, sinceMs: this.#clock.monoMs(), bytes: 0 },
      disarm: this.#timers.after(LOGIN_MS, () =>
        this.#refuse(place, socket, `no login in ${LOGIN_MS / 1000} s`),
      ),
    });
    begin();
    this.#callSoon();
  }

  /** Whoever takes longest makes room, and who has just begun is waited for. */
  #isRoom(): boolean {
    const [oldest] = this.#strangers;
    if (oldest === undefined || this.#strangers.size < STRANGERS_MOST) return true;
    const [place, { socket, sinceMs }] = oldest;
    const leftMs = sinceMs + LOGIN_WHILE_OTHERS_WAIT_MS - this.#clock.monoMs();
    if (leftMs > 0) {
      this.#cancelCall();
      this.#cancelCall = this.#timers.after(leftMs, () => this.#callSoon());
      return false;
    }
    this.#refuse(place, socket, `${STRANGERS_MOST} others wait to log in`);
    return true;
  }

  #forget(place: Place): void {
    this.#waiting.get(place)?.disarm();
    this.#waiting.delete(place);
    this.#strangers.get(place)?.disarm();
    if (this.#strangers.delete(place)) this.#callSoon();
  }

  #refuse(place: Place, socket: Socket, why: string, code: number = FAULT.brokerConnectionEnded): void {
    this.#forget(place);
    if (socket.destroyed) return;
    this.#log.warn(`E${code} a connection from ${socket.remoteAddress ?? 'nowhere'} was ended: ${why}`);
    socket.destroy();
  }
}

function placeOf({ remoteAddress, remotePort }: Socket): Place {
  return `${remoteAddress} ${remotePort}`;
}
