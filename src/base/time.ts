/** Western Indonesian Time, GMT+7 without daylight saving: the zone of every time that Midtrans writes. */
const WIB_OFFSET_MS = 7 * 3_600_000;

/** `2026-11-22 19:04:05` in WIB, Midtrans' format. */
export function formatWib(wallMs: number): string {
  const iso = new Date(wallMs + WIB_OFFSET_MS).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Milliseconds since 1970 of a Midtrans time (`YYYY-MM-DD HH:MM:SS`, WIB); undefined when it is not one. */
export function parseWib(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? undefined : ms - WIB_OFFSET_MS;
}

/** Hours before Greenwich of the zones of Indonesia. */
const ZONES = { WIB: 7, WITA: 8, WIT: 9 } as const;
export type Zone = keyof typeof ZONES;

/** `+07:00`, as RFC 3339 has it. */
export function offsetOf(zone: Zone): string {
  return `+0${ZONES[zone]}:00`;
}

/** How days are written, as the last one of the year 2026 is. */
export type DateForm = '31-12-2026' | '31/12/2026' | '2026-12-31';

/** The day, and the time of day with its seconds, by the clocks of `zone`. */
export function dayAndTime(
  wallMs: number,
  zone: Zone,
  form: DateForm,
): { readonly day: string; readonly time: string } {
  const iso = new Date(wallMs + ZONES[zone] * 3_600_000).toISOString();
  const time = iso.slice(11, 19);
  if (form === '2026-12-31') return { day: iso.slice(0, 10), time };
  const between = form === '31/12/2026' ? '/' : '-';
  return { day: iso.slice(8, 10) + between + iso.slice(5, 7) + between + iso.slice(0, 4), time };
}

/** `2026-11-22 20:04:05 WITA`, for the people of a shop there. */
export function timeIn(zone: Zone, wallMs: number): string {
  const { day, time } = dayAndTime(wallMs, zone, '2026-12-31');
  return `${day} ${time} ${zone}`;
}

/** Minutes since midnight by the clocks of `zone`, 0 to 1439. */
export function minuteOfDay(wallMs: number, zone: Zone): number {
  return Math.floor(wallMs / 60_000 + ZONES[zone] * 60) % 1_440;
}

/** A day and minute by the clocks of `zone`: days since 1 January 1970 there, minutes since its midnight, and when that was. */
export function localDay(
  wallMs: number,
  zone: Zone,
): { readonly day: number; readonly minute: number; readonly midnightMs: number } {
  const offsetMs = ZONES[zone] * 3_600_000;
  const day = Math.floor((wallMs + offsetMs) / 86_400_000);
  const midnightMs = day * 86_400_000 - offsetMs;
  return { day, minute: Math.floor((wallMs - midnightMs) / 60_000), midnightMs };
}

/** Milliseconds since 1970 of the midnight with which `day` (`YYYY-MM-DD`) begins in `zone`; undefined for what is no day. */
export function dayStartMs(day: string, zone: Zone): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const ms = Date.parse(`${day}T00:00:00Z`);
  // V8 takes 31 February for 3 March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day) return undefined;
  return ms - ZONES[zone] * 3_600_000;
}
