import type { Words } from '../../base/screen.js';
import { type DateForm, dayAndTime, localDay, type Zone } from '../../base/time.js';
import type { Closed } from '../opening/closed.js';
import { bothOf } from './both-of.js';

const WEEKDAYS: readonly Words[] = [
  { id: 'Senin', en: 'Monday' },
  { id: 'Selasa', en: 'Tuesday' },
  { id: 'Rabu', en: 'Wednesday' },
  { id: 'Kamis', en: 'Thursday' },
  { id: 'Jumat', en: 'Friday' },
  { id: 'Sabtu', en: 'Saturday' },
  { id: 'Minggu', en: 'Sunday' },
];

/** How the shop's clocks and calendars write. */
export interface ShopClock {
  /** WIB when absent. */
  readonly zone?: Zone;
  readonly dates?: DateForm;
}

/** What a customer reads in large letters. */
export function closedTitle({ why }: Closed): Words {
  return why === 'hours'
    ? { id: 'Tutup', en: 'Closed' }
    : { id: 'Tutup sementara', en: 'Closed for maintenance' };
}

/** What a customer reads below "closed": the operator's own words, or when it opens again. */
export function closedNotes(closed: Closed, nowWallMs: number, clock: ShopClock = {}): readonly Words[] {
  if (closed.why === 'maintenance') return closed.words === undefined ? [] : [bothOf(closed.words)];
  const { opensAtMs } = closed;
  return opensAtMs === undefined ? [] : [opensAgain(opensAtMs, nowWallMs, clock)];
}

function opensAgain(
  opensAtMs: number,
  nowWallMs: number,
  { zone = 'WIB', dates = '31-12-2026' }: ShopClock,
): Words {
  const { day, time } = dayAndTime(opensAtMs, zone, dates);
  const en = time.slice(0, 5);
  const id = en.replace(':', '.');
  const opens = localDay(opensAtMs, zone);
  const ahead = opens.day - localDay(nowWallMs, zone).day;
  if (ahead === 0) return { id: `Buka lagi pukul ${id}`, en: `Opens again at ${en}` };
  if (ahead === 1) return { id: `Buka lagi besok pukul ${id}`, en: `Opens again tomorrow at ${en}` };
  const weekday = WEEKDAYS[(opens.day + 3) % 7];
  // The same weekday of next week would be taken for today.
  const when = ahead < 7 && weekday !== undefined ? weekday : { id: day, en: day };
  return { id: `Buka lagi ${when.id} pukul ${id}`, en: `Opens again on ${when.en} at ${en}` };
}
