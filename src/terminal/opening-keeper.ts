import { noteLine } from '../base/note-line.js';
import { err, ok, type Result } from '../base/result.js';
import { localDay } from '../base/time.js';
import { type Closed, closedByHours, codeOfClosed } from '../core/opening/closed.js';
import type { SourceKind } from '../core/sale/sale.js';
import { timesOf } from '../journal/commit.js';
import type { HandSet } from '../journal/hand-sets.js';
import type { TerminalContext } from './context.js';

/** Of the operator's words, in characters: three lines of a small screen. */
export const MOST_WORDS = 120;
/** In letters: what has no blank is not broken into lines. */
const LONGEST_WORD = 30;

const MINUTE_MS = 60_000;

/** Whether the shop is open: its hours, and what a person has set. Never an end to a sale that has begun. */
export class OpeningKeeper {
  readonly #context: TerminalContext;
  /** By the hours, for the minute of the wall clock in which it was looked up. */
  #byHours:
    | { readonly minute: number; readonly day: number; readonly closed: Closed | undefined }
    | undefined;
  #byHand: { readonly set: HandSet; readonly closed: Closed } | undefined;
  /** Who asks where nobody stands: the face is theirs. */
  readonly usual: SourceKind;

  constructor(context: TerminalContext) {
    this.#context = context;
    const { keypads, vending, registers } = context.adapters;
    const onlyRegister = keypads.length === 0 && vending === undefined && registers.length > 0;
    this.usual = onlyRegister ? (registers.find(({ kind }) => kind === 'api')?.kind ?? 'register') : 'keypad';
  }

  get maintenance(): HandSet | undefined {
    return this.#context.adapters.journal.handSets.get({ of: 'maintenance' });
  }

  /** Set by hand, to whomever: who works at the terminal wants no sale by any door. */
  get closedByHand(): Closed | undefined {
    const set = this.maintenance;
    if (set === undefined) return undefined;
    if (this.#byHand?.set !== set) {
      const { words } = set;
      this.#byHand = { set, closed: { why: 'maintenance', ...(words === undefined ? {} : { words }) } };
    }
    return this.#byHand.closed;
  }

  /** Whether opening hours say anything to `kind`. */
  bind(kind: SourceKind): boolean {
    const { hours } = this.#context.settings;
    return hours !== undefined && (hours.binds === 'all' || kind !== 'register');
  }

  /** By the wall clock, which the caller knows to be right: by one that is not, nothing opens or closes. */
  closedByHours(kind: SourceKind): Closed | undefined {
    const { hours } = this.#context.settings;
    if (hours === undefined || !this.bind(kind)) return undefined;
    const wallMs = this.#context.adapters.clock.wallMs();
    const minute = Math.floor(wallMs / MINUTE_MS);
    if (this.#byHours?.minute !== minute) {
      const closed = closedByHours(hours.open, wallMs);
      const { day } = localDay(wallMs, hours.open.zone);
      // The same object for the whole day: nothing is drawn again that looks the same, and after midnight "tomorrow" does not.
      const before = this.#byHours?.day === day ? this.#byHours.closed : undefined;
      const same =
        closed?.why === 'hours' && before?.why === 'hours' && closed.opensAtMs === before.opensAtMs;
      this.#byHours = { minute, day, closed: same ? before : closed };
    }
    return this.#byHours.closed;
  }

  /**
   * Closes the terminal until it is lifted, over restarts: the one road of the command line, the API and whatever comes
   * later. Again, with other words, it has those.
   * @param words for the customer; a slash with blanks parts Indonesian and English
   * @returns why not
   */
  close(by: string, user: string, words?: string): Result<HandSet, string> {
    const { clock, journal, log } = this.#context.adapters;
    const line = words === undefined ? undefined : noteLine(words);
    const trouble = words === undefined ? undefined : troubleOf(words, line);
    if (trouble !== undefined) return err(trouble);
    const at = timesOf(clock);
    const set = { by, sinceMs: at.wallMs, ...(line === undefined ? {} : { words: line }) };
    const events = [
      { kind: 'maintenanceBegun', body: { by, user, ...(line === undefined ? {} : { words: line }) } },
    ];
    journal.commit({ ...at, events, handSet: { name: { of: 'maintenance' }, set } });
    log.warn(`E${codeOfClosed({ why: 'maintenance' })} closed for maintenance by ${by}`);
    return ok(set);
  }

  /** @returns what was lifted; undefined where it was not closed by hand */
  reopen(by: string, user: string): HandSet | undefined {
    const { clock, journal, log } = this.#context.adapters;
    const before = this.maintenance;
    if (before === undefined) return undefined;
    const events = [{ kind: 'maintenanceEnded', body: { by, user, since: before.sinceMs } }];
    journal.commit({ ...timesOf(clock), events, handSet: { name: { of: 'maintenance' } } });
    log.info(`maintenance ended by ${by}`);
    return before;
  }
}

/** Why `words` cannot stand on a screen, of which `line` is left. */
function troubleOf(words: string, line = ''): string | undefined {
  const length = [...line].length;
  if (length === 0 || length > MOST_WORDS) {
    const found = length > 0 ? `these have ${length}` : `of these ${[...words].length} none can be read`;
    return `the words have 1 to ${MOST_WORDS} characters, and ${found}`;
  }
  const long = line.split(' ').find((word) => [...word].length > LONGEST_WORD);
  if (long !== undefined)
    return `a word has at most ${LONGEST_WORD} letters, or it runs off the screen: ${long}`;
  return line.split(' / ').length > 2
    ? 'one slash with blanks at most: Indonesian / English, and nothing behind'
    : undefined;
}
