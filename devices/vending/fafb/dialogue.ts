import { hex } from '../../../src/base/bytes.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Log } from '../../../src/port/log.js';
import { Feed } from '../../kit/feed.js';
import type { Line, LineEvent } from '../../kit/line.js';
import type { Tools } from '../../kit/tools.js';
import { describeLoss } from '../session.js';
import { ACK, type FafbFrameEvent, FafbFrameParser, type Frame, POLL } from './frame.js';
import { type Command, commandName, type Message, readFafbMessage } from './message.js';
import { FafbOutbox, type OutboxEntry } from './outbox.js';

/** Bytes of one frame come within milliseconds; adapters hold them back for up to 16. */
const INTER_BYTE_MS = 60;
/** It polls five times a second, or once in two seconds at the slowest setting: after so long without it is not there. */
const SILENCE_MS = 5_000;
/**
 * Equal bytes are one frame said again until so many others have come since. A frame is said six times at most, and each
 * may have a poll behind it; how fast that goes is the controller's setting, so it is counted and not timed.
 */
const REPEATS_WITHIN = 12;

export interface FafbDialogueOptions extends Pick<Tools, 'timers' | 'log'> {
  readonly line: Line;
  readonly onPresent: () => void;
  readonly onGone: (why: string) => void;
  readonly onMessage: (message: Message) => void;
}

/**
 * The controller speaks, and we have 100 ms to answer. So each answer is a frame that lies ready, and it is written in
 * the very call that brings the question, before anybody is told of it: whatever the terminal does with a message, the
 * controller has had its answer.
 */
export class FafbDialogue {
  readonly #options: FafbDialogueOptions;
  readonly #log: Log;
  readonly #feed: Feed<FafbFrameEvent>;
  readonly #outbox = new FafbOutbox();
  #cancelWatch: (() => void) | undefined;
  #open = false;
  #present = false;
  /** Whether a frame has come since the watch last looked. */
  #heard = false;
  #stopped = false;
  #lastFrame = '';
  /** Frames, polls too, since {@link #lastFrame} came. */
  #since = 0;

  constructor(options: FafbDialogueOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#feed = new Feed({
      parser: new FafbFrameParser(),
      timers: options.timers,
      silenceMs: INTER_BYTE_MS,
      handle: (events) => this.#handle(events),
    });
  }

  get present(): boolean {
    return this.#present;
  }

  start(): void {
    this.#options.line.start((event) => this.#onLine(event));
  }

  /** Said at one of the next polls, sent again until it is acknowledged. */
  say(errand: OutboxEntry): void {
    if (!this.#outbox.put(errand))
      this.#log.warn(`E${FAULT.controllerNoAck} ${errand.what}: too much is waiting for a poll`);
  }

  hasToSay({ command }: Command): boolean {
    return this.#outbox.holds(command);
  }

  /** Whatever waits for a poll is not said any more. */
  forget(): void {
    this.#outbox.clear();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#leave();
    await this.#options.line.stop();
  }

  #onLine(event: LineEvent): void {
    if (this.#stopped) return;
    switch (event.kind) {
      case 'open':
        this.#leave();
        this.#open = true;
        this.#watch();
        return;
      case 'gone':
        this.#leave();
        this.#options.onGone(describeLoss(event.cause, event.why));
        return;
      case 'bytes':
        this.#feed.take(event.bytes);
    }
  }

  /** Half a frame, and what was to be said, go with the line. */
  #leave(): void {
    this.#feed.reset();
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
    this.#open = false;
    this.#absent();
  }

  #absent(): void {
    this.#outbox.clear();
    this.#present = false;
    this.#heard = false;
    // A controller that was switched off counts its packets from the start again.
    this.#lastFrame = '';
  }

  #watch(): void {
    this.#cancelWatch = this.#options.timers.after(SILENCE_MS, () => {
      const heard = this.#heard;
      this.#heard = false;
      this.#watch();
      if (heard) return;
      const was = this.#present;
      this.#absent();
      const why = `E${FAULT.controllerSilent} the controller does not poll`;
      if (was) this.#log.warn(why);
      if (was) this.#options.onGone(why);
    });
  }

  #handle(events: readonly FafbFrameEvent[]): void {
    const last = events.at(-1);
    for (const event of events) {
      if (!this.#open) return;
      if (event.kind === 'bad')
        this.#log.warn(() => `<- E${FAULT.controllerDamagedBytes} ${event.why}: ${hex(event.bytes)}`);
      // Polls that piled up are stale; only the newest is still waited for.
      else if (event.frame.command !== POLL || event === last) this.#frame(event.frame);
    }
  }

  #frame(frame: Frame): void {
    this.#heard = true;
    this.#since += 1;
    const message = this.#answer(frame);
    if (!this.#present) {
      this.#present = true;
      this.#log.info('the controller polls');
      this.#options.onPresent();
    }
    if (message !== undefined) this.#options.onMessage(message);
  }

  /** @returns what was said, where it is new */
  #answer(frame: Frame): Message | undefined {
    if (frame.command === POLL) {
      const { frame: answer, what } = this.#outbox.poll();
      this.#write(answer);
      if (what !== undefined) this.#log.info(`-> ${what}`);
      return undefined;
    }
    if (frame.command === ACK) {
      const what = this.#outbox.acknowledged();
      if (what !== undefined) this.#log.info(`<- acknowledged: ${what}`);
      return undefined;
    }
    this.#write(this.#outbox.acknowledgement);
    const bytes = hex(frame.bytes);
    // Whatever became of the choice meanwhile: it may be over before its acknowledgement has been heard. Some boards do not
    // count their frames up, so that later on the same bytes are a key that was pressed again.
    const again = bytes === this.#lastFrame && this.#since <= REPEATS_WITHIN;
    this.#lastFrame = bytes;
    this.#since = 0;
    this.#log.info(() => `<- ${commandName(frame.command)} ${hex(frame.text)}${again ? ', again' : ''}`);
    return again ? undefined : readFafbMessage(frame);
  }

  #write(frame: Uint8Array): void {
    void this.#options.line.write(frame).then((sent) => {
      if (!sent) this.#log.warn(() => `E${FAULT.machineLineLost} not sent, the line is gone: ${hex(frame)}`);
    });
  }
}
