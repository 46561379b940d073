import type { Socket } from 'node:net';
import { FAULT } from '../core/fault/table.js';
import type { Timers } from '../port/clock.js';
import type { Log } from '../port/log.js';
import { PAYLOAD_MAX_BYTES } from './permissions.js';

/** Bytes of everything that may come before a client is let in: CONNECT with its will, and what is sent right behind it. */
export const BEFORE_LOGIN_MAX_BYTES = 16_384;
/** The largest packet of one that is in: a payload, its topic, its head. */
export const PACKET_MAX_BYTES = PAYLOAD_MAX_BYTES + 1_024;
/** From the connection to CONNACK. */
export const LOGIN_MS = 10_000;
/** Connections that are not let in yet; for one more the oldest of them goes. */
export const STRANGERS_MOST = 100;

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

/**
 * What a connection may send before and after it is let in (law 16). The broker's own parser collects a packet until it is
 * whole, up to 256 MB, of any client; so each chunk is measured as the broker takes it, and the connection ends first.
 */
export class Gate {
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #strangers = new Map<Socket, { bytes: number; readonly disarm: () => void }>();

  constructor(timers: Timers, log: Log) {
    this.#timers = timers;
    this.#log = log;
  }

  /** Connections that are not let in. */
  get strangers(): number {
    return this.#strangers.size;
  }

  /** Call when the broker has begun to read `socket`: its reading decides when there is data, not ours. */
  watch(socket: Socket): void {
    const [oldest] = this.#strangers.keys();
    if (this.#strangers.size >= STRANGERS_MOST && oldest !== undefined)
      this.#refuse(oldest, `${STRANGERS_MOST} others wait to log in`);
    const disarm = this.#timers.after(LOGIN_MS, () =>
      this.#refuse(socket, `no login in ${LOGIN_MS / 1000} s`),
    );
    this.#strangers.set(socket, { bytes: 0, disarm });
    const meter = new PacketMeter();
    socket.on('data', (chunk: Uint8Array) => {
      const stranger = this.#strangers.get(socket);
      if (stranger !== undefined) stranger.bytes += chunk.length;
      const wrong =
        stranger !== undefined && stranger.bytes > BEFORE_LOGIN_MAX_BYTES
          ? `more than ${BEFORE_LOGIN_MAX_BYTES} bytes before its login`
          : meter.feed(chunk);
      if (wrong !== undefined) this.#refuse(socket, wrong);
    });
    socket.once('close', () => this.letIn(socket));
  }

  /** It has proved who it is, or is gone. */
  letIn(socket: Socket): void {
    this.#strangers.get(socket)?.disarm();
    this.#strangers.delete(socket);
  }

  #refuse(socket: Socket, why: string): void {
    this.letIn(socket);
    if (socket.destroyed) return;
    this.#log.warn(
      `E${FAULT.brokerConnectionEnded} a connection from ${socket.remoteAddress ?? 'nowhere'} was ended: ${why}`,
    );
    socket.destroy();
  }
}
