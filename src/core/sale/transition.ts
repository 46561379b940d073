import type { Evidence } from '../../base/evidence.js';
import { FAULT } from '../fault/table.js';
import { watchAfterMs } from './cadence.js';
import { type Effect, type SourceResult, startTimer } from './effect.js';
import type { Decision } from './event.js';
import { merge } from './evidence-rank.js';
import { type ClosedHow, occupiesTerminal, type Sale, type SaleState } from './sale.js';

export type Step = Extract<Decision, { kind: 'step' }>;

export function ignored(because: string): Decision {
  return { kind: 'ignored', because };
}

/** `sale` in a new state, with what the gateway said merged in. */
export function step(sale: Sale, state: SaleState, effects: readonly Effect[], evidence?: Evidence): Step {
  const merged = evidence === undefined ? sale.evidence : merge(sale.evidence, evidence);
  return {
    kind: 'step',
    sale: { ...sale, state, ...(merged === undefined ? {} : { evidence: merged }) },
    effects,
  };
}

/** Tells the source `result` when it still waits for one. */
export function tellSource(sale: Sale, result: SourceResult): Effect[] {
  return occupiesTerminal(sale) ? [{ do: 'tellSource', result }] : [];
}

/**
 * The end without payment, on the gateway's status. A QR that a customer may have seen is watched on, whatever that is: a
 * settlement that comes all the same must not be lost (laws 5 and 10). A charge that was denied at once never had one.
 */
export function close(sale: Sale, how: ClosedHow, result: SourceResult, evidence?: Evidence): Step {
  const code = 'code' in result ? { code: result.code } : {};
  const first = watchAfterMs(0);
  if ((how === 'denied' && sale.evidence === undefined) || first === undefined)
    return step(
      sale,
      { at: 'closed', how, ...code },
      [{ do: 'cancelTimers' }, ...tellSource(sale, result)],
      evidence,
    );
  return step(
    sale,
    { at: 'closed', how, ...code, watch: { looks: 0, misses: 0 } },
    [{ do: 'cancelTimers' }, ...tellSource(sale, result), startTimer('look', first)],
    evidence,
  );
}

/** How the gateway's own end of a transaction is named, and told; undefined while it is no end. */
export function endOf(
  evidence: Evidence,
): { readonly how: ClosedHow; readonly result: SourceResult } | undefined {
  switch (evidence.status) {
    case 'cancel':
      return { how: 'cancelled', result: { result: 'cancelled' } };
    case 'expire':
      return { how: 'expired', result: { result: 'expired' } };
    case 'deny':
    case 'failure':
      return { how: 'denied', result: { result: 'denied', code: FAULT.denied } };
    default:
      return undefined;
  }
}
