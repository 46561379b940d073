import type { Sale } from '../sale/sale.js';
import type { WebhookKind } from '../sale/webhook-kind.js';
import { registerSale, rrnOf } from '../source/register-result.js';

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
