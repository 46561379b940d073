import type { RegisterResult } from '../../../src/base/register-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Log } from '../../../src/port/log.js';
import type { Register, RegisterEvent, SendOutcome } from '../../../src/port/register.js';
import { describeNoise } from '../../kit/decoder.js';
import { Feed } from '../../kit/feed.js';
import { FrameExchange } from '../../kit/frame-exchange.js';
import { type Line, type LineEvent, REGISTER_LOSS } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import { Turns } from '../../kit/turns.js';
import { REGISTER_NAME } from '../settings.js';
import { isYes } from './codes.js';
import {
  describeBadFrame,
  describeChecksum,
  describeControl,
  describeFrameAnswer,
  describeQuestion,
} from './describe.js';
import { ACK, type FixedFrameEvent, FixedFrameParser, NAK, unwrap } from './frame.js';
import { FRAME_150_200 } from './frame-150-200.js';
import { asQuestion, encodeAnswer, readQuestion } from './message.js';
import type { FrameAnswerOptions, FrameProfile } from './profile.js';

export interface FixedFrameOptions extends FrameAnswerOptions, Pick<Tools, 'timers' | 'log'> {
  readonly line: Line;
  /** Default {@link FRAME_150_200}. */
  readonly profile?: FrameProfile;
  /** Default `strict`: a wrong checksum is answered with NAK. `warn` accepts it, and an amount may be wrong then. */
  readonly lrc?: 'strict' | 'warn';
  /** How long an answer waits for its ACK before it is sent again; default 3,000 ms, and at most {@link CROSSING_MS} where it is assumed. */
  readonly ackWaitMs?: number;
  /** How often an answer is sent again; default 2. Set 0 for a register that never acknowledges. */
  readonly resends?: number;
  /** `assumed`: a caller who hangs up once it has its answer has only been silent. Default `required`. */
  readonly acknowledge?: 'required' | 'assumed';
}

/** A silence this long within a frame abandons it. */
const INTER_BYTE_MS = 500;

/**
 * A question that comes this soon after the last byte of an answer has crossed it: registers look at their line once in 250 to
 * 1,000 ms, and a frame takes 0.2 s at 9,600 baud. What comes later was asked by a register that could have read the answer.
 */
const CROSSING_MS = 1_500;

/**
 * A cash register that speaks one of the fixed frames and takes us for its payment terminal.
 * Link control is settled here; each well-formed question goes to the session, also the repeated and the unknown ones.
 */
export class FixedFrameRegister implements Register {
  readonly name = REGISTER_NAME;
  readonly mayNeverAcknowledge = true;
  readonly #options: FixedFrameOptions;
  readonly #profile: FrameProfile;
  readonly #feed: Feed<FixedFrameEvent>;
  readonly #log: Log;
  #on: ((event: RegisterEvent) => void) | undefined;
  #exchange: FrameExchange | undefined;
  readonly #sends = new Turns();
  #open = false;
  /** Whether a question has come since the answer under way was begun. */
  #movedOn = false;
  /** Whether anything was asked since the line was opened. */
  #asked = false;
  /** The line has fallen since the last question. */
  #torn = false;
  /** The last caller closed its connection in order. */
  #leftInOrder = false;

  constructor(options: FixedFrameOptions) {
    this.#options = options;
    this.#profile = options.profile ?? FRAME_150_200;
    this.#feed = new Feed({
      parser: new FixedFrameParser({ profile: this.#profile, lrc: options.lrc ?? 'strict' }),
      timers: options.timers,
      silenceMs: INTER_BYTE_MS,
      handle: (events) => this.#handle(events),
    });
    this.#log = options.log;
  }

  start(on: (event: RegisterEvent) => void): void {
    this.#on = on;
    this.#options.line.start((event) => this.#onLine(event));
  }

