import { assert } from '../base/assert.js';
import { parseOrderId } from '../base/ids.js';
import type { Sale } from '../core/sale.js';
import type { StoredEvent } from './commit.js';

export function toSale(row: unknown): Sale {
  const sale = JSON.parse((row as { body: string }).body) as Sale;
  assert(
    parseOrderId(sale.orderId) !== undefined,
    `the journal holds a sale without a valid order id: ${sale.orderId}`,
  );
  return sale;
}

export interface EventRow {
  readonly seq: number;
  readonly boot: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly body: string;
  readonly ignored: string | null;
  readonly led: string | null;
}

export function toEvent(orderId: string, row: EventRow): StoredEvent {
  return {
    seq: row.seq,
    boot: row.boot,
    wallMs: row.at_ms,
    orderId,
    kind: row.kind,
    body: JSON.parse(row.body) as unknown,
    ...(row.ignored === null ? {} : { ignored: row.ignored }),
    ...(row.led === null ? {} : { led: JSON.parse(row.led) as unknown }),
  };
}
