/** MQTT by the byte, as much of it as a terminal says that sells nothing. */

export interface Hello {
  readonly version: 4 | 5;
  /** Also the user name. */
  readonly id: string;
  readonly password: string;
  readonly keepaliveS: number;
  readonly willTopic: string;
  readonly will: string;
}

/** How long a broker of MQTT 5 keeps the session, as the product asks. */
const SESSION_EXPIRY_S = 1200;

/** CONNECT with a stored session, a retained will, user name and password. */
export function connect({ version, id, password, keepaliveS, willTopic, will }: Hello): Buffer {
  const flags = 0b1110_1100;
  const properties = version === 5 ? [Buffer.from([5, 0x11, 0, 0, ...word(SESSION_EXPIRY_S)])] : [];
  const none = version === 5 ? [Buffer.from([0])] : [];
  return packet(0x10, [
    ...[text('MQTT'), Buffer.from([version, flags, ...word(keepaliveS)]), ...properties],
    ...[text(id), ...none, text(willTopic), text(will), text(id), text(password)],
  ]);
}

/** With QoS 1. */
export function subscribe(version: 4 | 5, topic: string): Buffer {
  const none = version === 5 ? [Buffer.from([0])] : [];
  return packet(0x82, [Buffer.from(word(1)), ...none, text(topic), Buffer.from([1])]);
}

/** QoS 1, retained. */
export function publish(version: 4 | 5, topic: string, payload: string, number: number): Buffer {
  const none = version === 5 ? [Buffer.from([0])] : [];
  return packet(0x33, [text(topic), Buffer.from(word(number)), ...none, Buffer.from(payload)]);
}

/** Of a message that came with QoS 1. */
export function puback(number: number): Buffer {
  return packet(0x40, [Buffer.from(word(number))]);
}

export const PINGREQ = packet(0xc0, []);

export const TYPE = { connack: 2, publish: 3, suback: 9 } as const;

/** One packet: its type, its first byte's flags, and what follows the head. */
export interface Packet {
  readonly type: number;
  readonly body: Buffer;
}

/** Cuts what comes into packets. */
export class PacketReader {
  #held: Buffer = Buffer.alloc(0);

  feed(chunk: Buffer): Packet[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const packets: Packet[] = [];
    for (;;) {
      const end = this.#end();
      if (end === undefined) return packets;
      packets.push({ type: (this.#held[0] ?? 0) >> 4, body: this.#held.subarray(end.head, end.whole) });
      this.#held = this.#held.subarray(end.whole);
    }
  }

  #end(): { readonly head: number; readonly whole: number } | undefined {
    let length = 0;
    for (let at = 1; at <= 4; at += 1) {
      const byte = this.#held[at];
      if (byte === undefined) return undefined;
      length += (byte & 0x7f) * 128 ** (at - 1);
      if ((byte & 0x80) !== 0) continue;
      const [head, whole] = [at + 1, at + 1 + length];
      return this.#held.length < whole ? undefined : { head, whole };
    }
    throw new Error('no MQTT');
  }
}

/** The number under which a message with QoS 1 came. */
export function numberOf({ body }: Packet): number {
  return body.readUInt16BE(2 + body.readUInt16BE(0));
}

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = [first];
  for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
    head.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    if (rest < 128) return Buffer.concat([Buffer.from(head), body]);
  }
}

function text(words: string): Buffer {
  const bytes = Buffer.from(words);
  return Buffer.concat([Buffer.from(word(bytes.length)), bytes]);
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}
