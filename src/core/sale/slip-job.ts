import { assert } from '../../base/assert.js';
import type { Fault } from '../../base/fault.js';
import type { Slip } from '../../base/slip.js';
import { FAULT } from '../fault/table.js';
import { isSettled, type Sale } from './sale.js';

/** Where a print job stands. The last three are ends. */
export type SlipState = 'queued' | 'printing' | 'done' | 'failed' | 'dropped';

/** A slip on its way to paper, as the journal has it. */
export interface SlipJob {
  readonly id: number;
  readonly orderId?: string;
  readonly kind: Slip['kind'];
  /** Whether the next try is marked COPY, because some of it may be on paper already. */
  readonly copy: boolean;
  /** A person asked for it and can ask again: tried once, never later by itself. */
  readonly asked: boolean;
  readonly state: SlipState;
  /** Times that it was handed to the printer. */
  readonly attempts: number;
  /** Times that it was, or may have been, begun and did not come to its end. */
  readonly spoilt: number;
  /** Wall time. */
  readonly queuedAtMs: number;
  /** Why it is where it is, in words; absent while nothing went wrong. */
  readonly why?: string;
}

export type SlipEvent =
  /** It goes to the printer now; journalled before the first byte. */
  | { readonly type: 'handed' }
  | { readonly type: 'printed' }
  /**
   * `started`: bytes had left, so a part of it may be on paper. `topAlone`: the rest was not known yet. It is no slip then,
   * and nothing to print again: what it was to be comes whole, when it comes.
   */
  | { readonly type: 'failed'; readonly fault: Fault; readonly started: boolean; readonly topAlone?: boolean }
  /** The journal was read after a start. What was with the printer then may be partly on paper. */
  | { readonly type: 'found'; readonly topAlone?: boolean }
  | { readonly type: 'dropped'; readonly because: string };

/** What a printer that spoils slips may cost: the original and two copies. More are for a person to ask for. */
export const MOST_SPOILT = 3;

/** The slip itself cannot be drawn: no other try ends otherwise. */
const HOPELESS: readonly number[] = [FAULT.qrTooWide, FAULT.qrNotPayment];

/** `T1-... receipt slip`. */
export function slipName({ orderId, kind }: SlipJob): string {
  return `${orderId ?? ''} ${kind} slip`.trim();
}

export function isWaiting({ state }: SlipJob): boolean {
  return state === 'queued' || state === 'printing';
}

/**
 * The job after `event`. A slip is an original until some of it may be on paper, and a copy ever after; it is done only
 * when the printer took it whole. @throws Misuse for an event that cannot come in this state
 */
export function advance(job: SlipJob, event: SlipEvent): SlipJob {
  const { state } = job;
  switch (event.type) {
    case 'handed':
      assert(state === 'queued', `slip ${job.id} is handed over while ${state}`);
      return { ...job, state: 'printing', attempts: job.attempts + 1 };
    case 'printed':
      assert(state === 'printing', `slip ${job.id} is printed while ${state}`);
      return { ...job, state: 'done' };
    case 'failed':
      assert(state === 'printing', `slip ${job.id} fails while ${state}`);
      return afterFault(job, event);
    case 'found':
      if (state !== 'printing') return job;
      return spoiltBy(job, 'the terminal stopped while it was being printed', event.topAlone);
    case 'dropped':
      assert(isWaiting(job), `slip ${job.id} is dropped while ${state}`);
      return { ...job, state: 'dropped', why: event.because };
  }
}

function afterFault(job: SlipJob, event: Extract<SlipEvent, { type: 'failed' }>): SlipJob {
  const { fault, started, topAlone = false } = event;
  const why = `E${fault.code} ${fault.detail}`;
  if (started) return spoiltBy(job, why, topAlone);
  if (HOPELESS.includes(fault.code)) return { ...job, state: 'failed', why };
  return { ...job, state: job.asked || topAlone ? 'dropped' : 'queued', why };
}

