import type { Zone } from '../../base/time.js';
import { localDay } from '../../base/time.js';

/** Minutes from the midnight on which its day begins; over the next midnight where `until` is more than 1,440. */
export interface OpenSpan {
  readonly from: number;
  readonly until: number;
}

/** When a shop is open, by its own clocks. */
export interface OpeningHours {
  readonly zone: Zone;
  /** From Monday on: seven. */
  readonly weekdays: readonly (readonly OpenSpan[])[];
  /** What holds in the place of its weekday, by `YYYY-MM-DD`; none is a holiday. */
  readonly dates: ReadonlyMap<string, readonly OpenSpan[]>;
}

const DAY = 1_440;
/** Who does not open within a year has nothing to announce. */
const FAR_DAYS = 366;

/** @param wallMs of a clock that is known to be right */
export function isOpenAt(hours: OpeningHours, wallMs: number): boolean {
  const { day, minute } = localDay(wallMs, hours.zone);
  const isIn =
    (at: number) =>
    ({ from, until }: OpenSpan) =>
      from <= at && at < until;
  return spansOf(hours, day).some(isIn(minute)) || spansOf(hours, day - 1).some(isIn(minute + DAY));
}

/** Wall time of the next opening of a shop that is closed; undefined where there is none within a year. */
export function nextOpening(hours: OpeningHours, wallMs: number): number | undefined {
  const { day, minute, midnightMs } = localDay(wallMs, hours.zone);
  for (let ahead = 0; ahead <= FAR_DAYS; ahead += 1) {
    const starts = spansOf(hours, day + ahead).map(({ from }) => ahead * DAY + from);
    const later = starts.filter((start) => start > minute);
    if (later.length > 0) return midnightMs + Math.min(...later) * 60_000;
  }
  return undefined;
}

/** @param day since 1 January 1970, which was a Thursday */
function spansOf({ weekdays, dates }: OpeningHours, day: number): readonly OpenSpan[] {
  const date = dates.size === 0 ? '' : new Date(day * 86_400_000).toISOString().slice(0, 10);
  return dates.get(date) ?? weekdays[(day + 3) % 7] ?? [];
}

/** One entry of a list of opening hours: `Mo-Fr 07:00-12:00,13:00-21:00`, `2026-12-25 closed`. */
export interface OpeningEntry {
  /** From 0, Monday. */
  readonly weekdays: readonly number[];
  /** `YYYY-MM-DD`. */
  readonly dates: readonly string[];
  /** None: closed. */
  readonly spans: readonly OpenSpan[];
}

const ENGLISH = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const INDONESIAN = ['senin', 'selasa', 'rabu', 'kamis', 'jumat', 'sabtu', 'minggu'];

/** @returns undefined for what is none */
export function parseOpeningEntry(text: string): OpeningEntry | undefined {
  const [, days = '', times = ''] = /^\s*(\S+)\s+(\S+)\s*$/.exec(text) ?? [];
  const spans = /^(closed|tutup)$/i.test(times) ? [] : allOf(times.split(','), spanOf);
  const named = allOf(days.split(','), daysOf);
  if (spans === undefined || named === undefined) return undefined;
  return {
    weekdays: named.flatMap(({ weekdays }) => weekdays),
    dates: named.flatMap(({ dates }) => dates),
    spans,
  };
}

/** Entries of one day add up; a date holds in the place of its weekday. */
export function openingHours(entries: readonly OpeningEntry[], zone: Zone): OpeningHours {
  const weekdays = ENGLISH.map((_, day) =>
    entries.flatMap((entry) => (entry.weekdays.includes(day) ? entry.spans : [])),
  );
  const dates = new Map<string, readonly OpenSpan[]>();
  for (const entry of entries)
    for (const date of entry.dates) dates.set(date, [...(dates.get(date) ?? []), ...entry.spans]);
  return { zone, weekdays, dates };
}

function allOf<T>(parts: readonly string[], read: (part: string) => T | undefined): T[] | undefined {
  const all = parts.flatMap((part) => read(part) ?? []);
  return all.length === parts.length ? all : undefined;
}

/** `18:00-02:00` ends on the next day, and `00:00-24:00` is a whole one. */
function spanOf(text: string): OpenSpan | undefined {
  const [, ...parts] = /^(\d\d?)[:.](\d\d)-(\d\d?)[:.](\d\d)$/.exec(text) ?? [];
  const [fromHour = 99, fromMinute = 99, toHour = 99, toMinute = 99] = parts.map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  if (fromMinute > 59 || toMinute > 59 || from >= DAY || to > DAY || from === to) return undefined;
  return { from, until: to > from ? to : to + DAY };
}

function daysOf(text: string): Pick<OpeningEntry, 'weekdays' | 'dates'> | undefined {
  const [first = '', last = first, more] = text.split(text.includes('..') ? '..' : /-(?=[a-z])/i);
  if (more !== undefined) return undefined;
  const [from, to] = [weekdayOf(first), weekdayOf(last)];
  if (from !== undefined && to !== undefined) {
    const count = ((to - from + 7) % 7) + 1;
    return { weekdays: Array.from({ length: count }, (_, i) => (from + i) % 7), dates: [] };
  }
  const [begin, end] = [dayOf(first), dayOf(last)];
  if (begin === undefined || end === undefined || end < begin || end - begin > FAR_DAYS) return undefined;
  const dates = Array.from({ length: end - begin + 1 }, (_, i) =>
    new Date((begin + i) * 86_400_000).toISOString().slice(0, 10),
  );
  return { weekdays: [], dates };
}

/** `Mo`, `Mon`, `Monday`; `Sen`, `Senin`. */
function weekdayOf(text: string): number | undefined {
  const word = text.toLowerCase();
  const isOf = (names: readonly string[], shortest: number): number =>
    names.findIndex(
      (name) =>
        word === name || (word === name.slice(0, word.length) && word.length >= shortest && word.length <= 3),
    );
  const at = Math.max(isOf(ENGLISH, 2), isOf(INDONESIAN, 3));
  return at < 0 ? undefined : at;
}

/** Days since 1970 of a date that there is. */
function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date ? undefined : ms / 86_400_000;
}
