import type { FaultRule } from '../../src/sandbox/faults.js';

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
  /** Where the power goes, as fault-point.mjs names it; nowhere in the telling that counts the moments. */
  readonly cutAt?: string;
  /** Whether a customer who has seen the QR pays while the terminal is dead, or when it is back. */
  readonly paysInTheDark: boolean;
  /** Whether the register loses the first approval that reaches it: no acknowledgement, and it asks again. */
  readonly losesAnswer: boolean;
}
