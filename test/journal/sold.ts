import type { SaleEvent } from '../../src/core/sale/event.js';
import type { Sale } from '../../src/core/sale/sale.js';
import type { JournalAnswer } from '../../src/journal/answers.js';
import type { Journal } from '../../src/journal/journal.js';
import { evidence, newSale, says, stepped } from '../core/world.js';

export interface Opened {
  readonly journal: Journal;
  readonly sale: Sale;
}

export function created(sale: Sale): SaleEvent {
  const outcome = {
    kind: 'created',
    evidence: evidence(sale, 'pending'),
    qr: { pictureUrl: 'http://x' },
  } as const;
  return { type: 'chargeAnswered', outcome };
}

export const DELIVERED: SaleEvent = { type: 'deliveryEnded', outcome: 'done', detail: 'acknowledged' };

/** What happens to a sale, a commit each, as the terminal writes it. @returns where it stands then */
export function happen(
  { journal, sale }: Opened,
  events: readonly SaleEvent[],
  answers: readonly JournalAnswer[] = [],
): Sale {
  return events.reduce((before: Sale, event) => {
    const after = stepped(before, event).sale;
    const { orderId } = sale;
    const told = [{ orderId, kind: event.type, body: event }];
    journal.commit({ wallMs: 1_000, monoMs: 1, events: told, sales: [after], answers });
    return after;
  }, sale);
}

/** A sale that was opened. @param like what is another's than the first test sale's */
export function begin(journal: Journal, like: Partial<Sale> = {}): Sale {
  const sale = { ...newSale('keypad', 15_000).sale, ...like };
  const events = [{ orderId: sale.orderId, kind: 'opened', body: { pad: 'pad', amount: sale.amount } }];
  journal.commit({ wallMs: 1_000, monoMs: 1, events, sales: [sale] });
  return sale;
}

/** One that was paid and handed over. */
export function sell(journal: Journal, like: Partial<Sale> = {}): Sale {
  const sale = begin(journal, like);
  return happen({ journal, sale }, [created(sale), says(sale, 'settlement'), DELIVERED]);
}
