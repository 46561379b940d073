/** Minutes of the day; over midnight where `until` is not after `from`. */
export interface QuietHours {
  readonly from: number;
  readonly until: number;
  readonly volume: number;
}

/** Percent at a minute of the day. The first hours that hold it count; the same beginning and end is a whole day. */
export function volumeAt(minute: number, volume: number, quiet: readonly QuietHours[]): number {
  const found = quiet.find(({ from, until }) =>
    from < until ? minute >= from && minute < until : minute >= from || minute < until,
  );
  return found?.volume ?? volume;
}
