import { FAULT } from '../fault/table.js';
import { isOpenAt, nextOpening, type OpeningHours } from './hours.js';

/** Why a sound terminal begins no sale. */
export type Closed =
  /** Set by hand, with words of the operator's own. */
  | { readonly why: 'maintenance'; readonly words?: string }
  /** `opensAtMs` is absent where it does not open within a year. */
  | { readonly why: 'hours'; readonly opensAtMs?: number };

/** Whom opening hours bind: where a cashier asks, somebody is there. */
export type Bound = 'unattended' | 'all';

export function closedByHours(hours: OpeningHours, wallMs: number): Closed | undefined {
  if (isOpenAt(hours, wallMs)) return undefined;
  const opensAtMs = nextOpening(hours, wallMs);
  return { why: 'hours', ...(opensAtMs === undefined ? {} : { opensAtMs }) };
}

export function codeOfClosed({ why }: Closed): number {
  return why === 'maintenance' ? FAULT.underMaintenance : FAULT.shopClosed;
}
