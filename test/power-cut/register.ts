import { connect, type Socket } from 'node:net';
import { pause } from './wait.js';

const ACK = 0x06;
const STX = 0x02;
/** STX, two bytes of length, 200 bytes, ETX, checksum. */
const ANSWER_BYTES = 205;

export interface RegisterHeard {
  /** Two characters: 00 approved, TO unknown, and so on. */
  readonly code: string;
  readonly hex: string;
  readonly atWallMs: number;
  /** Whether it came on a connection on which nothing had been asked, or that had got its answer. */
  readonly unasked: boolean;
}

/**
 * A cash register on the LAN. It dials, asks for one sale, and asks again with the same bytes whenever the line breaks,
 * until it has an approval. It acknowledges what it gets.
 */
export class CashRegister {
  readonly heard: RegisterHeard[] = [];
  readonly #port: number;
  readonly #frame: Buffer;
  #loses: boolean;
  #done = false;
  #socket: Socket | undefined;
  #asking = false;
  #stopped = false;

  /** @param loses it dies with the first approval in its hands, and knows nothing of it when it is back */
  constructor(port: number, amount: number, loses: boolean) {
    this.#port = port;
    this.#frame = saleFrame(amount);
    this.#loses = loses;
  }

  /** Whether it has an approval and has acknowledged it: it asks no more. */
  get done(): boolean {
    return this.#done;
  }

  /** Dials for as long as the terminal can be reached; a new one is dialled when this one is lost. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      await this.#connection();
      await pause(10);
    }
  }

  hangUp(): void {
    this.#stopped = true;
    this.#socket?.destroy();
  }

  /** One connection from dialling to its end. */
  #connection(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1');
      this.#socket = socket;
      this.#asking = false;
      let held: Uint8Array = new Uint8Array();
      // A moment of silence first: whatever comes now was not asked for. Then the question, again where it was put before.
      socket.on('connect', () => void pause(120).then(() => this.#ask(socket)));
      socket.on('data', (bytes) => {
        held = this.#take(socket, Buffer.concat([held, bytes]));
      });
      // Refused or reset: the terminal is dead. It is dialled again.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => resolve());
    });
  }

  #ask(socket: Socket): void {
    if (this.#done || this.#stopped || socket.destroyed) return;
    this.#asking = true;
    socket.write(this.#frame);
  }

  #take(socket: Socket, bytes: Buffer): Buffer {
    let held = bytes;
    while (held.length > 0) {
      if (held[0] !== STX) held = held.subarray(1);
      else if (held.length < ANSWER_BYTES) return held;
      else {
        this.#hear(socket, held.subarray(0, ANSWER_BYTES));
        held = held.subarray(ANSWER_BYTES);
      }
    }
    return held;
  }

  #hear(socket: Socket, answer: Buffer): void {
    const code = answer.toString('latin1', 53, 55);
    this.heard.push({ code, hex: answer.toString('hex'), atWallMs: Date.now(), unasked: !this.#asking });
    this.#asking = false;
    if (code === '00' && this.#loses) {
      this.#loses = false;
      socket.destroy();
      return;
    }
    this.#done ||= code === '00';
    socket.write(Uint8Array.of(ACK));
    // Not ready yet, not known yet, or it came to nothing: the cashier presses the key again.
    if (code !== '00') void pause(150).then(() => this.#ask(socket));
  }
}

/** A QRIS sale (type 31) in the fixed-length frame of 150 bytes, made without the code under test. */
function saleFrame(amount: number): Buffer {
  const payload = Buffer.alloc(150, ' ');
  const put = (offset: number, text: string): void => void payload.write(text, offset, 'latin1');
  payload[0] = 3;
  put(1, '31');
  put(3, String(amount * 100).padStart(12, '0'));
  put(15, '000000000000');
  put(50, '00');
  put(52, '000000');
  put(66, 'N00000');
  const body = Buffer.concat([Uint8Array.of(0x01, 0x50), payload, Uint8Array.of(0x03)]);
  const checksum = body.reduce((sum, byte) => sum ^ byte, 0);
  return Buffer.concat([Uint8Array.of(STX), body, Uint8Array.of(checksum)]);
}
