import type { VendOutcome, VendRequest } from '../../src/base/vending-messages.js';
import type { VendingEvent } from '../../src/port/vending.js';

/** What a session with any machine wants of its driver; each protocol has more of its own. */
export type SessionEffect =
  | { readonly do: 'tell'; readonly event: VendingEvent }
  | { readonly do: 'settle'; readonly reference: string; readonly outcome: VendOutcome }
  | { readonly do: 'log'; readonly level: 'info' | 'warn'; readonly text: string };

interface Asked {
  readonly request: VendRequest;
}

export function told(event: VendingEvent): SessionEffect {
  return { do: 'tell', event };
}

export function noted(level: 'info' | 'warn', text: string): SessionEffect {
  return { do: 'log', level, text };
}

export function settled({ request }: Asked, vend: VendOutcome['vend'], detail: string): SessionEffect {
  return { do: 'settle', reference: request.reference, outcome: { vend, detail } };
}

export function gaveUp({ request }: Asked, why: string): SessionEffect {
  return told({ kind: 'gaveUp', reference: request.reference, why });
}