function spoiltBy(job: SlipJob, why: string, topAlone = false): SlipJob {
  const spoilt = job.spoilt + 1;
  if (job.asked || topAlone) return { ...job, state: 'dropped', spoilt, why };
  return { ...job, state: spoilt < MOST_SPOILT ? 'queued' : 'failed', copy: true, spoilt, why };
}

/**
 * Why paper would be wrong by now; undefined while it is right. A QR is for a customer who stands there; a receipt says
 * "paid", which is not the whole truth of a sale that is owed or given back.
 */
export function unwanted(job: SlipJob, sale: Sale | undefined): string | undefined {
  if (job.asked || job.orderId === undefined) return undefined;
  if (sale === undefined) return 'no such sale';
  const { at } = sale.state;
  switch (job.kind) {
    case 'qr':
      return at === 'awaitingPayment' ? undefined : `the sale is ${at}: its QR is not to be paid any more`;
    case 'no-qr':
      return 'what it was the end of is torn off or thrown away by now';
    case 'receipt':
      return at === 'delivering' || at === 'delivered'
        ? undefined
        : `the sale is ${at}: a receipt would not tell`;
    case 'unpaid':
      return isSettled(sale) ? `the sale is ${at}: it was paid after all` : undefined;
    case 'owed':
      return at === 'owed' || at === 'refunding' ? undefined : `the sale is ${at}: nothing is owed any more`;
    default:
      return undefined;
  }
}

/** Which goes next: a customer waits for a QR; everything else in the order in which it came about. */
export function nextJob<J extends SlipJob>(jobs: readonly J[]): J | undefined {
  const queued = jobs.filter(({ state }) => state === 'queued').sort((a, b) => a.id - b.id);
  return queued.find(({ kind }) => kind === 'qr') ?? queued[0];
}

export interface SlipBounds {
  /** Slips that may wait at a time, 1 or more. */
  readonly most: number;
  /** How long one may wait. */
  readonly maxAgeMs: number;
}

/** What a person misses least goes first when there are too many. */
const WORTH: Readonly<Record<Slip['kind'], number>> = {
  qr: 0,
  'no-qr': 0,
  test: 0,
  lines: 1,
  unpaid: 1,
  receipt: 2,
  shift: 3,
  owed: 4,
};

/**
 * Jobs that have waited too long, and those that are too many.
 * @param nowWallMs undefined while the clock is not known to be right: a Pi that starts in 1970 must not drop anything
 */
export function beyondBounds<J extends SlipJob>(
  jobs: readonly J[],
  bounds: SlipBounds,
  nowWallMs: number | undefined,
): { readonly job: J; readonly because: string }[] {
  const queued = jobs.filter(({ state }) => state === 'queued');
  const tooOld = ({ queuedAtMs }: J): boolean =>
    nowWallMs !== undefined && nowWallMs - queuedAtMs > bounds.maxAgeMs;
  const old = queued.filter(tooOld);
  const rest = queued
    .filter((job) => !tooOld(job))
    .sort((a, b) => WORTH[a.kind] - WORTH[b.kind] || a.id - b.id);
  const many = rest.slice(0, Math.max(0, rest.length - bounds.most));
  const hours = Math.round(bounds.maxAgeMs / 3_600_000);
  return [
    ...old.map((job) => ({ job, because: `it waited for more than ${hours} h` })),
    ...many.map((job) => ({ job, because: `more than ${bounds.most} slips wait` })),
  ];
}

/** Queued jobs that are not to be printed any more, with the reason of each. */
export function stale<J extends SlipJob>(
  jobs: readonly J[],
  saleOf: (orderId: string) => Sale | undefined,
  bounds: SlipBounds,
  nowWallMs: number | undefined,
): { readonly job: J; readonly because: string }[] {
  const queued = jobs.filter(({ state }) => state === 'queued');
  const judged = queued.map((job) => ({
    job,
    because: unwanted(job, job.orderId === undefined ? undefined : saleOf(job.orderId)),
  }));
  const wrong = judged.flatMap(({ job, because }) => (because === undefined ? [] : [{ job, because }]));
  const wanted = judged.filter(({ because }) => because === undefined).map(({ job }) => job);
  return [...wrong, ...beyondBounds(wanted, bounds, nowWallMs)];
}
