import type { QrSource } from '../../base/evidence.js';
import type { Rupiah } from '../../base/rupiah.js';

/** The timers of a sale. Setting one again replaces it. */
export type TimerName =
  /** Start a charge that was put off. */
  | 'begin'
  /** Ask the status. */
  | 'look'
  /** Try the picture again. */
  | 'qr'
  /** The life of the QR is over. */
  | 'life'
  /** The source has waited long enough for the gateway's final status. */
  | 'patience'
  /** The source did not come for its answer. */
  | 'claim'
  /** Ask again what became of a refund. */
  | 'refund';

/** What a source is told of a sale that is not (known to be) paid. */
export type SourceResult =
  | { readonly result: 'cancelled' }
  | { readonly result: 'expired' }
  | { readonly result: 'denied'; readonly code: number }
  | { readonly result: 'failed'; readonly code: number }
  /** Not a failure: the source must ask again. */
  | { readonly result: 'unknown'; readonly code: number };

/** What a decision wants done. Performed by the terminal after the commit, each by one function of a table. */
export type Effect =
  | { readonly do: 'charge' }
  | { readonly do: 'askStatus' }
  | { readonly do: 'cancel' }
  | { readonly do: 'expire' }
  | {
      readonly do: 'refund';
      readonly refundKey: string;
      readonly amount: Rupiah;
      readonly reason: string;
    }
  | { readonly do: 'readQr'; readonly qr: QrSource; readonly transactionId: string }
  | { readonly do: 'present'; readonly payload: string }
  | { readonly do: 'deliver'; readonly again: boolean }
  | { readonly do: 'tellSource'; readonly result: SourceResult }
  /** What became of the refund that the source asked for; `unknown` is not the end of it. */
  | { readonly do: 'tellRefund' }
  | { readonly do: 'printReceipt' }
  | { readonly do: 'printOwed' }
  | { readonly do: 'alert'; readonly code: number; readonly detail: string }
  | { readonly do: 'startTimer'; readonly timer: TimerName; readonly afterMs: number }
  /** Stops these timers; all of the sale's when none is named. */
  | { readonly do: 'cancelTimers'; readonly timers?: readonly TimerName[] };

export function startTimer(timer: TimerName, afterMs: number): Effect {
  return { do: 'startTimer', timer, afterMs };
}
