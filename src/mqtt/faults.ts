import type { Fault } from '../base/fault.js';

/** The numbers of this room, in the block 6xx. */
export type MqttCode = 601 | 602 | 603 | 604 | 605 | 606 | 607 | 608 | 609 | 610 | 611 | 612;

/** What went wrong between us and the broker, and under which number a technician finds it. */
export interface Trouble {
  readonly code: MqttCode;
  readonly detail: string;
}

/** `E604 another device ...`, as it stands in logs and in the `why` of a link that is down. */
export function troubleText(trouble: Trouble): string {
  return `E${trouble.code} ${trouble.detail}`;
}

/** A trouble that ends a start: nothing listens, and the same again gives the same until somebody changes something. */
export function refusal(trouble: Trouble): Fault {
  return { kind: 'refused', code: trouble.code, detail: trouble.detail };
}
