import { doubledMs } from '../base/backoff.js';
import type { ShiftReport } from '../core/shift/shift.js';
import { shiftName } from '../core/text/shift-report.js';
import { STORY_WAITS_MS, timesOf } from '../journal/commit.js';
import type { ReportChange, ReportRow } from '../journal/reports.js';
import type { ReportAnswer } from '../port/report.js';
import type { ReportPlace, TerminalContext } from './context.js';

const BACKOFF = { firstMs: 30_000, mostMs: 6 * 3_600_000 } as const;
/** Between two looks at what is due, where nothing was. */
const REST_MS = 10_000;

/**
 * Sends the reports of closed shifts: written in the commit of the close, then tried again and again until each is out. No
 * sale waits for one.
 */
export class ReportDesk {
  readonly #context: TerminalContext;
  /** Ways that are busy. */
  readonly #busy = new Set<ReportPlace>();
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #over = false;

  constructor(context: TerminalContext) {
    this.#context = context;
  }

  get #places(): readonly ReportPlace[] {
    return this.#context.adapters.reports ?? [];
  }

  /** For the commit that closes this shift. */
  changesFor(closed: ShiftReport): ReportChange[] {
    const dueMs = this.#context.adapters.clock.wallMs();
    this.#restUntilMs = Number.NEGATIVE_INFINITY;
    return this.#places.map(({ way }) => {
      return { change: 'wanted', way: way.name, shift: closed.number, dueMs } as const;
    });
  }

  /** After each event: sends what is due, one at a time by each way. */
  goOn(): void {
    const { clock, journal } = this.#context.adapters;
    if (this.#over || this.#places.length === 0 || clock.monoMs() < this.#restUntilMs) return;
    this.#restUntilMs = clock.monoMs() + REST_MS;
    const nowMs = clock.wallMs();
    for (const place of this.#places) {
      if (this.#busy.has(place)) continue;
      const row = journal.reports.due(place.way.name, nowMs, nowMs + 2 * BACKOFF.mostMs);
      if (row !== undefined) this.#send(place, row);
    }
  }

  stop(): void {
    this.#over = true;
    for (const { way } of this.#places) way.stop();
  }

  #send(place: ReportPlace, row: ReportRow): void {
    const { adapters, settings } = this.#context;
    const report = adapters.journal.shifts.closed(row.shift);
    // Written in one commit with it.
    if (report === undefined) return this.#write({ ...row, change: 'tried', dueMs: null });
    this.#busy.add(place);
    const name = shiftName(settings.terminalId, row.shift);
    this.#context.endOnRejection(
      place.way.send({ name, text: place.text(report) }).then((answer) => {
        this.#context.post({
          on: 'command',
          run: () => {
            this.#busy.delete(place);
            this.#restUntilMs = Number.NEGATIVE_INFINITY;
            if (!this.#over) this.#answered(place, row, name, answer);
          },
        });
      }),
    );
  }

  #answered({ fault }: ReportPlace, row: ReportRow, name: string, answer: ReportAnswer): void {
    const { clock, log } = this.#context.adapters;
    if (answer.taken) {
      log.info(`report ${name} is out by ${row.way}`);
      return this.#write({ ...row, change: 'tried', dueMs: null });
    }
    const tries = row.tries + 1;
    const waitMs = doubledMs(BACKOFF, row.tries);
    log.warn(`E${fault} report ${name} by ${row.way}: ${answer.why}; again in ${waitMs / 1_000} s`);
    this.#write({ ...row, change: 'tried', tries, dueMs: clock.wallMs() + waitMs });
  }

  /** A power cut may take it away: then it goes out once more, under the same name. */
  #write(change: ReportChange): void {
    const { clock, journal } = this.#context.adapters;
    journal.commit({ ...timesOf(clock), events: [], reports: [change], mayWaitMs: STORY_WAITS_MS });
  }
}
