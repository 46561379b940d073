import type { Sale } from '../sale/sale.js';
import { SHIFT_CLOSED, type WebhookKind } from '../sale/webhook-kind.js';
import type { ShiftReport } from '../shift/shift.js';
import { paidOtherwise, registerSale, rrnOf } from '../source/register-result.js';

/** Told before any money came: money that comes later is told by itself. */
const UNPAID: readonly WebhookKind[] = ['cancelled', 'expired', 'denied'];

/**
 * What a receiver is told, as JSON. Of a sale nothing that can still change: the same bytes for each try, and whoever wants
 * to know how it stands now asks.
 */
export function webhookBody(
  sale: Sale,
  { id, kind, atMs }: { readonly id: string; readonly kind: WebhookKind; readonly atMs: number },
): string {
  const { orderId, amount, source, openedAtMs, invoice, items } = sale;
  const told = registerSale(sale);
  return JSON.stringify({
    id,
    type: `sale.${kind}`,
    at: new Date(atMs).toISOString(),
    sale: {
      ...(told.reference === undefined ? {} : { ref: told.reference }),
      ...(source.till === undefined ? {} : { till: source.till }),
      order_id: orderId,
      amount,
      ...(UNPAID.includes(kind) ? {} : paidOtherwise(sale)),
      rrn: rrnOf(openedAtMs, invoice),
      invoice: told.invoice,
      source: source.kind,
      opened: new Date(openedAtMs).toISOString(),
      ...(items === undefined
        ? {}
        : { items: items.map(({ id, price, quantity }) => ({ id, price, quantity })) }),
    },
  });
}

/** Of a shift all that its slip says, as it was closed. */
export function webhookShiftBody(
  closed: ShiftReport,
  { id, atMs, terminal }: { readonly id: string; readonly atMs: number; readonly terminal: string },
): string {
  const {
    number,
    day,
    openedAtMs,
    closedAtMs = atMs,
    closedBy,
    all,
    bySource,
    earlier,
    owedBefore,
    owed,
  } = closed;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return JSON.stringify({
    id,
    type: SHIFT_CLOSED,
    at: iso(atMs),
    shift: {
      ...{ terminal, number, day, opened: iso(openedAtMs), closed: iso(closedAtMs), closed_by: closedBy },
      ...{ all, by_source: bySource, earlier, owed_before: owedBefore, owed },
      ...(closed.broken === undefined ? {} : { broken: closed.broken }),
    },
  });
}
