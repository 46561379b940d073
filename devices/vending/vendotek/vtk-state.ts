import type { SessionEffect, SessionEvent } from '../session.js';
import type { VtkMessage } from './message.js';
import type { Operation } from './operation.js';

export type VtkLink =
  | { readonly is: 'gone' }
  /** Open, and no machine has spoken: the caller may be anything. */
  | { readonly is: 'quiet' }
  /** `keepaliveS`: how often it said that it would speak. */
  | { readonly is: 'present'; readonly keepaliveS?: number };

export type VtkSale =
  | { readonly at: 'none' }
  /** `opening`: the one of the line in which the machine asked last. No other is answered. */
  | { readonly at: 'asked'; readonly operation: Operation; readonly opening: number }
  /** `told`: the approval has been written at least once. */
  | { readonly at: 'paid'; readonly operation: Operation; readonly opening: number; readonly told: boolean };

/** An operation that is over, for its repeats and for late news of it. */
export interface Past {
  readonly operation: Operation;
  /** `finished`: the machine gave its result. */
  readonly how: 'finished' | 'denied' | 'gaveUp' | 'unknown';
}

export interface VtkState {
  readonly link: VtkLink;
  readonly sale: VtkSale;
  /** How often the line has been opened. */
  readonly openings: number;
  /** Highest operation number that the machine has used since the start. */
  readonly highest: number;
  /** Newest first, at most {@link MEMORY}. */
  readonly past: readonly Past[];
}

const MEMORY = 16;

export const AT_START: VtkState = {
  link: { is: 'gone' },
  sale: { at: 'none' },
  openings: 0,
  highest: 0,
  past: [],
};

export interface VtkSettings {
  readonly minorUnits: 0 | 2;
  /** Seconds that the machine is told to wait for an answer. */
  readonly operationSeconds: number;
  readonly vendMs: number;
}

export type VtkEvent =
  | SessionEvent
  /** `fresh`: a name that nothing had before. */
  | {
      readonly kind: 'message';
      readonly message: VtkMessage;
      readonly wallMs: number;
      readonly fresh: string;
    }
  /** `vend`: no report on the goods. `watch`: no message of the machine. */
  | { readonly kind: 'timeout'; readonly timer: VtkTimer }
  | { readonly kind: 'stopped' };

export type VtkTimer = 'vend' | 'watch';

export type VtkEffect =
  | {
      readonly do: 'answer';
      readonly name: string;
      readonly values: readonly (readonly [number, string | undefined])[];
    }
  | { readonly do: 'wait'; readonly timer: VtkTimer; readonly ms: number }
  | { readonly do: 'calm'; readonly timer: VtkTimer }
  | SessionEffect;

export interface VtkStep {
  readonly state: VtkState;
  readonly effects: readonly VtkEffect[];
}

/** A message of ours; a field without a value is left out. */
export function answer(
  name: string,
  ...values: readonly (readonly [tag: number, value: string | undefined])[]
): VtkEffect {
  return { do: 'answer', name, values };
}

/** The operation is over: it goes into memory. */
export function remember(state: VtkState, operation: Operation, how: Past['how']): VtkState {
  const { reference } = operation.request;
  const entry: Past = { operation, how };
  const others = state.past.filter((past) => past.operation.request.reference !== reference);
  return { ...state, sale: { at: 'none' }, past: [entry, ...others].slice(0, MEMORY) };
}
