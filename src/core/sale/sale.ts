import type { Evidence, QrSource } from '../../base/evidence.js';
import type { OrderId } from '../../base/ids.js';
import type { Rupiah } from '../../base/rupiah.js';
import type { SoldItem } from '../../base/sold-item.js';
import type { Late } from './late.js';

export type SourceKind = 'keypad' | 'register' | 'vending' | 'api';

/** Where a sale came from. `reference` is the caller's own, and for registers without one the frame itself in hex. */
export interface Source {
  readonly kind: SourceKind;
  readonly name: string;
  readonly reference?: string;
  /** The reference is the caller's own and names this sale for ever; absent where a frame stands for it. */
  readonly own?: true;
  /** Whose reference it is (see same-request.ts). */
  readonly till?: string;
  /** The slot of a vending machine, and what it calls the product. */
  readonly item?: string;
  readonly product?: string;
  /** It was chosen at the terminal, and the machine gives from `item` without having asked. */
  readonly driven?: true;
  /** A machine that asks again under the same reference and never vends twice for one. */
  readonly repeats?: true;
}

/** One amount to be collected. `orderId` is also Midtrans' order id: one charge, never used again. */
export interface Sale {
  readonly orderId: OrderId;
  readonly amount: Rupiah;
  /** What it is for, where that is known: as it was when the sale was opened. Comes to `amount`, always. */
  readonly items?: readonly SoldItem[];
  readonly source: Source;
  /** 1, or more where the gateway denied the attempts before this one (channel code 900). */
  readonly attempt: number;
  /** Counts up by one a sale on this terminal; six digits on slips and in register frames. */
  readonly invoice: number;
  /** Wall time. */
  readonly openedAtMs: number;
  /** How long its source waits, from `openedAtMs` on, where it says so: the QR lives no longer. */
  readonly patienceMs?: number;
  readonly state: SaleState;
  /** The highest-ranking status of the gateway so far. */
  readonly evidence?: Evidence;
  /**
   * A notice told of a refund, and the gateway has not said so yet. `looks` counts its answers that knew of none, `misses`
   * those in a row that could not be used; absent for none.
   */
  readonly refundNews?: { readonly looks: number; readonly misses?: number };
}

/** Why a QR is being given up. */
export type ClosingHow =
  | 'cancelled'
  | 'timedOut'
  /** The picture or payload was not for this sale, or the charge's answer was about something else. */
  | 'badQr'
  /** No picture could be had. */
  | 'noQr'
  /** Neither paper nor screen took it. */
  | 'unpresentable'
  /** The answer to the charge was lost and no source waits any more. */
  | 'chargeLost';

export type ClosedHow = 'cancelled' | 'expired' | 'denied' | 'neverCharged';

export type OwedWhy =
  /** Settled after its source had been told that it was over, or unknown. */
  | 'lateSettlement'
  | 'deliveryFailed'
  /** A power cut hid whether the source had it. Never delivered twice on a guess (law 6). */
  | 'deliveryUnknown'
  | 'partlyRefunded'
  /** Another amount was paid than the sale's, and no fee explains it. */
  | 'otherAmount'
  /** Settled, and the gateway names another merchant than the one that it charged for. */
  | 'otherPayee'
  /** A part of the goods came out: what is given back for the rest, a person decides. */
  | 'partlyDelivered';

export interface OwedRefund {
  readonly refundKey: string;
  /** `unknown`: it may have been given back all the same. */
  readonly ended: 'rejected' | 'unknown';
  readonly detail: string;
}

/** How a sale left the owed list. */
export type ResolvedHow = 'refunded' | 'delivered' | 'other';

