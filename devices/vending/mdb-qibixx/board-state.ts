import type { Rupiah } from '../../../src/base/rupiah.js';
import type { VendRequest } from '../../../src/base/vending-messages.js';
import type { SessionEffect, SessionEvent } from '../session.js';
import type { BoardMessage } from './message.js';

/** One request of the machine, with the price as the board wrote it. */
export interface Wanted {
  readonly request: VendRequest;
  readonly price: string;
}

/** Where the conversation with the board stands; each state carries only what is true in it. */
export type BoardState =
  | { readonly at: 'gone' }
  /** The line `step` of the set-up is sent and not answered yet; the set-up has begun anew so often. */
  | { readonly at: 'settingUp'; readonly step: number; readonly failures: number }
  /** The board runs, and the machine does not take us (yet). */
  | { readonly at: 'waiting' }
  /** The machine takes us. `late`: a paid request of which no report has come; a report on goods now is about it. */
  | { readonly at: 'enabled'; readonly late?: Wanted }
  /** A session is open: the customer may choose. */
  | { readonly at: 'open'; readonly late?: Wanted }
  | { readonly at: 'asked'; readonly wanted: Wanted }
  /** Told no. `tries` counts by how many messages. */
  | { readonly at: 'denied'; readonly tries: 1 | 2 }
  /** Told yes. `closed`: the session ended without a report on the goods, which has a moment to come yet. */
  | { readonly at: 'paid'; readonly wanted: Wanted; readonly closed: boolean }
  /** A request is over, and the machine has not said yet that it is ready again. */
  | { readonly at: 'settling'; readonly late?: Wanted };

export interface BoardSettings {
  /** Lines of the shop's own, sent between `C,0` and `C,1` at each start. */
  readonly setup: readonly string[];
  readonly session: 'selection-first' | 'authorization-first';
  /** Rupiah that a price of 1 stands for. */
  readonly unit: Rupiah;
  readonly vendMs: number;
}

export type BoardEvent =
  | SessionEvent
  /** `reference` is a new one, for the case that this message is a request. */
  | { readonly kind: 'message'; readonly message: BoardMessage; readonly reference: string }
  /** A board that told of each poll of the machine has said nothing for a while. */
  | { readonly kind: 'quiet' }
  /** The state's own timer ran out. */
  | { readonly kind: 'timeout' };

export type BoardEffect =
  | { readonly do: 'write'; readonly line: string }
  /** The timer of the new state. One that changes without it has none. */
  | { readonly do: 'wait'; readonly ms: number }
  | SessionEffect;

export interface BoardStep {
  readonly state: BoardState;
  readonly effects: readonly BoardEffect[];
}

/** Whether the machine can ask for something, and be told. */
export function isPresent(state: BoardState): boolean {
  return state.at !== 'gone' && state.at !== 'settingUp' && state.at !== 'waiting';
}

export function wrote(line: string): BoardEffect {
  return { do: 'write', line };
}

export function waits(ms: number): BoardEffect {
  return { do: 'wait', ms };
}
