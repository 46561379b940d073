import type { DiskError } from './disk-library.js';
import type { Trouble } from './scenario.js';
import type { Place } from './town.js';

/** The birth of the journal is the same in every scenario: it is told in one. */
const BIRTH = / commit of (migration|boot|pulse) /;

/** Every moment at which the power may go in a telling that passed `points`. */
export function cuts(points: readonly string[], withBirth: boolean): Trouble[] {
  return points
    .filter((point) => /^(before|after) /.test(point) && (withBirth || !BIRTH.test(point)))
    .map((at) => ({ kind: 'cut', at }));
}

/**
 * One moment of each kind that is not in `known` yet, before it and after it in turns; they are added. A kind is what
 * happens, whichever time it is.
 */
export function oneOfEachKind(troubles: readonly Trouble[], known: Set<string>): Trouble[] {
  return troubles.filter((trouble) => {
    if (trouble.kind !== 'cut') return true;
    const [, when = '', what = ''] = /^(before|after) (.*) #\d+$/.exec(trouble.at) ?? [];
    if (known.has(what) || when !== (known.size % 2 === 0 ? 'after' : 'before')) return false;
    known.add(what);
    return true;
  });
}

/** Who goes away when. The sandbox keeps its books in memory, so it is killed before it has any. */
const OUTAGES: readonly { at: RegExp; place: Place; how: 'killed' | 'frozen' }[] = [
  { at: /^after commit of .* to charging #1$/, place: 'sandbox', how: 'killed' },
  { at: /^after screen scan #1$/, place: 'sandbox', how: 'frozen' },
  { at: /^before POST charge #1$/, place: 'relay', how: 'killed' },
  { at: /^after screen scan #1$/, place: 'relay', how: 'killed' },
  { at: /^before commit of .* to deliver/, place: 'relay', how: 'killed' },
  { at: /^before commit of .* to awaitingPayment #1$/, place: 'relay', how: 'frozen' },
];

/** @throws Error when a telling that passed `points` had none of the moments */
export function outages(points: readonly string[]): Trouble[] {
  return OUTAGES.map(({ at: kind, place, how }) => {
    const at = points.find((point) => kind.test(point));
    if (at === undefined) throw new Error(`no moment is like ${kind}:\n${points.join('\n')}`);
    return { kind: 'outage', at, place, how };
  });
}

/** How often a telling made each kind of call on the files of its journal. */
export type Calls = ReadonlyMap<DiskError['call'], number>;

/** Each call that fails: no space for what grows a file, an input or output error for everything. */
export function diskErrors(calls: Calls): Trouble[] {
  const each = (
    call: DiskError['call'],
    error: DiskError['error'],
    lasts: DiskError['lasts'],
    most = calls.get(call) ?? 0,
  ): Trouble[] =>
    Array.from({ length: most }, (_, i) => ({ kind: 'disk', error: { call, n: i + 1, error, lasts } }));
  return [
    ...each('pwrite', 'EIO', 'once'),
    ...each('pwrite', 'ENOSPC', 'on'),
    ...each('fsync', 'EIO', 'once'),
    ...each('fsync', 'EIO', 'on'),
    ...each('fsync', 'ENOSPC', 'once'),
    ...each('ftruncate', 'EIO', 'once'),
    ...each('unlink', 'EIO', 'once'),
    ...each('open', 'EIO', 'once', 3),
    ...each('open', 'ENOSPC', 'on', 3),
    ...each('pread', 'EIO', 'once', 6),
  ];
}

/** Of each kind of call, error and duration the one in the middle. */
export function middles(troubles: readonly Trouble[]): Trouble[] {
  const kinds = new Map<string, Trouble[]>();
  for (const trouble of troubles) {
    if (trouble.kind !== 'disk') continue;
    const { call, error, lasts } = trouble.error;
    const kind = `${call} ${error} ${lasts}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), trouble]);
  }
  return [...kinds.values()].flatMap((all) => all.slice(Math.floor(all.length / 2)).slice(0, 1));
}

/** One outage of each kind. */
export function oneOfEachPlace(troubles: readonly Trouble[]): Trouble[] {
  const kinds = new Map<string, Trouble>();
  for (const trouble of troubles)
    if (trouble.kind === 'outage') kinds.set(`${trouble.place} ${trouble.how}`, trouble);
  return [...kinds.values()];
}
