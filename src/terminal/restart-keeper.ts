import { timesOf } from '../journal/commit.js';
import type { TerminalContext } from './context.js';

/** Who asked has his answer by then, and the journal its end. */
const ANSWER_MS = 2_000;

/** A restart that somebody has asked for: held back until nobody chooses or pays. */
export class RestartKeeper {
  readonly #context: TerminalContext;
  #asked: { readonly by: string; readonly notBeforeMs: number; readonly again: () => void } | undefined;
  #begun = false;

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  /** Who asked for the one that is held back; undefined where none is. */
  get askedBy(): string | undefined {
    return this.#asked?.by;
  }

  /**
   * @param by a name
   * @param user as the door knows who asks
   * @param again ends the process, so that it is started again
   */
  ask(by: string, user: string, again: () => void): void {
    const { clock, journal, log, timers } = this.#context.adapters;
    if (this.#asked !== undefined) return;
    journal.commit({ ...timesOf(clock), events: [{ kind: 'restartAsked', body: { by, user } }] });
    log.info(`restart asked by ${by}: as soon as nobody chooses or pays`);
    this.#asked = { by, again, notBeforeMs: clock.monoMs() + ANSWER_MS };
    // Looked at after each event; with nobody there the next one may be long in coming.
    timers.after(ANSWER_MS, () => this.#context.post({ on: 'command', run: () => undefined }));
  }

  /** @param idle nobody is choosing, no sale is open, and nothing is being printed */
  settle(idle: boolean): void {
    const asked = this.#asked;
    if (!idle || this.#begun || asked === undefined) return;
    const { clock, log } = this.#context.adapters;
    if (clock.monoMs() < asked.notBeforeMs) return;
    this.#begun = true;
    log.info(`restarts for ${asked.by}`);
    asked.again();
  }
}
