import type { Sale } from '../core/sale/sale.js';
import type { Clock } from '../port/clock.js';
import type { JournalAnswer, MetAnswer } from './answers.js';
import type { SlipChange } from './slips.js';
import type { SlotChange } from './slots.js';

/** One line of the story. `body` is what happened, as JSON. */
export interface JournalEvent {
  readonly orderId?: string;
  readonly kind: string;
  readonly body: unknown;
  /** Why it changed nothing. */
  readonly ignored?: string;
  /** What it led to, for those who read the story later. */
  readonly led?: unknown;
}

interface Times {
  readonly wallMs: number;
  readonly monoMs: number;
}

/** When a commit is made, by both clocks. */
export function timesOf(clock: Clock): Times {
  return { wallMs: clock.wallMs(), monoMs: clock.monoMs() };
}

/** Everything that one event of the inbox changes, in one transaction. */
export interface Commit extends Times {
  readonly events: readonly JournalEvent[];
  readonly sales?: readonly Sale[];
  readonly answers?: readonly JournalAnswer[];
  /** What became of an answer of an earlier commit. */
  readonly met?: MetAnswer;
  readonly noticeId?: string;
  /** What became of the goods of a vending machine's slot. */
  readonly slot?: SlotChange;
  readonly slips?: readonly SlipChange[];
}

export interface StoredEvent extends JournalEvent {
  readonly seq: number;
  readonly boot: number;
  readonly wallMs: number;
}

/** One event, and nothing that must be on disk together with it. Whatever a commit will hold one day is no exception. */
export function isAlone(commit: Commit): boolean {
  if (commit.events.length !== 1) return false;
  for (const [name, value] of Object.entries(commit)) {
    if (name === 'wallMs' || name === 'monoMs' || name === 'events' || value === undefined) continue;
    if (!Array.isArray(value) || value.length > 0) return false;
  }
  return true;
}
