import { ulid } from '../../../src/base/ids.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { VendingEvent } from '../../../src/port/vending.js';
import { describeNoise } from '../../kit/decoder.js';
import { SessionMachine, type SessionOptions } from '../session.js';
import {
  type BoardEffect,
  type BoardEvent,
  type BoardSettings,
  type BoardState,
  isPresent,
} from './board-state.js';
import { BoardLineParser, type LineFeedEvent } from './lines.js';
import { readLine, SAY } from './message.js';
import { boardStep } from './session.js';

/** A board from which nothing has come for so long, and at most twice as long, is set up anew. */
const QUIET_MS = 60_000;
/** A silence this long within a line abandons it. */
const INTER_BYTE_MS = 500;

export interface QibixxOptions extends BoardSettings, SessionOptions {}

/**
 * A vending machine on MDB, behind a board that speaks MDB's 9-bit bytes and lines of text to us. The machine has no
 * number for what it asks, so each request gets a reference of its own, and none can be repeated.
 */
export class QibixxMachine extends SessionMachine<LineFeedEvent> {
  readonly repeats = false;
  readonly #options: QibixxOptions;
  #state: BoardState = { at: 'gone' };
  #cancelTimer: (() => void) | undefined;
  #cancelQuiet: (() => void) | undefined;
  /** Whether a line has come since the last look. */
  #heard = false;
  #present = false;
  #saidGone: string | undefined;

  constructor(options: QibixxOptions) {
    super(options, new BoardLineParser(), INTER_BYTE_MS);
    this.#options = options;
  }

  async stop(): Promise<void> {
    // Nothing can be chosen while nothing would answer. In the middle of a vend it stays on: the machine is dispensing.
    if (isPresent(this.#state) && this.#state.at !== 'paid') await this.#say(SAY.off);
    this.on = undefined;
    this.take({ kind: 'lost', why: 'the terminal stops' });
    await this.close();
  }

  protected hear(events: readonly LineFeedEvent[]): void {
    const { log } = this.#options;
    for (const event of events) {
      if (event.kind === 'noise') {
        log.debug(`<- ${describeNoise(event)}`);
        continue;
      }
      const message = readLine(event.text);
      this.#heard = true;
      // Only a board that tells of polls can be missed.
      if (message.said === 'polled') this.#lookOut();
      else log.info(`<- ${event.text}`);
      this.take({ kind: 'message', message, reference: message.said === 'vend' ? this.#reference() : '' });
    }
  }

  /** One timer that looks now and then, because polls come many times a second. */
  #lookOut(): void {
    if (this.on === undefined) return;
    this.#cancelQuiet ??= this.#options.timers.after(QUIET_MS, () => {
      this.#cancelQuiet = undefined;
      const heard = this.#heard;
      this.#heard = false;
      if (!heard) this.take({ kind: 'quiet' });
      this.#lookOut();
    });
  }

  #reference(): string {
    const { clock, random } = this.#options;
    return `mdb-${ulid(clock.wallMs(), random.bytes(10))}`;
  }

  protected take(event: BoardEvent): void {
    if (event.kind === 'lost') {
      this.#cancelQuiet?.();
      this.#cancelQuiet = undefined;
    }
    const before = this.#state;
    const { state, effects } = boardStep(before, event, this.#options);
    this.#state = state;
    if (state.at !== before.at) this.#cancelWait();
    if (!this.#present && isPresent(state)) this.tell({ kind: 'present' });
    for (const effect of effects) this.perform(effect);
    if (this.#present && !isPresent(state))
      this.tell({ kind: 'gone', why: `E${FAULT.boardSilent} the board is set up anew` });
  }

  protected override perform(effect: BoardEffect): void {
    switch (effect.do) {
      case 'write':
        void this.#say(effect.line);
        return;
      case 'wait':
        this.#cancelWait();
        this.#cancelTimer = this.#options.timers.after(effect.ms, () => {
          this.#cancelTimer = undefined;
          this.take({ kind: 'timeout' });
        });
        return;
      default:
        super.perform(effect);
    }
  }

  #say(line: string): Promise<void> {
    return this.write(Uint8Array.from(Buffer.from(`${line}\n`, 'latin1')), line);
  }

  protected override tell(event: VendingEvent): void {
    if (event.kind === 'present') {
      this.#present = true;
      this.#saidGone = undefined;
    }
    if (event.kind === 'gone') {
      this.#present = false;
      if (this.#saidGone === event.why) return;
      this.#saidGone = event.why;
    }
    super.tell(event);
  }

  #cancelWait(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
