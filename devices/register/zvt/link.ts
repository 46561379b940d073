import { FAULT } from '../../../src/core/fault/table.js';
import { describeNoise } from '../../kit/decoder.js';
import { Feed } from '../../kit/feed.js';
import { FrameExchange } from '../../kit/frame-exchange.js';
import type { Line, LineEvent, LineLoss } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import { Turns } from '../../kit/turns.js';
import type { LinkEvent } from './apdu.js';
import { describeApdu, describeBadMessage } from './describe.js';
import { ACK, NAK, SerialFrameParser, wrapSerial } from './serial-frame.js';
import { StreamParser } from './stream-frame.js';

export interface LinkOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly line: Line;
  /** `serial`: marks, checksum, ACK and resends. `stream`: bare APDUs, as over TCP. */
  readonly framing: 'serial' | 'stream';
  /** T2 and T3: how long a message waits for its ACK (serial only), and a command for its reply. */
  readonly ackWaitMs: number;
  /** How often a message without ACK is sent again. */
  readonly resends: number;
  /**
   * Stream only: two of our messages with nothing of the register's between them are so far apart. Many registers take what
   * one read brings for one message, and lose the second.
   */
  readonly apartMs: number;
}

/** A silence this long within a message abandons it; the paper's T1 is 200 ms, and a busy Pi reads with longer pauses. */
const INTER_BYTE_MS = 500;

export type ZvtLinkEvent =
  | { readonly kind: 'open' }
  | { readonly kind: 'gone'; readonly cause: LineLoss; readonly why: string }
  | { readonly kind: 'apdu'; readonly apdu: Uint8Array };

/** `taken`: acknowledged where the transport has that, else written. */
export type Sent = 'taken' | 'silent' | 'gone';

/** Whole APDUs in and out, over either transport. What they mean is for others. */
export class ZvtLink {
  readonly #options: LinkOptions;
  readonly #feed: Feed<LinkEvent>;
  #on: ((word: ZvtLinkEvent) => void) | undefined;
  #exchange: FrameExchange | undefined;
  readonly #sends = new Turns();
  #open = false;
  /** Counts up whenever the other side has gone on. */
  #round = 0;
  /** Told when the message on its way is taken. */
  #taken: (() => void) | undefined;
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#feed = new Feed<LinkEvent>({
      parser: options.framing === 'serial' ? new SerialFrameParser() : new StreamParser(),
      timers: options.timers,
      silenceMs: INTER_BYTE_MS,
      handle: (events) => this.#handle(events),
    });
  }

  get open(): boolean {
    return this.#open;
  }

  start(on: (word: ZvtLinkEvent) => void): void {
    this.#on = on;
    this.#options.line.start((event) => this.#onLine(event));
  }

  /**
   * One at a time, in order.
   * @param taken told at once when the register may reply: it was acknowledged, or written where nothing is
   */
  send(apdu: Uint8Array, taken: () => void = () => undefined): Promise<Sent> {
    const round = this.#round;
    return this.#sends.next(() => this.#sendNow(apdu, taken, round));
  }

  /** The message on its way is not sent again, and what waits for its turn not at all: the other side has gone on. */
  abandon(): void {
    this.#round += 1;
    this.#exchange?.end('silent');
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#open = false;
    this.#feed.reset();
    this.#exchange?.end('gone');
    this.#pause?.end();
    await this.#options.line.stop();
  }

  async #sendNow(apdu: Uint8Array, taken: () => void, round: number): Promise<Sent> {
    const { framing, line, log, timers, ackWaitMs, resends } = this.#options;
    if (this.#pause !== undefined) await this.#pause.over;
    if (!this.#open) return 'gone';
    if (round !== this.#round) return 'silent';
    if (framing === 'stream') {
      taken();
      this.#rest();
      log.info(() => `-> ${describeApdu(apdu)}`);
      return (await line.write(apdu)) ? 'taken' : 'gone';
    }
    const exchange = new FrameExchange(wrapSerial(apdu), {
      write: (bytes) => line.write(bytes),
      timers,
      ackWaitMs,
      resends,
      onWrite: (attempt) =>
        log.info(() => `-> ${describeApdu(apdu)}${attempt === 1 ? '' : ` (sent ${attempt} times)`}`),
    });
    this.#exchange = exchange;
    this.#taken = taken;
    exchange.begin();
    const outcome = await exchange.outcome;
    if (this.#exchange === exchange) this.#exchange = undefined;
    if (outcome === 'silent') log.warn(() => `E${FAULT.registerNoAck} no ACK for ${describeApdu(apdu)}`);
    return outcome === 'acknowledged' ? 'taken' : outcome === 'gone' ? 'gone' : 'silent';
  }

  /** Until the register has said something, or the pause is over, nothing follows. */
  #rest(): void {
    const { apartMs, timers } = this.#options;
    if (apartMs === 0) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      const cancel = timers.after(apartMs, () => end());
      end = () => {
        this.#pause = undefined;
        cancel();
        resolve();
      };
    });
    this.#pause = { over, end };
  }

  #onLine(event: LineEvent): void {
    this.#pause?.end();
    if (event.kind === 'bytes') {
      this.#options.log.debug(() => `<- ${event.bytes.length} bytes`);
      return this.#feed.take(event.bytes);
    }
    this.#feed.reset();
    this.#open = event.kind === 'open';
    if (event.kind === 'gone') this.#exchange?.lineGone();
    this.#on?.(event);
  }

  #handle(events: readonly LinkEvent[]): void {
    const { log } = this.#options;
    for (const event of events) {
      switch (event.kind) {
        case 'apdu':
          log.info(() => `<- ${describeApdu(event.apdu)}`);
          this.#control(ACK);
          this.#on?.(event);
          break;
        case 'ack':
        case 'nak':
          this.#verdict(event.kind);
          break;
        case 'bad':
          log.warn(() => `<- ${describeBadMessage(event.why, event.bytes)}`);
          this.#control(NAK);
          break;
        case 'noise':
          log.debug(() => `<- ${describeNoise(event)}`);
      }
    }
  }

  #verdict(verdict: 'ack' | 'nak'): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      this.#options.log.debug(`<- ${verdict.toUpperCase()} that nobody waits for`);
      return;
    }
    if (verdict === 'nak') {
      this.#options.log.info('<- NAK');
      return exchange.refused();
    }
    // At once: the reply to what was acknowledged may stand in the same read.
    this.#exchange = undefined;
    this.#taken?.();
    exchange.acknowledged();
  }

  #control(byte: number): void {
    if (this.#options.framing === 'stream') return;
    void this.#options.line.write(Uint8Array.of(byte)).then((sent) => {
      if (!sent)
        this.#options.log.warn(
          `E${FAULT.registerLineLost} ${byte === ACK ? 'ACK' : 'NAK'} was not sent, the line is gone`,
        );
    });
  }
}
