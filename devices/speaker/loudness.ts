/** The largest that a sample of 16 bits can be without its negative being out of range. */
const FULL = 32_767;

/**
 * Scaled so that the loudest sample is `percent` of what 16 bits can hold: nothing is cut off, and recordings of
 * different loudness come out alike.
 * @param percent 0 to 100
 */
export function toLoudness(samples: Int16Array, percent: number): Int16Array {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  if (peak === 0) return samples;
  const factor = (FULL * percent) / 100 / peak;
  return samples.map((sample) => Math.round(sample * factor));
}
