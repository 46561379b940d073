/** What several rounds of one measure say. The median is the figure; the rest shows how far to trust it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/** @throws for no values at all: a bench that measured nothing has failed. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  if (sorted.length === 0 || sorted.some((value) => !Number.isFinite(value)))
    throw new Error(`not a measurement: [${values.join(', ')}]`);
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { median, min: at(0), max: at(sorted.length - 1), rounds: sorted.length };
}

/** Ours over theirs, round by round: what slows the machine down for a while slows both halves of a round. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length)
    throw new Error(`${ours.length} rounds of ours against ${theirs.length}`);
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
}
