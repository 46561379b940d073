import { err, ok, type Result } from '../../base/result.js';
import { dayStartMs, type Zone } from '../../base/time.js';

/** Which sales are asked for. */
export type Selection =
  | { readonly of: 'all' }
  | { readonly of: 'shift'; readonly number: number }
  /** By when they were opened, in wall time; `toMs` itself is none of it. */
  | { readonly of: 'time'; readonly fromMs: number; readonly toMs: number };

export type Selectors = Readonly<Partial<Record<'shift' | 'day' | 'from' | 'to', string>>>;

const DAY_MS = 86_400_000;
const DAY = 'a day such as 2026-11-30';
const WHEN = `${DAY}, or with a time of day, "2026-11-30 18:00"`;

/**
 * What the options say. Days and times are those of the shop's `zone`; a day of --to is in it, a time of day is not.
 * @returns as error what is wrong, and what is allowed
 */
export function selectionOf(given: Selectors, zone: Zone): Result<Selection, string> {
  const { shift, day, from, to } = given;
  const ways = [shift, day, from ?? to].filter((way) => way !== undefined);
  if (ways.length > 1) return err('one of --shift N, --day D, and --from A --to B: not two of them');
  if (shift !== undefined) {
    if (!/^[1-9]\d{0,8}$/.test(shift)) return err(`--shift ${shift}: the number of a shift, from 1`);
    return ok({ of: 'shift', number: Number(shift) });
  }
  if (day !== undefined) {
    const fromMs = dayStartMs(day, zone);
    if (fromMs === undefined) return err(`--day ${day}: ${DAY}`);
    return ok({ of: 'time', fromMs, toMs: fromMs + DAY_MS });
  }
  if (from === undefined && to === undefined) return ok({ of: 'all' });
  const fromMs = from === undefined ? Number.MIN_SAFE_INTEGER : instantOf(from, zone, 0);
  const toMs = to === undefined ? Number.MAX_SAFE_INTEGER : instantOf(to, zone, DAY_MS);
  if (fromMs === undefined) return err(`--from ${from}: ${WHEN}`);
  if (toMs === undefined) return err(`--to ${to}: ${WHEN}`);
  if (fromMs >= toMs) return err(`--from ${from} --to ${to}: --from is to be before --to`);
  return ok({ of: 'time', fromMs, toMs });
}

/** @param dayMs where a whole day is meant, how much of it */
function instantOf(text: string, zone: Zone, dayMs: number): number | undefined {
  const [, day = '', hour, minute] = /^(\d{4}-\d\d-\d\d)(?:[ T]([01]\d|2[0-3]):([0-5]\d))?$/.exec(text) ?? [];
  const midnight = dayStartMs(day, zone);
  if (midnight === undefined) return undefined;
  return hour === undefined ? midnight + dayMs : midnight + (Number(hour) * 60 + Number(minute)) * 60_000;
}
