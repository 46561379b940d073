import { SHIFT_CLOSED } from '../../../src/core/sale/webhook-kind.js';
import type { WebhookReceiver } from '../../../src/port/webhook.js';
import type { StormJournal } from '../disk.js';
import { Ledger } from '../ledger.js';
import type { ProcessParts, SourceParts } from './source.js';

const YEAR_MS = 365 * 86_400_000;
const MOST_LISTED = 1_000;
/** Between two tries, and as much again for a clock that was a little ahead. */
const LONGEST_WAIT_MS = 12 * 3_600_000;

/** The shop's own program, which is told of each sale and does something about each id once. */
export class Books {
  readonly #parts: SourceParts;
  readonly #ledger: Ledger;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#ledger = new Ledger(parts, 'books');
  }

  plug({ timers, alive, clock }: ProcessParts): WebhookReceiver {
    const { chance, time } = this.#parts;
    return {
      name: 'books',
      kinds: ['paid', 'delivered', 'owed', 'refunded', SHIFT_CLOSED],
      send: (post) => {
        this.#ledger.leaves(post.body);
        return new Promise((resolve) => {
          // Without a network nobody has told it the year, either.
          const unset = Math.abs(clock.wallMs() - time.wallMs()) > YEAR_MS;
          const away = chance.now('webhookAway') || unset;
          const lost = !away && chance.now('webhookAnswerLost');
          const ms = chance.now('webhookSlow') ? chance.detail('webhookSlow', 500, 10_000) : 50;
          timers.after(ms, () => {
            if (!alive()) return;
            if (!away) this.#ledger.takes(post.id, post.body);
            resolve(away || lost ? { taken: false, why: away ? 'away' : 'no answer' } : { taken: true });
          });
        });
      },
      stop: () => undefined,
    };
  }

  /** Each settled sale was told, or is going to be, and soon, whatever a clock has said. */
  atTheEnd(journal: StormJournal): void {
    const { laws, time } = this.#parts;
    for (const { orderId, kind, dueMs } of journal.webhooks.list(true, MOST_LISTED))
      if ((dueMs ?? 0) - time.wallMs() > LONGEST_WAIT_MS)
        laws.broken('law 14', `${kind} of ${orderId} waits until ${new Date(dueMs ?? 0).toISOString()}`);
    // Nobody is away for three days.
    for (const { orderId, kind, ended, tries } of journal.webhooks.list(false, MOST_LISTED))
      if (ended === 'given up')
        laws.broken('law 5', `${kind} of ${orderId} is given up after ${tries} tries`);
    this.#ledger.atTheEnd(journal);
  }
}
