import { shiftCsv, shiftMail, shiftOfName } from '../../src/core/text/shift-report.js';
import type { ReportAnswer, ReportPost } from '../../src/port/report.js';
import type { ReportPlace, TerminalSettings } from '../../src/terminal/context.js';
import type { Chance, FaultName } from './chance.js';
import type { StormJournal } from './disk.js';
import type { Laws } from './laws.js';
import type { ProcessParts } from './sources/source.js';
import type { Story } from './story.js';

interface OfficeParts {
  readonly chance: Chance;
  readonly laws: Laws;
  readonly story: Story;
}

/** Where the reports of closed shifts arrive: a folder on a medium that comes and goes, and a mailer. */
export class Office {
  readonly #parts: OfficeParts;
  /** By name. */
  readonly #files = new Map<string, string>();
  /** By name the Message-ID that it came with first. */
  readonly #mails = new Map<string, string>();

  constructor(parts: OfficeParts) {
    this.#parts = parts;
  }

  plug(process: Pick<ProcessParts, 'alive' | 'timers'>, { head }: TerminalSettings): ReportPlace[] {
    const mail = { ...head, from: 'kasir@example.com', to: ['sri@example.com'] };
    const way = (name: string, fault: FaultName, take: (post: ReportPost) => void) => ({
      name,
      send: (post: ReportPost) => this.#send(process, fault, () => take(post)),
      stop: () => undefined,
    });
    return [
      {
        way: way('file', 'folderAway', (post) => this.#filed(post)),
        text: (report) => shiftCsv(report, head),
        fault: 770,
      },
      {
        way: way('mail', 'mailerFails', (post) => this.#mailed(post)),
        text: (report) => shiftMail(report, mail),
        fault: 771,
      },
    ];
  }

  #send(
    { alive, timers }: Pick<ProcessParts, 'alive' | 'timers'>,
    fault: FaultName,
    take: () => void,
  ): Promise<ReportAnswer> {
    const { chance } = this.#parts;
    const away = chance.now(fault);
    const lost = !away && chance.now('reportUnheard');
    const ms = chance.now('reportSlow') ? chance.detail('reportSlow', 1_000, 60_000) : 100;
    return new Promise((resolve) => {
      timers.after(ms, () => {
        if (!alive()) return;
        if (!away) take();
        resolve(away || lost ? { taken: false, why: away ? 'away' : 'killed at its end' } : { taken: true });
      });
    });
  }

  #filed({ name, text }: ReportPost): void {
    const { laws, story } = this.#parts;
    story.say(() => `${name} is filed`);
    const before = this.#files.get(name);
    if (before !== undefined && before !== text)
      laws.broken('law 11', `${name} is filed twice, and says something else`);
    this.#files.set(name, text);
  }

  #mailed({ name, text }: ReportPost): void {
    const { laws, story } = this.#parts;
    const id = /^Message-ID: (.*)$/m.exec(text)?.[1] ?? '';
    story.say(() => `${name} is mailed as ${id}`);
    const before = this.#mails.get(name);
    if (before !== undefined && before !== id)
      laws.broken('law 7', `${name} is mailed as ${before}, and again as ${id}`);
    this.#mails.set(name, id);
  }

  /** Each closed shift is here, or is going to be. */
  atTheEnd({ shifts, reports }: StormJournal): void {
    const waiting = new Set(reports.waiting().map(({ way, shift }) => `${way} ${shift}`));
    for (const [way, names] of [
      ['file', this.#files],
      ['mail', this.#mails],
    ] as const) {
      const there = new Set([...names.keys()].map(shiftOfName));
      for (let shift = 1; shift < shifts.current; shift += 1)
        if (!there.has(shift) && !waiting.has(`${way} ${shift}`))
          this.#parts.laws.broken('law 5', `the report of shift ${shift} never goes out by ${way}`);
    }
  }
}
