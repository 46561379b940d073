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

/** Minutes since midnight in WIB, 0 to 1439. */
export function wibMinuteOfDay(wallMs: number): number {
  return Math.floor((wallMs + WIB_OFFSET_MS) / 60_000) % 1_440;
}
