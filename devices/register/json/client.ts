import { latin1, printable } from '../../../src/base/bytes.js';
import { FAULT } from '../../../src/core/fault/table.js';
import type { Caller } from '../../kit/callers.js';
import { describeNoise } from '../../kit/decoder.js';
import { Feed } from '../../kit/feed.js';
import { Rate } from '../../kit/rate.js';
import type { Tools } from '../../kit/tools.js';
import { short } from './field.js';
import { type BadLine, type JsonLineEvent, JsonLineParser, LONGEST_LINE } from './line-parser.js';
import type { BadRequest } from './request.js';

/** A silence this long within a line abandons it. */
const INTER_BYTE_MS = 2_000;
/** Requests of one caller; twice as many at once. */
const PER_SECOND = 10;

export interface ClientOptions extends Pick<Tools, 'clock' | 'timers' | 'log'> {
  readonly caller: Caller;
  readonly line: (text: string, rate: 'ok' | 'over') => void;
  readonly wrong: (wrong: BadRequest) => void;
}

/** One of those on the line: its bytes become lines, no faster than it may. */
export class JsonClient {
  /** Whether it said in its hello that it wants the events of every sale. */
  watches = false;
  /** What it called itself in its hello. */
  till: string | undefined;
  readonly #options: ClientOptions;
  readonly #feed: Feed<JsonLineEvent>;
  readonly #rate: Rate;
  #over = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { clock, timers } = options;
    this.#rate = new Rate(clock, 2 * PER_SECOND, PER_SECOND);
    const handle = (events: readonly JsonLineEvent[]) => this.#handle(events);
    this.#feed = new Feed({ parser: new JsonLineParser(), timers, silenceMs: INTER_BYTE_MS, handle });
  }

  push(bytes: Uint8Array): void {
    this.#feed.take(bytes);
  }

  end(): void {
    this.#over = true;
    this.#feed.reset();
  }

  #handle(events: readonly JsonLineEvent[]): void {
    const { caller, log, line } = this.#options;
    for (const event of events) {
      if (this.#over) return;
      if (event.kind === 'noise') {
        log.debug(() => `<- ${caller.name} ${describeNoise(event)}`);
        continue;
      }
      const rate = this.#rate.take();
      if (rate === 'flood') this.#flood();
      else if (event.kind === 'line') line(event.text, rate);
      else this.#bad(event.why, event.first, rate);
    }
  }

  #bad(why: BadLine, first: Uint8Array, rate: 'ok' | 'over'): void {
    const { caller, log, wrong } = this.#options;
    if (why === 'http') {
      log.warn(
        `E${FAULT.apiTurnedAway} ${caller.name} speaks HTTP: hung up, so that no web page can speak through it`,
      );
      this.end();
      return caller.end('it speaks HTTP');
    }
    if (rate === 'over') return log.debug(`<- ${caller.name} another line that is no message: ${why}`);
    wrong({ names: {}, field: 'line', ...wordsOf(why, first) });
    // What comes after it may be the rest of the same line.
    if (why !== 'long' || caller.cable) return;
    this.end();
    caller.end('a line without an end');
  }

  /** A cable cannot be hung up; it is only not listened to, a line at a time, until it has calmed down. */
  #flood(): void {
    const { caller, log } = this.#options;
    if (caller.cable) return log.debug(`<- ${caller.name} a line that was not read: too many`);
    log.warn(`E${FAULT.apiTooMany} ${caller.name} floods us: hung up`);
    this.end();
    caller.end('too many messages');
  }
}

function wordsOf(why: Exclude<BadLine, 'http'>, first: Uint8Array): Pick<BadRequest, 'found' | 'allowed'> {
  const start = short(printable(latin1(first)));
  const words = {
    long: [`more than ${LONGEST_LINE} bytes`, `at most ${LONGEST_LINE} bytes and a line feed`],
    unfinished: [`${start}, then silence`, 'a whole JSON object and a line feed'],
    'not UTF-8': [start, 'one JSON object in UTF-8'],
    'no object': [start, 'one JSON object'],
  } as const;
  const [found, allowed] = words[why];
  return { found, allowed };
}
