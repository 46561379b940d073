import { type Backoff, doubledMs } from '../../src/base/backoff.js';
import { FAULT } from '../../src/core/fault/table.js';

/** Why a line is not there: what a technician looks at first. */
export type LineLoss =
  /** No such device file, or no caller yet. */
  | 'absent'
  /** The system does not let this user open it. */
  | 'denied'
  /** Another program holds the device or the port. */
  | 'taken'
  /** It was open, and then it was not: unplugged, switched off, closed by the other side. */
  | 'lost'
  /** Open, but it takes no more bytes. */
  | 'stuck';

export type LineEvent =
  | { readonly kind: 'open' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** `inOrder`: a caller has closed it, and had read all that was written: else its system would have reset the connection. */
  | {
      readonly kind: 'gone';
      readonly cause: LineLoss;
      readonly why: string;
      readonly inOrder?: boolean;
    };

/** Raw bytes in and out, over whatever carries them. Opens again by itself until `stop`. */
export interface Line {
  readonly name: string;
  /** What a reopened line leads to: the same machine at the other end of a `cable`, or a new caller (`caller`). */
  readonly peer: 'cable' | 'caller';
  /**
   * Events come one at a time and never from within `start` or `write`. A line that cannot be opened says `gone` once,
   * and again only after it was open.
   */
  start(on: (event: LineEvent) => void): void;
  /**
   * Hands over all bytes in one write.
   * @returns true once they have left the process and the driver's buffer; false when the line is not open, was lost
   * on the way, or took longer than its limit (then it is closed and opened again).
   */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Closes for good. No event comes after the promise has settled. */
  stop(): Promise<void>;
}

/** How long to wait before opening again; a technician who plugs it in again should not wait. */
export function reopenAfterMs(failures: number, reopen: Backoff = { firstMs: 500, mostMs: 5_000 }): number {
  return doubledMs(reopen, failures);
}

/** Our numbers for a register's line that is not there. */
export const REGISTER_LOSS: Readonly<Record<LineLoss, number>> = {
  absent: FAULT.registerNotConnected,
  lost: FAULT.registerLineLost,
  stuck: FAULT.registerLineLost,
  denied: FAULT.registerPortTaken,
  taken: FAULT.registerPortTaken,
};
