import { assert } from '../base/assert.js';
import { parseOrderId } from '../base/ids.js';
import type { Sale } from '../core/sale.js';

export function toSale(row: unknown): Sale {
  const sale = JSON.parse((row as { body: string }).body) as Sale;
  assert(
    parseOrderId(sale.orderId) !== undefined,
    `the journal holds a sale without a valid order id: ${sale.orderId}`,
  );
  return sale;
}
