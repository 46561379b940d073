import type { Effect, SourceResult } from './effect.js';
import type { Sale } from './sale.js';
import type { Step } from './transition.js';

/** What a step was meant to set in motion, as far as it is worth telling. Timers and pictures are left out. */
export type RecordedEffect =
  | { readonly do: Exclude<Effect['do'], 'startTimer' | 'cancelTimers' | 'tellSource' | 'alert'> }
  | { readonly do: 'tellSource'; readonly result: SourceResult }
  | { readonly do: 'alert'; readonly code: number; readonly detail: string };

/**
 * What a step led to, journalled with the event that caused it: where the sale stood then, and what followed. So a sale
 * can be told later as it was, whatever version and configuration tells it.
 */
export interface StepRecord {
  readonly at: Sale['state']['at'];
  readonly how?: string;
  readonly why?: string;
  readonly step?: string;
  readonly source?: string;
  readonly code?: number;
  readonly did: readonly RecordedEffect[];
  /** The order id under which the same request goes on. */
  readonly successor?: string;
}

/** What of a state is told beside its name, in the order in which it is written. */
const TOLD = ['how', 'why', 'step', 'source', 'code'] as const;

export function recordOf(step: Step, successor?: string): StepRecord {
  const { state } = step.sale;
  const record: Record<string, unknown> = { at: state.at };
  for (const name of TOLD)
    if (name in state) record[name] = (state as Partial<Record<string, unknown>>)[name];
  record['did'] = tracedAll(step.effects);
  if (successor !== undefined) record['successor'] = successor;
  return record as unknown as StepRecord;
}

function tracedAll(effects: readonly Effect[]): RecordedEffect[] {
  const all: RecordedEffect[] = [];
  for (const effect of effects)
    if (effect.do !== 'startTimer' && effect.do !== 'cancelTimers') all.push(traced(effect));
  return all;
}

function traced(effect: Exclude<Effect, { do: 'startTimer' | 'cancelTimers' }>): RecordedEffect {
  switch (effect.do) {
    case 'tellSource':
      return { do: effect.do, result: effect.result };
    case 'alert':
      return { do: effect.do, code: effect.code, detail: effect.detail };
    default:
      return { do: effect.do };
  }
}

/** What an earlier version wrote, in the names of this one: `word` of what a source was told, and the state `cleared`. */
export function recordAsNow(stored: unknown): StepRecord {
  const record = stored as Omit<StepRecord, 'at' | 'did'> & { at: string; did: readonly FormerEffect[] };
  const did = record.did.map(({ word, ...effect }) => {
    if (word === undefined) return effect;
    const { word: result, ...rest } = word;
    return { ...effect, result: { ...rest, result } };
  });
  return { ...record, at: record.at === 'cleared' ? 'resolved' : record.at, did } as StepRecord;
}

interface FormerEffect {
  readonly do: string;
  readonly word?: { readonly word: string };
}
