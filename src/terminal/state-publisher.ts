import type { Readiness } from '../core/readiness.js';
import type { TerminalContext } from './context.js';

/** What the fleet knows of this terminal: said by MQTT when it has changed, and only then. */
export class StatePublisher {
  readonly #context: TerminalContext;
  #told = '';
  /** What it was made of, or something else that says the same. */
  #last: { readonly readiness: Readiness; readonly busy: boolean; readonly owed: object } | undefined;

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  tell(readiness: Readiness, busy: boolean): void {
    const { adapters, settings } = this.#context;
    const { journal, link, clock } = adapters;
    const owed = journal.shifts.owed();
    // Asked after each event, and different after few of them.
    if (readiness === this.#last?.readiness && busy === this.#last.busy && owed === this.#last.owed) return;
    this.#last = { readiness, busy, owed };
    const standing = readiness.ready ? readiness.notes.join() : `E${readiness.code}`;
    const key = `${standing} ${busy} ${owed.count} ${owed.sum}`;
    if (key === this.#told) return;
    this.#told = key;
    const state = {
      terminal: settings.terminalId,
      version: settings.version,
      ready: readiness.ready,
      ...(readiness.ready ? { notes: readiness.notes } : { code: readiness.code }),
      busy,
      owed,
    };
    link?.publishState({ ...state, at: new Date(clock.wallMs()).toISOString() });
  }
}
