import { Stream } from './chance.js';

/** How fast the people of a seed are, in milliseconds. Time that nobody uses is full of looks and ticks. */
export interface Pace {
  readonly rest: readonly [number, number];
  readonly key: number;
  readonly pays: readonly [number, number];
}

const BRISK: Pace = { rest: [50, 400], key: 80, pays: [300, 2_500] };
const USUAL: Pace = { rest: [300, 4_000], key: 150, pays: [1_500, 12_000] };

/** Three seeds in four are brisk. */
export function paceOf(seed: number): Pace {
  return new Stream(seed, 1_003).fraction() < 0.75 ? BRISK : USUAL;
}