  encode(frame: Uint8Array, result: RegisterResult): Uint8Array {
    return encodeAnswer(readQuestion(frame, this.#profile), result, this.#options, this.#profile);
  }

  send(answer: Uint8Array, frame: Uint8Array): Promise<SendOutcome> {
    return this.#sends.next(() => this.#sendNow(answer, frame));
  }

  async stop(): Promise<void> {
    this.#on = undefined;
    this.#open = false;
    this.#feed.reset();
    this.#exchange?.end('gone');
    await this.#options.line.stop();
  }

  async #sendNow(answer: Uint8Array, frame: Uint8Array): Promise<SendOutcome> {
    if (!this.#open) return this.#unsent(answer, 'the line is not open');
    // The new caller is not the one that asked: it would take this for the answer to its own question.
    if (this.#options.line.peer === 'caller' && !this.#asked)
      return this.#unsent(answer, 'the register that asked has hung up');
    const isQuiet =
      !this.#profile.refusalsAcknowledged &&
      !isYes(this.#profile.answerFields(unwrap(answer, this.#profile)).code);
    const torn = this.#torn;
    const assumed = this.#options.acknowledge === 'assumed';
    const ackWaitMs = this.#options.ackWaitMs ?? 3_000;
    let written = false;
    this.#movedOn = false;
    const exchange = new FrameExchange(answer, {
      write: async (bytes) => {
        const sent = await this.#options.line.write(bytes);
        written ||= sent;
        return sent;
      },
      timers: this.#options.timers,
      // Where nobody acknowledges, no wait would tell whether it was heard.
      ...(isQuiet || assumed ? {} : { question: frame }),
      ackWaitMs: assumed ? Math.min(ackWaitMs, CROSSING_MS) : ackWaitMs,
      resends: isQuiet ? 0 : (this.#options.resends ?? 2),
      onWrite: (attempt) =>
        this.#log.info(
          () =>
            `-> ${describeFrameAnswer(answer, this.#profile)}${attempt === 1 ? '' : ` (sent ${attempt} times)`}`,
        ),
    });
    this.#exchange = exchange;
    exchange.begin();
    const ended = await exchange.outcome;
    this.#exchange = undefined;
    const hungUp = ended === 'gone' && written && this.#hungUp() && (isQuiet || assumed || this.#leftInOrder);
    const outcome = hungUp ? 'silent' : ended;
    if (outcome === 'silent' && torn) {
      const why = 'the line had fallen since the question: whether the answer was heard is not known';
      this.#log.warn(`E${FAULT.registerLineLost} ${why}`);
      return 'unheard';
    }
    // Otherwise the same sale, tried again after a refusal, would get that refusal for ever.
    if (outcome === 'silent' && isQuiet) {
      this.#log.info('taken as heard: registers of this profile do not acknowledge a refusal');
      return 'assumed';
    }
    if (outcome === 'silent' && assumed) this.#log.info('taken as heard: this register does not acknowledge');
    else if (outcome === 'silent')
      this.#log.warn(`E${FAULT.registerNoAck} the register did not acknowledge its answer`);
    if (outcome === 'gone')
      this.#log.warn(`E${FAULT.registerLineLost} the line went away before the answer was acknowledged`);
    return outcome;
  }

  /** A caller's usual end, where none says 06: it had its answer, hung up, and has not asked again. */
  #hungUp(): boolean {
    return this.#options.line.peer === 'caller' && this.#on !== undefined && !this.#movedOn;
  }

  #unsent(answer: Uint8Array, why: string): SendOutcome {
    this.#log.warn(
      () => `E${FAULT.registerLineLost} not sent, ${why}: ${describeFrameAnswer(answer, this.#profile)}`,
    );
    return 'gone';
  }

  #onLine(event: LineEvent): void {
    switch (event.kind) {
      case 'open':
        this.#reset();
        this.#open = true;
        this.#on?.({ kind: 'present' });
        return;
      case 'gone':
        this.#reset();
        this.#open = false;
        this.#torn = true;
        this.#leftInOrder = event.inOrder === true;
        this.#exchange?.lineGone();
        this.#on?.({
          kind: 'gone',
          why: `E${REGISTER_LOSS[event.cause]} ${event.why}`,
          // What left by a cable was on its wire; what the network took may lie there until the connection is reset.
          ...(this.#options.line.peer === 'caller' && !this.#leftInOrder ? { unread: true } : {}),
        });
        return;
      case 'bytes':
        this.#log.debug(() => `<- ${event.bytes.length} bytes`);
        this.#feed.take(event.bytes);
    }
  }

  #reset(): void {
    this.#feed.reset();
    this.#asked = false;
  }

  #handle(events: readonly FixedFrameEvent[]): void {
    for (const event of events) {
      switch (event.kind) {
        case 'frame':
          this.#question(event.frame, event.checksum);
          break;
        case 'ack':
        case 'nak':
          this.#verdict(event.kind);
          break;
        case 'bad':
          this.#log.warn(() => `<- ${describeBadFrame(event.why, event.bytes, this.#profile)}`);
          this.#control(NAK);
          break;
        case 'noise':
          this.#log.debug(() => `<- ${describeNoise(event)}`);
      }
    }
  }

  #question(frame: Uint8Array, checksum: 'right' | 'wrong'): void {
    this.#log.info(() => `<- ${describeQuestion(frame, this.#profile)}`);
    if (checksum === 'wrong')
      this.#log.warn(
        () =>
          `E${FAULT.registerChecksum} accepted with ${describeChecksum(frame, this.#profile)}: lrc = "warn" is set`,
      );
    this.#control(ACK);
    this.#movedOn = true;
    this.#asked = true;
    this.#torn = false;
    const ask = (): void =>
      this.#on?.({
        kind: 'asked',
        question: asQuestion(readQuestion(frame, this.#profile), this.#profile),
        frame,
      });
    if (this.#exchange === undefined) ask();
    else if (this.#exchange.asked(frame, ask))
      this.#log.info('asked again while its answer is on the way, which may be the answer to this');
  }

  #verdict(verdict: 'ack' | 'nak'): void {
    const exchange = this.#exchange;
    if (exchange === undefined) this.#log.debug(`<- ${verdict.toUpperCase()} that nobody waits for`);
    else this.#log.info(`<- ${verdict.toUpperCase()}`);
    if (verdict === 'ack') exchange?.acknowledged();
    else exchange?.refused();
  }

  #control(byte: number): void {
    this.#log.info(() => `-> ${describeControl(byte)}`);
    void this.#options.line.write(Uint8Array.of(byte)).then((sent) => {
      if (!sent)
        this.#log.warn(`E${FAULT.registerLineLost} ${describeControl(byte)} was not sent, the line is gone`);
    });
  }
}
