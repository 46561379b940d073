import { FAULT } from './fault/table.js';
import type { Closed } from './opening/closed.js';

/** Law 9: before any money can move, every leg that the sale needs is known good, and lately. A pure table. */

export type Fact =
  | 'gateway'
  | 'clock'
  | 'journal'
  | 'screen'
  | 'program'
  | 'paper'
  | 'machine'
  | 'picture'
  | 'link'
  | 'speaker'
  | 'archive';

export interface Reading {
  /** 0: good. Otherwise the fault that it would be refused with. */
  readonly code: number;
  readonly detail: string;
  /** Monotonic time of the check. */
  readonly atMs: number;
}

export type Readings = Readonly<Partial<Record<Fact, Reading>>>;

/** How old a good reading may be. A stale fact is not a good fact. */
export const FRESH_MS: Readonly<Record<Fact, number>> = {
  gateway: 90_000,
  clock: 3_600_000,
  // Its last commit; one is made every five minutes.
  journal: 330_000,
  screen: Number.POSITIVE_INFINITY,
  program: Number.POSITIVE_INFINITY,
  paper: 60_000,
  machine: Number.POSITIVE_INFINITY,
  picture: Number.POSITIVE_INFINITY,
  link: Number.POSITIVE_INFINITY,
  speaker: Number.POSITIVE_INFINITY,
  archive: Number.POSITIVE_INFINITY,
};

export interface Needs {
  /** Where a QR can be shown; one good way is enough. */
  readonly ways: readonly ('screen' | 'program' | 'paper')[];
  /** Typed amounts are for a machine, which must be there. One that asks for itself is there when it asks. */
  readonly machine?: boolean;
  /** The QR comes as a picture, which must be readable. */
  readonly picture?: boolean;
}

export type Readiness =
  | { readonly ready: true; readonly notes: readonly number[] }
  | {
      readonly ready: false;
      readonly code: number;
      readonly detail: string;
      /** Nothing is wrong: the shop is closed, or was closed by hand. */
      readonly closed?: Closed;
    };

const MISSING: Readonly<Record<Fact, number>> = {
  gateway: FAULT.gatewaySilent,
  clock: FAULT.clockWrong,
  journal: FAULT.journalUnchecked,
  screen: FAULT.noScreen,
  program: FAULT.noProgramShows,
  paper: FAULT.printerNotReady,
  machine: FAULT.machineNotConnected,
  picture: FAULT.qrSearchFailed,
  link: FAULT.linkDown,
  speaker: FAULT.speakerUntried,
  archive: FAULT.archiveAway,
};

function trouble(
  fact: Fact,
  readings: Readings,
  nowMs: number,
): { code: number; detail: string } | undefined {
  const reading = readings[fact];
  if (reading === undefined) return { code: MISSING[fact], detail: `${fact}: not checked yet` };
  if (reading.code !== 0) return { code: reading.code, detail: `${fact}: ${reading.detail}` };
  const ageMs = nowMs - reading.atMs;
  if (ageMs > FRESH_MS[fact])
    return { code: MISSING[fact], detail: `${fact}: last good ${Math.round(ageMs / 1000)} s ago` };
  return undefined;
}

/** Until when a terminal that is ready stays so by these readings: the first of them becomes stale after it. */
export function staleAfterMs(readings: Readings, nowMs: number): number {
  let first = Number.POSITIVE_INFINITY;
  for (const fact of Object.keys(FRESH_MS) as Fact[]) {
    const reading = readings[fact];
    const untilMs = reading === undefined ? Number.NEGATIVE_INFINITY : reading.atMs + FRESH_MS[fact];
    if (untilMs >= nowMs) first = Math.min(first, untilMs);
  }
  return first;
}

/**
 * May this terminal sell now? The relay's link (polling settles without it), the speaker and the archive (stories wait in the
 * journal) are never needed, only noted.
 * @param nowMs monotonic
 */
export function judgeReadiness(readings: Readings, needs: Needs, nowMs: number): Readiness {
  const legs: Fact[] = ['journal', 'gateway', 'clock', ...(needs.machine ? (['machine'] as const) : [])];
  if (needs.picture) legs.push('picture');
  for (const fact of legs) {
    const found = trouble(fact, readings, nowMs);
    if (found !== undefined) return { ready: false, ...found };
  }
  const ways = needs.ways.map((way) => trouble(way, readings, nowMs));
  const [first] = ways;
  if (ways.length === 0)
    return { ready: false, code: FAULT.notSetUp, detail: 'no printer and no screen is configured' };
  if (first !== undefined && ways.every((way) => way !== undefined)) return { ready: false, ...first };
  const asides = (['link', 'speaker', 'archive'] as const).filter((fact) => readings[fact] !== undefined);
  const notes = [...ways, ...asides.map((fact) => trouble(fact, readings, nowMs))];
  return { ready: true, notes: notes.flatMap((note) => (note === undefined ? [] : [note.code])) };
}
