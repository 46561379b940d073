import { isAllBack } from './refund-news.js';
import { isSettled, type Sale } from './sale.js';

/** What a shop's other programs can be told of a sale, in the order in which it can happen. */
export const WEBHOOK_KINDS = [
  'paid',
  'delivered',
  'owed',
  'refunded',
  'resolved',
  'cancelled',
  'expired',
  'denied',
] as const;

/** And of a shift. */
export const SHIFT_CLOSED = 'shift.closed';

/** And of a vending machine, which a sale was about. */
export const SLOT_FAILED = 'slot.failed';

/** All that other programs can be told of. */
export const TOLD_KINDS = [...WEBHOOK_KINDS, SLOT_FAILED, SHIFT_CLOSED] as const;

/** A slot that gave nothing, as it stands after that. */
export interface FailedSlot {
  readonly slot: string;
  /** In a row. */
  readonly failures: number;
  /** It sells nothing more until somebody has mended it. */
  readonly out_of_service: boolean;
}

export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** What a step of a sale means to them; mostly nothing. Each is true on its own, whatever was told before. */
export function webhookKinds(before: Sale, after: Sale): WebhookKind[] {
  const kinds: WebhookKind[] = [];
  if (isSettled(after) && !isSettled(before)) kinds.push('paid');
  const ended = endOf(after);
  if (ended !== undefined && ended !== endOf(before)) kinds.push(ended);
  if (isBack(after) && !isBack(before)) kinds.push('refunded');
  return kinds;
}

/** By the gateway's word or a person's, whichever is first. */
function isBack(sale: Sale): boolean {
  return isAllBack(sale) || (sale.state.at === 'resolved' && sale.state.how === 'refunded');
}

function endOf({ state }: Sale): WebhookKind | undefined {
  switch (state.at) {
    case 'delivered':
    case 'owed':
      return state.at;
    case 'delivering':
      return state.owedSinceMs === undefined ? undefined : 'owed';
    // Where the refund comes to nothing it is that again, and nothing new.
    case 'refunding':
      return state.why === 'returned' ? 'delivered' : 'owed';
    case 'resolved':
      return state.how === 'refunded' ? undefined : 'resolved';
    case 'refused':
      return 'denied';
    case 'closed':
      if (state.code !== undefined) return 'denied';
      return state.how === 'neverCharged' ? 'cancelled' : state.how;
    default:
      return undefined;
  }
}
