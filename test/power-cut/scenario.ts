import type { FaultRule } from '../../src/sandbox/fault/fault-rule.js';
import { type DiskError, diskErrorName } from './disk-library.js';
import type { Place } from './town.js';

/** One story of a sale, told again and again with the power going at another moment each time. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly source: 'keypad' | 'register';
  /** What the customer does on seeing the QR. */
  readonly customer: 'pays' | 'cancels';
  readonly printer: boolean;
  /** Troubles of the gateway; over when the power is back. */
  readonly faults: readonly FaultRule[];
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a',
    title: 'sale at the keypad, paid; QR and receipt on paper, too',
    source: 'keypad',
    customer: 'pays',
    printer: true,
    faults: [],
  },
  {
    name: 'b',
    title: 'sale of a register, paid; it asks again after the cut',
    source: 'register',
    customer: 'pays',
    printer: false,
    faults: [],
  },
  {
    name: 'c',
    title: 'sale at the keypad, cancelled by the customer',
    source: 'keypad',
    customer: 'cancels',
    printer: false,
    faults: [],
  },
  {
    name: 'd',
    title: 'sale of a register, charged, but the answer to the charge is lost; paid',
    source: 'register',
    customer: 'pays',
    printer: false,
    faults: [{ fault: 'lostAnswer', endpoint: 'charge', next: 1 }],
  },
];

/** One telling of a scenario. */
export interface Telling {
  readonly scenario: Scenario;
  /** The terminal's id, its own in each telling: no notice of one telling reaches another. */
  readonly terminal: string;
  readonly trouble: Trouble;
  /** Whether a customer who has seen the QR pays while the terminal is dead, or when it is back. */
  readonly paysInTheDark: boolean;
  /** Whether the register loses the first approval that reaches it: no acknowledgement, and it asks again. */
  readonly losesAnswer: boolean;
  /** Pages of the WAL that lead to a checkpoint, where that is not SQLite's 1000. */
  readonly checkpointPages?: number;
  /** Charged as QRIS, whose code is in the answer: no picture is read, and none of what reads them is started. */
  readonly qris?: boolean;
}

/** What happens to the sale; the moment as fault-point.mjs names it. */
export type Trouble =
  /** Nothing: the telling that counts the moments. */
  | { readonly kind: 'none' }
  | { readonly kind: 'cut'; readonly at: string }
  /** Somebody else goes away at this moment, and is back a while later; the terminal stays. */
  | { readonly kind: 'outage'; readonly at: string; readonly place: Place; readonly how: 'killed' | 'frozen' }
  | { readonly kind: 'disk'; readonly error: DiskError };

/** For POWER_CUT and for people. */
export function nameOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'none':
      return 'nothing';
    case 'cut':
      return trouble.at;
    case 'outage':
      return `${trouble.place} ${trouble.how} ${trouble.at}`;
    case 'disk':
      return diskErrorName(trouble.error);
  }
}
