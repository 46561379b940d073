import { run } from '../../devices/kit/child.js';
import type { Timers } from '../port/clock.js';
import type { ReportAnswer, ReportPost, ReportWay } from '../port/report.js';

/** From the start of the mailer to its end; one that delivers by itself talks to a server. */
const PATIENCE_MS = 60_000;
/** Of what it says when it does not take a message. */
const MOST_SAID = 300;
/** Nothing else of our own environment is its business: credentials are named there. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Hands a message to the system's own mailer, as every Unix program does: `sendmail -t -i`. */
export class Mailer implements ReportWay {
  readonly name = 'mail';
  readonly #program: string;
  readonly #timers: Timers;
  readonly #stop = new AbortController();

  constructor(program: string, timers: Timers) {
    this.#program = program;
    this.#timers = timers;
  }

  async send({ text }: ReportPost): Promise<ReportAnswer> {
    const ended = await run({
      ...{ name: this.#program, args: ['-t', '-i'], input: Buffer.from(text), env: ENVIRONMENT },
      ...{ timers: this.#timers, limitMs: PATIENCE_MS, signal: this.#stop.signal },
    });
    if (ended.how !== 'exited') return { taken: false, why: ended.why };
    if (ended.code === 0) return { taken: true };
    const said = ended.complaint.replace(/\s+/g, ' ').trim().slice(0, MOST_SAID);
    return { taken: false, why: `exit ${ended.code}${said === '' ? '' : `: ${said}`}` };
  }

  stop(): void {
    this.#stop.abort();
  }
}
