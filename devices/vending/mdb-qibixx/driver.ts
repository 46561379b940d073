import { ulid } from '../../../src/base/ids.js';
import type { Rupiah } from '../../../src/base/rupiah.js';
import type { VendDenial, VendOutcome, VendRequest } from '../../../src/base/vending-messages.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Log } from '../../../src/port/log.js';
import type { VendingEvent, VendingMachine } from '../../../src/port/vending.js';
import { Feed } from '../../kit/feed.js';
import type { Line, LineEvent } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import { AwaitedVends } from '../awaited-vends.js';
import { describeLoss } from '../line-fault.js';
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

export interface QibixxOptions extends BoardSettings, Omit<Tools, 'tap'> {
  readonly name: string;
  readonly line: Line;
  /** A silence this long within a line abandons it; default 500 ms. */
  readonly interByteMs?: number;
}

/**
 * A vending machine on MDB, behind a board that speaks MDB's 9-bit bytes and lines of text to us. The machine has no
 * number for what it asks, so each request gets a reference of its own, and none can be repeated.
 */
export class QibixxMachine implements VendingMachine {
  readonly name: string;
  readonly amounts = 'asks';
  readonly repeats = false;
  readonly #options: QibixxOptions;
  readonly #feed: Feed<LineFeedEvent>;
  readonly #log: Log;
  readonly #vends = new AwaitedVends();
  #on: ((event: VendingEvent) => void) | undefined;
  #state: BoardState = { at: 'gone' };
  #cancelTimer: (() => void) | undefined;
  #cancelQuiet: (() => void) | undefined;
  /** Whether a line has come since the last look. */
  #heard = false;
  #present = false;
  #saidGone: string | undefined;

  constructor(options: QibixxOptions) {
    this.#options = options;
    this.#log = options.log;
    this.name = options.name;
    this.#feed = new Feed({
      parser: new BoardLineParser(),
      timers: options.timers,
      silenceMs: options.interByteMs ?? 500,
      handle: (events) => this.#hear(events),
    });
  }

  start(on: (event: VendingEvent) => void): void {
    this.#on = on;
    this.#options.line.start((event) => this.#onLine(event));
  }

  /** The amounts are the machine's own; those that cannot be sold are denied when they are asked. */
  refuses(_amount: Rupiah): string | undefined {
    return undefined;
  }

  vend(request: VendRequest): Promise<VendOutcome> {
    const outcome = this.#vends.of(request.reference);
    this.#take({ kind: 'pay', request });
    return outcome;
  }

  deny(request: VendRequest, denial: VendDenial): void {
    this.#take({ kind: 'deny', request, denial });
  }

  async stop(): Promise<void> {
    // Nothing can be chosen while nothing would answer. In the middle of a vend it stays on: the machine is dispensing.
    if (isPresent(this.#state) && this.#state.at !== 'paid') await this.#write(SAY.off);
    this.#on = undefined;
    this.#take({ kind: 'lost', why: 'the terminal stops' });
    this.#feed.reset();
    this.#cancelQuiet?.();
    await this.#options.line.stop();
  }

  #onLine(event: LineEvent): void {
    switch (event.kind) {
      case 'open':
        this.#feed.reset();
        this.#take({ kind: 'opened' });
        return;
      case 'gone':
        this.#feed.reset();
        this.#cancelQuiet?.();
        this.#cancelQuiet = undefined;
        this.#take({ kind: 'lost', why: describeLoss(event.cause, event.why) });
        return;
      case 'bytes':
        this.#feed.take(event.bytes);
    }
  }

  #hear(events: readonly LineFeedEvent[]): void {
    for (const event of events) {
      if (event.kind === 'noise') {
        this.#log.debug(`<- ${event.count} bytes of noise: ${event.first}`);
        continue;
      }
      const message = readLine(event.text);
      this.#heard = true;
      // Only a board that tells of polls can be missed.
      if (message.said === 'polled') this.#lookOut();
      else this.#log.info(`<- ${event.text}`);
      this.#take({ kind: 'message', message, reference: message.said === 'vend' ? this.#reference() : '' });
    }
  }

  /** One timer that looks now and then, because polls come many times a second. */
  #lookOut(): void {
    if (this.#on === undefined) return;
    this.#cancelQuiet ??= this.#options.timers.after(QUIET_MS, () => {
      this.#cancelQuiet = undefined;
      const heard = this.#heard;
      this.#heard = false;
      if (!heard) this.#take({ kind: 'quiet' });
      this.#lookOut();
    });
  }

  #reference(): string {
    const { clock, random } = this.#options;
    return `mdb-${ulid(clock.wallMs(), random.bytes(10))}`;
  }

  #take(event: BoardEvent): void {
    const before = this.#state;
    const { state, effects } = boardStep(before, event, this.#options);
    this.#state = state;
    if (state.at !== before.at) this.#cancelWait();
    if (!this.#present && isPresent(state)) this.#tell({ kind: 'present' });
    for (const effect of effects) this.#perform(effect);
    if (this.#present && !isPresent(state))
      this.#tell({ kind: 'gone', why: `E${FAULT.boardSilent} the board is set up anew` });
  }

  #perform(effect: BoardEffect): void {
    switch (effect.do) {
      case 'write':
        void this.#write(effect.line);
        return;
      case 'wait':
        this.#cancelWait();
        this.#cancelTimer = this.#options.timers.after(effect.ms, () => {
          this.#cancelTimer = undefined;
          this.#take({ kind: 'timeout' });
        });
        return;
      case 'tell':
        this.#tell(effect.event);
        return;
      case 'settle':
        this.#vends.settle(effect.reference, effect.outcome);
        return;
      case 'log':
        this.#log[effect.level](effect.text);
    }
  }

  async #write(line: string): Promise<void> {
    this.#log.info(`-> ${line}`);
    const sent = await this.#options.line.write(Uint8Array.from(Buffer.from(`${line}\n`, 'latin1')));
    if (!sent) this.#log.warn(`E${FAULT.machineLineLost} "${line}" was not sent, the line is gone`);
  }

  #tell(event: VendingEvent): void {
    if (event.kind === 'present') {
      this.#present = true;
      this.#saidGone = undefined;
    }
    if (event.kind === 'gone') {
      this.#present = false;
      if (this.#saidGone === event.why) return;
      this.#saidGone = event.why;
    }
    this.#on?.(event);
  }

  #cancelWait(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
