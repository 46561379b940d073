import type { Effect, SourceWord } from '../sale/effect.js';
import type { Sale } from '../sale/sale.js';
import type { Step } from '../sale/step.js';

/** What a step was meant to set in motion, as far as it is worth telling. Timers and pictures are left out. */
export type TracedEffect =
  | { readonly do: Exclude<Effect['do'], 'wake' | 'hush' | 'tellSource' | 'alert'> }
  | { readonly do: 'tellSource'; readonly word: SourceWord }
  | { readonly do: 'alert'; readonly code: number; readonly detail: string };

/**
 * What a step led to, journalled with the event that caused it: where the sale stood then, and what followed. So a sale
 * can be told later as it was, whatever version and configuration tells it.
 */
export interface Trace {
  readonly at: Sale['state']['at'];
  readonly how?: string;
  readonly why?: string;
  readonly step?: string;
  readonly source?: string;
  readonly code?: number;
  readonly did: readonly TracedEffect[];
  /** The order id under which the same request goes on. */
  readonly successor?: string;
}

export function traceOf(step: Step, successor?: string): Trace {
  const { state } = step.sale;
  return {
    at: state.at,
    ...('how' in state ? { how: state.how } : {}),
    ...('why' in state ? { why: state.why } : {}),
    ...('step' in state ? { step: state.step } : {}),
    ...('source' in state ? { source: state.source } : {}),
    ...('code' in state ? { code: state.code } : {}),
    did: tracedAll(step.effects),
    ...(successor === undefined ? {} : { successor }),
  };
}

function tracedAll(effects: readonly Effect[]): TracedEffect[] {
  const all: TracedEffect[] = [];
  for (const effect of effects) if (effect.do !== 'wake' && effect.do !== 'hush') all.push(traced(effect));
  return all;
}

function traced(effect: Exclude<Effect, { do: 'wake' | 'hush' }>): TracedEffect {
  switch (effect.do) {
    case 'tellSource':
      return { do: effect.do, word: effect.word };
    case 'alert':
      return { do: effect.do, code: effect.code, detail: effect.detail };
    default:
      return { do: effect.do };
  }
}
