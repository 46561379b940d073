import type { Readiness } from '../core/readiness.js';
import type { Roster, TerminalSettings } from './parts.js';

/** What the fleet knows of this terminal: said by MQTT when it has changed, and only then. */
export class Presence {
  readonly #roster: Roster;
  readonly #settings: TerminalSettings;
  #told = '';

  constructor(roster: Roster, settings: TerminalSettings) {
    this.#roster = roster;
    this.#settings = settings;
  }

  tell(readiness: Readiness, busy: boolean): void {
    const { journal, link, clock } = this.#roster;
    const owed = journal.shifts.owed();
    // Asked after each event, and different after few of them.
    const word = readiness.ready ? readiness.notes.join() : `E${readiness.code}`;
    const key = `${word} ${busy} ${owed.count} ${owed.sum}`;
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
