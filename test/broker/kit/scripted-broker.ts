import { createServer, type Server, type Socket } from 'node:net';
import { Inbox } from './collect.js';

/** One CONNECT, as far as the tests look at it. */
export interface Connect {
  readonly version: number;
  readonly clean: boolean;
  readonly clientId: string;
  readonly socket: Socket;
}

const CONNECT = 1;
const SUBSCRIBE = 8;
const PUBLISH = 3;
const PINGREQ = 12;
const PINGRESP = Buffer.from([0xd0, 0]);

/** A PUBLISH with QoS 1 that waits for its PUBACK. */
export interface Publish {
  readonly acknowledge: () => void;
}

/** What is left to the test. */
export interface Silent {
  readonly pubacks?: boolean;
  readonly pings?: boolean;
}

/**
 * A broker that answers byte by byte what a test tells it to, for what real brokers do only when they are sick.
 * SUBSCRIBE is granted; what is published goes nowhere.
 */
export class ScriptedBroker {
  readonly connects = new Inbox<Connect>();
  readonly publishes = new Inbox<Publish>();
  readonly pings = new Inbox<() => void>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answer: (connect: Connect, count: number) => Buffer | undefined;
  readonly #silent: Silent;
  #count = 0;

  /**
   * @param answer the CONNACK; undefined for silence.
   * @param silent leaves each PUBACK to the test, through `publishes`, or each PINGRESP, through `pings`.
   */
  constructor(answer: (connect: Connect, count: number) => Buffer | undefined, silent: Silent = {}) {
    this.#answer = answer;
    this.#silent = silent;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `mqtt://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    let version = 4;
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const packet = take(rest);
        if (packet === undefined) return;
        rest = packet.rest;
        if (packet.type === CONNECT) {
          version = packet.body.readUInt8(6);
          const clean = (packet.body.readUInt8(7) & 2) !== 0;
          const connect = { version, clean, clientId: clientIdIn(packet.body, version), socket };
          this.connects.push(connect);
          this.#count += 1;
          const answer = this.#answer(connect, this.#count);
          if (answer !== undefined) socket.write(answer);
        }
        if (packet.type === SUBSCRIBE) socket.write(suback(packet.body, version));
        if (packet.type === PINGREQ) {
          const answer = (): void => void socket.write(PINGRESP);
          if (this.#silent.pings === true) this.pings.push(answer);
          else answer();
        }
        if (packet.type === PUBLISH) {
          const answer = puback(packet.body);
          const acknowledge = (): void => void socket.write(answer);
          if (this.#silent.pubacks === true) this.publishes.push({ acknowledge });
          else acknowledge();
        }
      }
    });
  }
}

/** CONNACK with a code of 3.1.1. */
export function connack311(code: number): Buffer {
  return Buffer.from([0x20, 0x02, 0x00, code]);
}

/** CONNACK of MQTT 5: welcome, with a Receive Maximum. */
export function connack5Allowing(receiveMaximum: number): Buffer {
  return Buffer.from([0x20, 0x06, 0x00, 0x00, 0x03, 0x21, receiveMaximum >> 8, receiveMaximum & 0xff]);
}

/** CONNACK with a reason of MQTT 5 and no properties. */
export function connack5(reason: number): Buffer {
  return Buffer.from([0x20, 0x03, 0x00, reason, 0x00]);
}

/** DISCONNECT of MQTT 5. */
export function disconnect5(reason: number): Buffer {
  return Buffer.from([0xe0, 0x02, reason, 0x00]);
}

/** Behind the keepalive, and the properties of MQTT 5, of which there are fewer than 128 bytes. */
function clientIdIn(connect: Buffer, version: number): string {
  const at = version === 5 ? 11 + connect.readUInt8(10) : 10;
  return connect.subarray(at + 2, at + 2 + connect.readUInt16BE(at)).toString();
}

function suback(subscribe: Buffer, version: number): Buffer {
  const id = [...subscribe.subarray(0, 2)];
  return Buffer.from(version === 5 ? [0x90, 0x04, ...id, 0x00, 0x01] : [0x90, 0x03, ...id, 0x01]);
}

function puback(publish: Buffer): Buffer {
  const topicLength = publish.readUInt16BE(0);
  return Buffer.from([0x40, 0x02, ...publish.subarray(2 + topicLength, 4 + topicLength)]);
}

function take(
  bytes: Buffer,
): { readonly type: number; readonly body: Buffer; readonly rest: Buffer } | undefined {
  let length = 0;
  for (let at = 1; at <= 4; at += 1) {
    const digit = bytes[at];
    if (digit === undefined) return undefined;
    length += (digit & 127) * 128 ** (at - 1);
    if ((digit & 128) !== 0) continue;
    const end = at + 1 + length;
    if (bytes.length < end) return undefined;
    return {
      type: bytes.readUInt8(0) >> 4,
      body: bytes.subarray(at + 1, end),
      rest: Buffer.from(bytes.subarray(end)),
    };
  }
  return undefined;
}