export type SaleState =
  /** Journalled; waits before it is tried again under this new order id. */
  | { readonly at: 'requested' }
  | { readonly at: 'charging' }
  /** The answer was lost: the gateway is asked by order id. `absent` counts its "no such transaction". */
  | {
      readonly at: 'chargeUnknown';
      readonly misses: number;
      readonly absent: number;
      readonly code: number;
      /** The answer was a refusal that any request might get: the gateway is asked once whether it was ours. */
      readonly refused?: true;
    }
  | {
      readonly at: 'awaitingPayment';
      readonly transactionId: string;
      readonly qr: QrSource;
      /** Checked EMV payload; absent until the QR has been read. */
      readonly payload?: string;
      /** Wall time when we give the QR up; for people and for restarts. The running clock is a timer. */
      readonly endsAtMs: number;
      /** Failed downloads of the picture. */
      readonly downloads: number;
      /** Looks without an answer in a row. */
      readonly misses: number;
      /** The notice that the last look was for; absent where it was for none. */
      readonly followedHint?: string;
    }
  | {
      readonly at: 'closing';
      readonly how: ClosingHow;
      /** `released`: the source was told "unknown"; this goes on behind its back. */
      readonly source: 'waiting' | 'released';
      readonly step: 'awaitCharge' | 'look' | 'close' | 'pause';
      readonly tries: number;
      /** "No such transaction" answers in a row. */
      readonly absent: number;
      /** Fault number to tell, where there is one. */
      readonly code?: number;
    }
  /** Settled; telling the source. `claim`: the source must ask (again) for the answer itself. */
  | {
      readonly at: 'delivering';
      readonly step: 'telling' | 'claim';
      readonly again: boolean;
      /** The time in which it must be heard: from the first answer on, and no question begins it anew. */
      readonly claim?: 'runs' | 'over';
      /** It was owed since then when its source came for it: that has not ended before it is heard. */
      readonly owedSinceMs?: number;
    }
  | {
      readonly at: 'delivered';
      readonly atMs: number;
      /** A refund that its register asked for, and that came to nothing. */
      readonly refund?: OwedRefund;
    }
  | {
      readonly at: 'owed';
      readonly why: OwedWhy;
      readonly sinceMs: number;
      /** The refund that was tried in vain. */
      readonly refund?: OwedRefund;
    }
  /**
   * Owed, or delivered and `returned` at the register, and being given back through the gateway; the key was fixed before
   * the first request (law 1).
   */
  | {
      readonly at: 'refunding';
      readonly why: OwedWhy | 'returned';
      /** Since when it is owed; when it was delivered, where it is returned. */
      readonly sinceMs: number;
      /** The source asked for it, and waits for the end. */
      readonly asked?: true;
      readonly refundKey: string;
      readonly step: 'ask' | 'look' | 'pause';
      /** Silences so far. */
      readonly tries: number;
      /** The gateway's no, until its status has said that nothing was refunded indeed. */
      readonly refusal?: string;
    }
  | {
      readonly at: 'resolved';
      readonly how: ResolvedHow;
      /** Who says so: a person, or `gateway`. */
      readonly by: string;
      readonly atMs: number;
      readonly note: string;
    }
  /** The gateway refused before anything existed. */
  | { readonly at: 'refused'; readonly code: number }
  | {
      readonly at: 'closed';
      readonly how: ClosedHow;
      readonly code?: number;
      /** The same request went on under a new order id: a shift counts that one. */
      readonly followed?: true;
      /** Looks that still follow; absent when watched to the end. */
      readonly watch?: { readonly looks: number; readonly misses: number };
      /** Rare looks that follow the watch; absent before it has ended, and after the last of them. */
      readonly late?: Late;
    };

/** What an end without payment is called: a fault that ended it makes it denied, whatever the gateway calls what became of the order. */
export function closedAs({ how, code }: Extract<SaleState, { at: 'closed' }>): ClosedHow {
  return code === undefined || how === 'neverCharged' ? how : 'denied';
}

/** The source has not been told the end of it: the terminal is busy with this sale (law 8). */
export function occupiesTerminal(sale: Sale): boolean {
  const { state } = sale;
  switch (state.at) {
    case 'requested':
    case 'charging':
    case 'chargeUnknown':
    case 'awaitingPayment':
      return true;
    case 'closing':
      return state.source === 'waiting';
    case 'delivering':
      return state.step === 'telling';
    default:
      return false;
  }
}

/** Six digits, as slips and register frames have it. */
export function slipNumber({ invoice }: Pick<Sale, 'invoice'>): string {
  return String(invoice % 1_000_000).padStart(6, '0');
}

/** Something is still going to happen by itself: taken up again at boot. */
export function isOpen(sale: Sale): boolean {
  const { state } = sale;
  return (
    occupiesTerminal(sale) ||
    state.at === 'closing' ||
    state.at === 'delivering' ||
    state.at === 'refunding' ||
    (state.at === 'closed' && state.watch !== undefined) ||
    sale.refundNews !== undefined
  );
}

/** Wall time of the next rare look; null where none follows, and while the sale is watched anyway. */
export function lateDueMs({ state }: Sale): number | null {
  return state.at === 'closed' && state.watch === undefined ? (state.late?.dueMs ?? null) : null;
}

/** A QR may still come, and has not yet. */
export function awaitsQr({ state }: Sale): boolean {
  switch (state.at) {
    case 'charging':
    case 'chargeUnknown':
      return true;
    case 'awaitingPayment':
      return state.payload === undefined;
    default:
      return false;
  }
}

/** It has come to an end, paid or not. A closed one may still turn out to be paid. */
export function isEnded(sale: Sale): boolean {
  return isSettled(sale) || sale.state.at === 'closed' || sale.state.at === 'refused';
}

/** What became of the money is not for a machine to say: nothing is handed over, or given back by itself. */
export function isForAPerson(why: string): boolean {
  return ['partlyRefunded', 'otherAmount', 'otherPayee', 'partlyDelivered'].includes(why);
}

/** Money was taken for this sale, whatever became of it since. */
export function isSettled(sale: Sale): boolean {
  return isSettledAt(sale.state.at);
}

/** The same by the name of a state, as rows of the journal have it. */
export function isSettledAt(at: string): boolean {
  return ['delivering', 'delivered', 'owed', 'refunding', 'resolved'].includes(at);
}
