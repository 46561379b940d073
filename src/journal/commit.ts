import type { Sale } from '../core/sale/sale.js';
import type { Clock } from '../port/clock.js';
import type { JournalAnswer, MetAnswer } from './answers.js';
import type { HandSetChange } from './hand-sets.js';
import type { OperatorChange } from './operators.js';
import type { ReportChange } from './reports.js';
import type { SlipChange } from './slips.js';
import type { SlotChange } from './slots.js';
import type { WebhookChange } from './webhooks.js';

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

export interface Times {
  readonly wallMs: number;
  readonly monoMs: number;
}

/** When a commit is made, by both clocks. */
export function timesOf(clock: Clock): Times {
  return { wallMs: clock.wallMs(), monoMs: clock.monoMs() };
}

/**
 * How long what no restart needs may wait for a commit that one does need (see group-commit.ts): polls that change nothing,
 * notices that are ignored. As long as the proof of the disk, which takes it along.
 */
export const STORY_WAITS_MS = 300_000;

/** Everything that one event of the inbox changes, in one transaction. */
export interface Commit extends Times {
  /**
   * A power cut may take it away, for so long: a restart comes to the same without it, and nothing leaves the box because of
   * it but questions. Absent: it is on disk when the commit has returned.
   */
  readonly mayWaitMs?: number | undefined;
  readonly events: readonly JournalEvent[];
  readonly sales?: readonly Sale[] | undefined;
  readonly answers?: readonly JournalAnswer[] | undefined;
  /** What became of an answer of an earlier commit. */
  readonly met?: MetAnswer | undefined;
  readonly noticeId?: string | undefined;
  /** What became of the goods of a vending machine's slot, or of several. */
  readonly slot?: SlotChange | readonly SlotChange[] | undefined;
  readonly slips?: readonly SlipChange[] | undefined;
  readonly handSet?: HandSetChange | undefined;
  readonly operator?: OperatorChange | undefined;
  readonly webhooks?: readonly WebhookChange[] | undefined;
  readonly reports?: readonly ReportChange[] | undefined;
}

export interface StoredEvent extends JournalEvent {
  readonly seq: number;
  readonly boot: number;
  readonly wallMs: number;
  /** The same came again, so often, the last time then, when `after` was the newest event (see repeats.ts). */
  readonly again?: { readonly times: number; readonly wallMs: number; readonly after: number };
}
