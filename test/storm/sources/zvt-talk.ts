import type { SourceParts } from './source.js';
import type { Wire } from './zvt-wire.js';
import {
  CONFIRMED,
  codeOf,
  commandOf,
  GIVE_UP,
  isReply,
  type ResultWords,
  readResult,
  refusal,
  SAYS,
} from './zvt-words.js';

/** T3, and T4 with what a register has that is still told something. */
const REPLY_MS = 5_000;
const PATIENCE_MS = 180_000;
const USUAL_MS = 15;
const RECEIVER_NOT_READY = 0xa0;
const PRINTER_NOT_READY = 0xcc;

/** How a question ended for the register. */
export type End =
  /** 06 0F. */
  | { readonly how: 'completed' }
  /** 06 1E, or 84 in place of it. */
  | { readonly how: 'refused'; readonly code: number }
  /** Nobody took it, replied to it, or said any more about it. */
  | { readonly how: 'silent' | 'lost' };

/** A question with what its asker does with what comes. */
export interface Question {
  readonly words: string;
  readonly message: Uint8Array;
  /** A status information. @returns the reply to it; the register has said that, then, whether or not it arrives */
  result(words: ResultWords, message: Uint8Array): Uint8Array;
  /** Something to print, or an intermediate status. */
  told?(command: number, message: Uint8Array): void;
  ended(end: End): void;
}

export interface TalkParts extends SourceParts {
  readonly wire: Wire;
  /** Messages that belong to no question of its own: it replies to those that are no results, or to none. */
  readonly repliesToStrays: boolean;
}

interface Now {
  readonly question: Question;
  accepted: boolean;
  /** An abort was said; a refusal is one of that. */
  gaveUp: boolean;
  /** Messages of the terminal that it has not replied to, in their order. */
  readonly waiting: Uint8Array[];
  stop: () => void;
  stopReply: () => void;
}

/**
 * One question after the other, and meanwhile a reply to each message of the terminal, in their order, sometimes late and
 * sometimes never. What crossed a question of its own it replies to at once or not at all: nobody could tell a later
 * reply from that to what is said next.
 */
export class Talk {
  readonly #parts: TalkParts;
  #now: Now | undefined;

  constructor(parts: TalkParts) {
    this.#parts = parts;
    parts.wire.listener = {
      heard: (message) => this.#heard(message),
      taken: () => this.#taken(),
      lost: () => this.#end({ how: 'lost' }),
    };
  }

  /** What it has asked before, it does not wait for any more. */
  ask(question: Question): void {
    const { story, wire, time } = this.#parts;
    this.drop();
    const now: Now = {
      question,
      accepted: false,
      gaveUp: false,
      waiting: [],
      stop: () => undefined,
      stopReply: () => undefined,
    };
    this.#now = now;
    const sent = wire.ask(question.message);
    story.say(() => `register asks ${question.words}${sent ? '' : ' of nobody'}`);
    if (!sent) now.stop = time.after(100, () => this.#end({ how: 'lost' }));
  }

  drop(): void {
    this.#now?.stop();
    this.#now?.stopReply();
    this.#now = undefined;
  }

  /** 06 B0, in the middle of what it has asked. */
  giveUp(): void {
    const now = this.#now;
    if (now === undefined || !now.accepted) return;
    this.#parts.story.say(() => 'register says give up');
    now.gaveUp = true;
    this.#parts.wire.reply(GIVE_UP);
  }

  #end(end: End): void {
    const now = this.#now;
    if (now === undefined) return;
    this.drop();
    const code = end.how === 'refused' ? ` ${end.code.toString(16)}` : '';
    this.#parts.story.say(() => `register: ${now.question.words} has ended, ${end.how}${code}`);
    now.question.ended(end);
  }

  #taken(): void {
    const now = this.#now;
    if (now === undefined || now.accepted) return;
    now.stop();
    now.stop = this.#parts.time.after(REPLY_MS, () => this.#end({ how: 'silent' }));
  }

  #patience(now: Now): void {
    now.stop();
    now.stop = this.#parts.time.after(PATIENCE_MS, () => this.#end({ how: 'silent' }));
  }

  #heard(message: Uint8Array): void {
    const now = this.#now;
    if (isReply(message)) return this.#replied(message);
    if (now === undefined || !now.accepted) return this.#stray(message);
    // The same again before its reply: the line has doubled it.
    const last = now.waiting.at(-1);
    if (last !== undefined && Buffer.compare(last, message) === 0) return;
    now.waiting.push(message);
    if (now.waiting.length === 1) this.#replyLater(now);
  }

  #replied(message: Uint8Array): void {
    const now = this.#now;
    if (now === undefined) return;
    const yes = message[0] === 0x80;
    if (!now.accepted) {
      if (!yes) return this.#end({ how: 'refused', code: codeOf(message) });
      now.accepted = true;
      return this.#patience(now);
    }
    if (!yes && !now.gaveUp) this.#end({ how: 'refused', code: codeOf(message) });
  }

  /** What it takes for a result is never one that it did not ask for. */
  #stray(message: Uint8Array): void {
    const { repliesToStrays, wire, story } = this.#parts;
    const replies = repliesToStrays && commandOf(message) !== SAYS.result;
    story.say(() => `register does not wait for ${commandOf(message).toString(16)}`);
    if (replies) wire.reply(CONFIRMED);
  }

  #replyLater(now: Now): void {
    const { chance, time } = this.#parts;
    const late = chance.now('repliesLate');
    now.stopReply = time.after(late ? chance.detail('repliesLate', 1_000, 12_000) : USUAL_MS, () => {
      const [message] = now.waiting;
      if (message !== undefined) this.#reply(now, message);
      // Only now, so that what the line doubles meanwhile is known.
      now.waiting.shift();
      if (this.#now === now && now.waiting.length > 0) this.#replyLater(now);
    });
  }

  #reply(now: Now, message: Uint8Array): void {
    const { chance, wire } = this.#parts;
    const { question } = now;
    const command = commandOf(message);
    const silent = chance.now('neverAcks');
    this.#patience(now);
    const say = (reply: Uint8Array): void => {
      if (!silent) wire.reply(reply);
    };
    switch (command) {
      case SAYS.result:
        if (!silent) this.#result(question, message);
        return;
      case SAYS.completion:
        say(CONFIRMED);
        return this.#end({ how: 'completed' });
      case SAYS.abort:
        say(CONFIRMED);
        return this.#end({ how: 'refused', code: codeOf(message) });
      case SAYS.printLine:
      case SAYS.printBlock:
        question.told?.(command, message);
        return say(chance.now('printFails') ? refusal(PRINTER_NOT_READY) : CONFIRMED);
      default:
        question.told?.(command, message);
        say(CONFIRMED);
    }
  }

  #result(question: Question, message: Uint8Array): void {
    const { laws, story, wire } = this.#parts;
    const words = readResult(message);
    if (words === undefined)
      return laws.broken('law 7', `no status information: ${Buffer.from(message).toString('hex')}`);
    const reply = question.result(words, message);
    story.say(
      () =>
        `register hears ${words.code.toString(16)} of ${words.amount ?? 'nothing'}, number ${words.trace ?? 'none'}, and says ${Buffer.from(reply).toString('hex')}`,
    );
    wire.reply(reply);
  }
}

/** What a register says to a result that is none of its question. */
export const NOT_MINE = refusal(RECEIVER_NOT_READY);
