import type { RegisterResult } from '../../../src/base/register-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Timers } from '../../../src/port/clock.js';
import type { Log } from '../../../src/port/log.js';
import type { Register, RegisterEvent, SendOutcome } from '../../../src/port/register.js';
import { Feed } from '../../kit/feed.js';
import { FrameExchange } from '../../kit/frame-exchange.js';
import type { Line, LineEvent } from '../../kit/line.js';
import { type FrameEvent, FrameParser, REFUSED, TAKEN, wrap } from './frame.js';
import { answerText, asQuestion } from './message.js';

export interface BlueprintOptions {
  /** Default: the line's name. */
  readonly name?: string;
  readonly line: Line;
  readonly timers: Timers;
  readonly log: Log;
  /** How long an answer waits for its acknowledgement; default 3,000 ms. */
  readonly ackWaitMs?: number;
  /** How often it is sent again; default 2. */
  readonly resends?: number;
}

const INTER_BYTE_MS = 500;

/** A register driver to copy: the smallest one that does everything that a register driver has to do. */
export class BlueprintRegister implements Register {
  readonly name: string;
  readonly #options: BlueprintOptions;
  readonly #feed: Feed<FrameEvent>;
  #on: ((event: RegisterEvent) => void) | undefined;
  #exchange: FrameExchange | undefined;
  #sends: Promise<unknown> = Promise.resolve();
  #open = false;

  constructor(options: BlueprintOptions) {
    this.#options = options;
    this.name = options.name ?? options.line.name;
    this.#feed = new Feed({
      parser: new FrameParser(),
      timers: options.timers,
      silenceMs: INTER_BYTE_MS,
      handle: (events) => this.#handle(events),
    });
  }

  start(on: (event: RegisterEvent) => void): void {
    this.#on = on;
    this.#options.line.start((event) => this.#onLine(event));
  }

  encode(frame: Uint8Array, result: RegisterResult): Uint8Array {
    const [asked] = new FrameParser().push(frame);
    return wrap(answerText(asked?.kind === 'frame' ? asked.text : '?', result));
  }

  send(answer: Uint8Array, frame: Uint8Array): Promise<SendOutcome> {
    const outcome = this.#sends.then(() => this.#sendNow(answer, frame));
    this.#sends = outcome;
    return outcome;
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#open = false;
    this.#feed.reset();
    this.#exchange?.end('gone');
    await this.#options.line.stop();
  }

  async #sendNow(answer: Uint8Array, frame: Uint8Array): Promise<SendOutcome> {
    if (!this.#open) return 'gone';
    const { line, timers, log, ackWaitMs = 3_000, resends = 2 } = this.#options;
    const exchange = new FrameExchange(answer, {
      write: (bytes) => line.write(bytes),
      ...{ timers, ackWaitMs, resends, question: frame },
      onWrite: () => log.info(() => `-> ${Buffer.from(answer).toString('latin1').trim()}`),
    });
    this.#exchange = exchange;
    exchange.begin();
    const outcome = await exchange.outcome;
    this.#exchange = undefined;
    return outcome;
  }

  #onLine(event: LineEvent): void {
    if (event.kind === 'bytes') return this.#feed.take(event.bytes);
    this.#feed.reset();
    this.#open = event.kind === 'open';
    if (event.kind === 'open') this.#on?.({ kind: 'present' });
    else {
      this.#exchange?.lineGone();
      this.#on?.({ kind: 'gone', why: `E${FAULT.registerLineLost} ${event.why}` });
    }
  }

  #handle(events: readonly FrameEvent[]): void {
    for (const event of events) {
      switch (event.kind) {
        case 'frame':
          this.#options.log.info(`<- ${event.text}`);
          this.#control(TAKEN);
          this.#asked(event);
          break;
        case 'taken':
          this.#exchange?.acknowledged();
          break;
        case 'refused':
          this.#exchange?.refused();
          break;
        case 'bad':
          this.#options.log.warn(`<- E${FAULT.registerChecksum} ${event.why}`);
          this.#control(REFUSED);
      }
    }
  }

  #asked({ text, frame }: { readonly text: string; readonly frame: Uint8Array }): void {
    const ask = (): void => this.#on?.({ kind: 'asked', question: asQuestion(text), frame });
    if (this.#exchange === undefined) ask();
    else this.#exchange.asked(frame, ask);
  }

  #control(byte: number): void {
    void this.#options.line.write(Uint8Array.of(byte)).then((sent) => {
      if (!sent) this.#options.log.warn(`E${FAULT.registerLineLost} the line is gone`);
    });
  }
}
