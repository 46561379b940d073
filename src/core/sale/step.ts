import type { Evidence } from '../../base/evidence.js';
import { FAULT } from '../fault/table.js';
import { watchAfterMs } from './cadence.js';
import type { Effect, SourceWord } from './effect.js';
import type { Decision } from './event.js';
import { merge } from './evidence-rank.js';
import { type ClosedHow, holdsCounter, type Sale, type SaleState } from './sale.js';

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

/** Says `word` to the source when it still waits for one. */
export function tell(sale: Sale, word: SourceWord): Effect[] {
  return holdsCounter(sale) ? [{ do: 'tellSource', word }] : [];
}

/**
 * The end without payment, on the gateway's word. A QR that somebody may have seen is watched on, whatever the word: a
 * settlement that comes all the same must not be lost (laws 5 and 10). A charge that was denied at once never had one.
 */
export function close(sale: Sale, how: ClosedHow, word: SourceWord, evidence?: Evidence): Step {
  const code = 'code' in word ? { code: word.code } : {};
  const first = watchAfterMs(0);
  if ((how === 'denied' && sale.evidence === undefined) || first === undefined)
    return step(sale, { at: 'closed', how, ...code }, [{ do: 'hush' }, ...tell(sale, word)], evidence);
  return step(
    sale,
    { at: 'closed', how, ...code, watch: { looks: 0, misses: 0 } },
    [{ do: 'hush' }, ...tell(sale, word), { do: 'wake', timer: 'look', afterMs: first }],
    evidence,
  );
}

/** How the gateway's own end of a transaction is named, and told; undefined while it is no end. */
export function endOf(
  evidence: Evidence,
): { readonly how: ClosedHow; readonly word: SourceWord } | undefined {
  switch (evidence.status) {
    case 'cancel':
      return { how: 'cancelled', word: { word: 'cancelled' } };
    case 'expire':
      return { how: 'expired', word: { word: 'expired' } };
    case 'deny':
    case 'failure':
      return { how: 'denied', word: { word: 'denied', code: FAULT.denied } };
    default:
      return undefined;
  }
}
