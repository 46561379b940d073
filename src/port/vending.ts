import type { Rupiah } from '../base/rupiah.js';
import type { Given } from '../base/sold-item.js';
import type { VendDenial, VendOutcome, VendRequest } from '../base/vending-messages.js';

export type VendingEvent =
  | { readonly kind: 'asked'; readonly request: VendRequest }
  /** The machine does not wait any more: the customer pressed cancel, its own time-out, a reset, another session. */
  | { readonly kind: 'gaveUp'; readonly reference: string; readonly why: string }
  /** Report on the goods outside a {@link VendingMachine.vend} under way: after a restart, or late. */
  | { readonly kind: 'vended'; readonly reference: string; readonly outcome: VendOutcome }
  | { readonly kind: 'present' }
  | { readonly kind: 'gone'; readonly why: string };

/** A driver of a vending machine: its sessions, retries and time-outs are its own; sales and money are not. */
export interface VendingMachine {
  /** The journal knows the machine by it: a new cable or port must not change it. */
  readonly name: string;
  /** `asks`: it asks for amounts itself. `entry`: it cannot ask; what is typed at the keypad or the page is for it. */
  readonly amounts: 'asks' | 'entry';
  /**
   * True where the machine repeats a request under the same reference, also after a power cut, and never vends twice
   * for one. It may then be told "paid" again; any other is never told on a guess (law 6).
   */
  readonly repeats: boolean;
  /** It also gives from a slot that it has not asked for: customers may choose at the terminal. Absent for no. */
  readonly drives?: boolean;
  /** The lines that products are given on, beside its own: left idle from the start on. Absent where there are none. */
  mind?(lines: readonly number[]): void;
  /**
   * Where it gives these, each by a name of at most 16 characters: a place whose goods are not known to have come out, so many
   * times in a row, sells nothing more, as a slot does. Absent where it has slots, or none.
   */
  places?(gives?: readonly Given[]): readonly string[];
  start(on: (event: VendingEvent) => void): void;
  /** Asked before anything is charged. @returns in words why this amount, or what is to be given, cannot be vended, or undefined. */
  refuses(amount: Rupiah, gives?: readonly Given[], item?: string): string | undefined;
  /**
   * Tells the machine that it is paid, and waits for what becomes of the goods, within the driver's own bound. The
   * journal holds the sale as settled and being delivered by then. Never throws for what the machine does. A machine that
   * is not there when this is called, so that nothing left the box, is `failed`.
   */
  vend(request: VendRequest): Promise<VendOutcome>;
  /** Ends a request without goods. What cannot be sent is dropped: the machine's own time-out ends it then. */
  deny(request: VendRequest, denial: VendDenial): void;
  stop(): Promise<void>;
}
