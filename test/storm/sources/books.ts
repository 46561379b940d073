import { isSettled } from '../../../src/core/sale/sale.js';
import { SHIFT_CLOSED } from '../../../src/core/sale/webhook-kind.js';
import { shiftName } from '../../../src/core/text/shift-report.js';
import type { WebhookPost, WebhookReceiver } from '../../../src/port/webhook.js';
import { TERMINAL } from '../cloud.js';
import type { StormJournal } from '../disk.js';
import type { ProcessParts, SourceParts } from './source.js';

interface Told {
  readonly id: string;
  readonly type: string;
  /** Absent where it tells of a shift. */
  readonly sale?: { readonly order_id: string };
  readonly shift?: { readonly number: number };
}

const YEAR_MS = 365 * 86_400_000;
const MOST_LISTED = 1_000;
/** Between two tries, and as much again for a clock that was a little ahead. */
const LONGEST_WAIT_MS = 12 * 3_600_000;

/** In which order they can happen to a sale, each once. */
const ORDER = ['sale.paid', 'sale.owed', 'sale.delivered', 'sale.refunded'];

/** The shop's own program, which is told of each sale and does something about each id once. */
export class Books {
  readonly #parts: SourceParts;
  /** What was told, by its id; and the id by which each thing of a sale was booked. */
  readonly #had = new Set<string>();
  readonly #booked = new Map<string, string>();
  /** The last that was told of each sale. */
  readonly #last = new Map<string, string>();
  /** The id by which each shift was told to be closed. */
  readonly #shifts = new Map<number, string>();

  constructor(parts: SourceParts) {
    this.#parts = parts;
  }

  plug({ timers, alive, clock }: ProcessParts): WebhookReceiver {
    const { chance, time } = this.#parts;
    return {
      name: 'books',
      kinds: ['paid', 'delivered', 'owed', 'refunded', SHIFT_CLOSED],
      send: (post) => {
        this.#sent(post);
        return new Promise((resolve) => {
          // Without a network nobody has told it the year, either.
          const unset = Math.abs(clock.wallMs() - time.wallMs()) > YEAR_MS;
          const away = chance.now('webhookAway') || unset;
          const lost = !away && chance.now('webhookAnswerLost');
          const ms = chance.now('webhookSlow') ? chance.detail('webhookSlow', 500, 10_000) : 50;
          timers.after(ms, () => {
            if (!alive()) return;
            if (!away) this.#take(post);
            resolve(away || lost ? { taken: false, why: away ? 'away' : 'no answer' } : { taken: true });
          });
        });
      },
      stop: () => undefined,
    };
  }

  /** Law 1: what leaves is true of what is on disk, also where the power goes in this moment. */
  #sent({ body }: WebhookPost): void {
    const { laws } = this.#parts;
    const { type, sale } = JSON.parse(body) as Told;
    if (sale === undefined) return;
    const known = laws.sales.get(sale.order_id);
    if (known === undefined || !isSettled(known))
      laws.broken('law 1', `${type} of ${sale.order_id} leaves, which is ${known?.state.at} on disk`);
  }

  #take({ id, body }: WebhookPost): void {
    const { laws, story } = this.#parts;
    const told = JSON.parse(body) as Told;
    story.say(() => `books are told ${told.type} by ${id}`);
    if (told.id !== id) laws.broken('law 7', `${id} says that it is ${told.id}`);
    if (this.#had.has(id)) return;
    this.#had.add(id);
    if (told.shift !== undefined) return this.#closed(told.shift, id);
    const order = told.sale?.order_id ?? '';
    this.#inOrder(told, order);
    const what = `${order} ${told.type}`;
    const before = this.#booked.get(what);
    if (before !== undefined) laws.broken('law 6', `${what} is booked by ${before} and by ${id}`);
    this.#booked.set(what, id);
    if (told.type !== 'sale.paid') return;
    const sale = laws.sales.get(order);
    if (sale === undefined || !isSettled(sale)) laws.broken('law 4', `books hear that ${order} is paid`);
  }

  #inOrder({ id, type }: Told, order: string): void {
    const before = this.#last.get(order);
    this.#last.set(order, type);
    const isFirst = before === undefined;
    if (isFirst ? type !== 'sale.paid' : ORDER.indexOf(before) > ORDER.indexOf(type))
      this.#parts.laws.broken('law 6', `${id} comes after ${before ?? 'nothing'}`);
  }

  #closed({ number }: { readonly number: number }, id: string): void {
    const before = this.#shifts.get(number);
    if (before !== undefined)
      this.#parts.laws.broken('law 11', `shift ${number} is told by ${before} and by ${id}`);
    this.#shifts.set(number, id);
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
    for (let number = 1; number < journal.shifts.current; number += 1) {
      const waits = journal.webhooks.byId(shiftName(TERMINAL, number)).some(({ dueMs }) => dueMs !== null);
      if (!this.#shifts.has(number) && !waits)
        laws.broken('law 5', `the books were never told that shift ${number} is closed`);
    }
    for (const { orderId } of [...laws.sales.values()].filter(isSettled)) {
      const waits = journal.webhooks
        .byId(orderId)
        .some(({ kind, dueMs }) => kind === 'paid' && dueMs !== null);
      if (!this.#booked.has(`${orderId} sale.paid`) && !waits)
        laws.broken('law 5', `the books were never told that ${orderId} is paid`);
    }
  }
}
