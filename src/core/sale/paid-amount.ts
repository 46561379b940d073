import type { Evidence } from '../../base/evidence.js';
import { formatRupiah, type Rupiah } from '../../base/rupiah.js';
import { GOPAY_MERCHANT } from './emv.js';
import { isSettled, type Sale } from './sale.js';

/** Of what amount a sale was paid, where that need not be its own: fees on top, and amounts without an explanation. */

/** By value, in IDR; a fee on top is nothing of ours where the gateway names it. */
export function isOurAmount({ amount }: Pick<Sale, 'amount'>, evidence: Evidence): boolean {
  if (evidence.currency !== 'IDR') return false;
  return evidence.amount === amount || evidence.amount - (evidence.customerFee ?? 0) === amount;
}

/** What the books count: the sale's own amount, unless another one was taken for it. */
export function bookedOf(sale: Sale): Rupiah {
  const { evidence } = sale;
  if (evidence === undefined || !isSettled(sale) || isOurAmount(sale, evidence)) return sale.amount;
  return evidence.currency === 'IDR' ? evidence.amount : sale.amount;
}

/** What the customer paid, a fee on top included: as much is given back. */
export function paidOf({ amount, evidence }: Sale): Rupiah {
  return evidence?.currency === 'IDR' ? evidence.amount : amount;
}

/**
 * The merchant whom an answer names in place of the one that was charged for; undefined where they agree or cannot be
 * compared (Midtrans leaves `merchant_id` out, and has names of another kind in it).
 */
export function otherPayee({ evidence: known }: Sale, { merchantId }: Evidence): string | undefined {
  const [ours, theirs] = [known?.merchantId, merchantId];
  if (ours === undefined || theirs === undefined || ours === theirs) return undefined;
  const comparable = GOPAY_MERCHANT.test(ours) && GOPAY_MERCHANT.test(theirs);
  return comparable ? `it is of merchant ${theirs}, the charge was for ${ours}` : undefined;
}

/** `Rp9.000 were paid, the sale is Rp10.000`; undefined where the amounts agree. */
export function otherAmount(sale: Sale, evidence: Evidence): string | undefined {
  if (isOurAmount(sale, evidence)) return undefined;
  const paid =
    evidence.currency === 'IDR'
      ? formatRupiah(evidence.amount)
      : `${evidence.currency} ${evidence.wireAmount}`;
  return `${paid} were paid, the sale is ${formatRupiah(sale.amount)}`;
}
