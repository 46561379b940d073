import type { Fault } from '../base/fault.js';
import type { Slip } from '../base/slip.js';

/** What is known of the printer now. `unknown` is a line that cannot answer (no status channel): it may print. */
export type PrinterStatus =
  | { readonly state: 'ready'; readonly nearEnd: boolean }
  | { readonly state: 'unknown' }
  /** Paper out, cover open, cutter, offline, absent: each a fault of the 4xx block. */
  | { readonly state: 'notReady'; readonly faults: readonly Fault[] };

export type PrintOutcome =
  /** `confirmed`: the printer said that everything before its end fence was processed. */
  | { readonly kind: 'printed'; readonly confirmed: boolean }
  /** `started`: bytes had left, so a part of the slip may be on paper. */
  | { readonly kind: 'failed'; readonly fault: Fault; readonly started: boolean };

export interface Printer {
  readonly name: string;
  /** What it is taken for: widths and ways, in one line. */
  readonly about: string;
  status(): Promise<PrinterStatus>;
  /**
   * One slip at a time, in the order of the calls. Never throws for what the printer does.
   * @param rest where `slip` is only the top of one: the whole of it, which begins with the same lines. The top is printed
   *   at once. A printer that fails meanwhile fails the slip without waiting for its rest; it need not ever resolve then
   */
  print(slip: Slip, rest?: Promise<Slip>): Promise<PrintOutcome>;
  /** An earlier process began to send this slip: the printer may still wait for the rest of one of its commands. */
  interrupted(slip: Slip): void;
  stop(): Promise<void>;
}
