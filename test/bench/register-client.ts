import { connect, type Socket } from 'node:net';
import { wrapFrame } from '../../devices/register/fixed-frame/frame.js';
import { FRAME_150_200 } from '../../devices/register/fixed-frame/frame-150-200.js';
import { nowMs } from './clock.js';

const STX = 0x02;
const ACK = 0x06;
/** An answer of 200 bytes in its frame. */
const ANSWER_BYTES = 200 + 5;

/** A cash register on TCP: asks for a sale, and notes when the first byte of the answer is on its wire. */
export class RegisterClient {
  readonly #socket: Socket;
  #held = Buffer.alloc(0);
  #firstMs = 0;
  #answered: ((firstByteMs: number) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
  }

  static dial(port: number): Promise<RegisterClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
        resolve(new RegisterClient(socket)),
      );
      socket.on('error', reject);
    });
  }

  /** Asks for a QRIS sale. @returns when the first byte of the answer came; it has been acknowledged by then */
  sell(amount: number): Promise<number> {
    const payload = Buffer.alloc(150, ' ');
    payload[0] = 3;
    payload.write(`31${String(amount * FRAME_150_200.amountScale).padStart(12, '0')}${'0'.repeat(12)}`, 1);
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(wrapFrame(payload, FRAME_150_200));
    });
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  #take(bytes: Uint8Array): void {
    const atMs = nowMs();
    const wasEmpty = this.#held.length === 0;
    this.#held = Buffer.concat([this.#held, bytes]);
    // The terminal's own acknowledgement of the question comes first.
    const begin = this.#held.indexOf(STX);
    if (begin < 0) {
      this.#held = Buffer.alloc(0);
      return;
    }
    if (wasEmpty) this.#firstMs = atMs;
    if (this.#held.length - begin < ANSWER_BYTES) return;
    this.#held = Buffer.alloc(0);
    this.#socket.write(Uint8Array.of(ACK));
    this.#answered?.(this.#firstMs);
  }
}
