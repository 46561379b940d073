import type { SaleState } from '../sale/sale.js';

/** Which words tell a customer that money came and what became of it. Who may have the goods already is not told that nothing was handed over. */
export type OwedKind =
  | 'owed'
  | 'owedUnknown'
  | 'owedPartly'
  | 'refunding'
  | 'refundingUnknown'
  | 'otherAmount'
  | 'otherPayee';

/** Of a sale that is owed or being refunded. */
export function owedKind(state: SaleState): OwedKind {
  const why = 'why' in state ? state.why : undefined;
  if (state.at === 'owed' && (why === 'otherAmount' || why === 'otherPayee')) return why;
  if (why === 'partlyDelivered') return 'owedPartly';
  if (state.at === 'refunding')
    return why === 'deliveryUnknown' || why === 'returned' ? 'refundingUnknown' : 'refunding';
  return why === 'deliveryUnknown' ? 'owedUnknown' : 'owed';
}
