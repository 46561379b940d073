import type { Readiness } from '../core/readiness.js';
import type { Adapters, TerminalSettings } from './context.js';

/** What the fleet knows of this terminal: said by MQTT when it has changed, and only then. */
export class StatePublisher {
  readonly #adapters: Adapters;
  readonly #settings: TerminalSettings;
  #told = '';

  constructor(adapters: Adapters, settings: TerminalSettings) {
    this.#adapters = adapters;
    this.#settings = settings;
  }

  tell(readiness: Readiness, busy: boolean): void {
    const { journal, link, clock } = this.#adapters;
    const owed = journal.shifts.owed();
    // Asked after each event, and different after few of them.
    const standing = readiness.ready ? readiness.notes.join() : `E${readiness.code}`;
    const key = `${standing} ${busy} ${owed.count} ${owed.sum}`;
    if (key === this.#told) return;
    this.#told = key;
    const state = {
      terminal: this.#settings.terminalId,
      version: this.#settings.version,
      ready: readiness.ready,
      ...(readiness.ready ? { notes: readiness.notes } : { code: readiness.code }),
      busy,
      owed,
    };
    link?.publishState({ ...state, at: new Date(clock.wallMs()).toISOString() });
  }
}
