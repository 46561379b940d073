import type { Sale } from '../sale/sale.js';
import { type FailedSlot, SHIFT_CLOSED, SLOT_FAILED, type WebhookKind } from '../sale/webhook-kind.js';
import type { ShiftReport } from '../shift/shift.js';
import { paidOtherwise, registerSale, rrnOf } from '../source/register-result.js';

/** Told before any money came: money that comes later is told by itself. */
const UNPAID: readonly WebhookKind[] = ['cancelled', 'expired', 'denied'];

/** What stands above whatever is told. */
export interface ToldHead {
  readonly id: string;
  readonly atMs: number;
  readonly terminal: string;
  /** Its number among all that this terminal tells; absent where things are told in the order of their sale alone. */
  readonly seq?: number | undefined;
}

/**
 * What a receiver is told, as JSON. Of a sale nothing that can still change: the same bytes for each try, and whoever wants
 * to know how it stands now asks.
 */
export function webhookBody(
  sale: Sale,
  { kind, ...head }: ToldHead & { readonly kind: WebhookKind },
): string {
  const { orderId, amount, source, openedAtMs, invoice, items } = sale;
  const told = registerSale(sale);
  return JSON.stringify({
    ...headOf(`sale.${kind}`, head),
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
export function webhookShiftBody(closed: ShiftReport, head: ToldHead): string {
  const { atMs, terminal } = head;
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
    ...headOf(SHIFT_CLOSED, head),
    shift: {
      ...{ terminal, number, day, opened: iso(openedAtMs), closed: iso(closedAtMs), closed_by: closedBy },
      ...{ all, by_source: bySource, earlier, owed_before: owedBefore, owed },
      ...(closed.broken === undefined ? {} : { broken: closed.broken }),
    },
  });
}

/** Of slots of `machine` that gave nothing in the sale `orderId`. */
export function webhookSlotBody(
  told: { readonly orderId: string; readonly machine: string; readonly slots: readonly FailedSlot[] },
  head: ToldHead,
): string {
  const { orderId, machine, slots } = told;
  return JSON.stringify({ ...headOf(SLOT_FAILED, head), vend: { order_id: orderId, machine, slots } });
}

function headOf(type: string, { id, atMs, terminal, seq }: ToldHead): object {
  return { id, type, at: new Date(atMs).toISOString(), terminal, ...(seq === undefined ? {} : { seq }) };
}
